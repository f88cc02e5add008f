"""Decides on the drafts that a person names: approves, rejects, or has near duplicates drafted anyway."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.errors import GeneratorError
from generator.workflows.draft_files.importer import EditImporter
from generator.workflows.review.decisions import DecisionOutcome, DecisionServices, DraftDecisions
from generator.workflows.review.draft_names import find_draft
from generator.workflows.site.reviewer import reviewer_name

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from generator.store.ledger.drafts import DraftRow


def approve_drafts(
    services: DecisionServices, names: Sequence[str], *, reviewer: str | None = None, note: str | None = None
) -> DecisionOutcome:
    """Approve the exact bytes of each draft named, for publishing; one with errors is left.

    Args:
        reviewer: who decides; by default as :func:`reviewer_name` finds out.
        note: kept with each decision.

    Raises:
        UsageError: a name is not that of one draft, or nobody is known to decide; nothing is decided.
    """
    who = reviewer_name(services.settings, reviewer)
    return _each(services, names, lambda decisions, row: decisions.approve(row, who=who, note=note))


def approve_clean_drafts(
    services: DecisionServices, *, reviewer: str | None = None, note: str | None = None
) -> DecisionOutcome:
    """Approve, as one decision, every draft to review that has neither a finding nor an open revision.

    Args and errors: as :func:`approve_drafts`.
    """
    who = reviewer_name(services.settings, reviewer)
    return DraftDecisions(services).approve_clean(who=who, note=note)


def reject_drafts(
    services: DecisionServices, names: Sequence[str], *, reason: str, reviewer: str | None = None
) -> DecisionOutcome:
    """Reject each draft named, for a reason that is kept with the decision; without a reason, all are left.

    Args and errors: as :func:`approve_drafts`.
    """
    who = reviewer_name(services.settings, reviewer)
    return _each(services, names, lambda decisions, row: decisions.reject(row, reason=reason, who=who))


def allow_drafts(
    services: DecisionServices, names: Sequence[str], *, reviewer: str | None = None, note: str | None = None
) -> DecisionOutcome:
    """Have each near duplicate named drafted by the next run over its list; a draft that is none is left.

    Args and errors: as :func:`approve_drafts`.
    """
    who = reviewer_name(services.settings, reviewer)
    return _each(services, names, lambda decisions, row: decisions.allow(row, who=who, note=note))


def _each(
    services: DecisionServices, names: Sequence[str], decide: Callable[[DraftDecisions, DraftRow], DraftRow]
) -> DecisionOutcome:
    """Decide on each draft named, as it is now; one that cannot be decided on is left with the reason."""
    named = [
        find_draft(services, name) for name in names
    ]  # first: nothing is opened where nothing was drafted
    importer, decisions = EditImporter(services), DraftDecisions(services)
    decided: list[DraftRow] = []
    left: list[str] = []
    for row in [importer.current(row) for row in named]:
        try:
            decided.append(decide(decisions, row))
        except GeneratorError as error:
            left.append(str(error))
    return DecisionOutcome(tuple(decided), tuple(left))
