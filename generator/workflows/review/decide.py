"""Decides on the drafts that a person names: approves, rejects, or has near duplicates drafted anyway."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.workflows.review.decisions import DecisionOutcome, DecisionServices, DraftDecisions
from generator.workflows.review.draft_names import find_draft
from generator.workflows.site.reviewer import reviewer_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.store.ledger.drafts import DraftRow


def approve_drafts(
    services: DecisionServices, names: Sequence[str], *, reviewer: str | None = None, note: str | None = None
) -> DecisionOutcome:
    """Approve the exact bytes of the drafts named, for publishing, as one decision; one with errors is left.

    Args:
        reviewer: who decides; by default as :func:`reviewer_name` finds out.
        note: kept with each decision.

    Raises:
        UsageError: a name is not that of one draft, or nobody is known to decide; nothing is decided.
    """
    who = reviewer_name(services.settings, reviewer)
    rows = _named(services, names)
    return DraftDecisions(services).approve_named(rows, who=who, note=note)


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
    """Reject the drafts named as one decision, for a reason that is kept with it; without a reason, all are left.

    Args and errors: as :func:`approve_drafts`.
    """
    who = reviewer_name(services.settings, reviewer)
    rows = _named(services, names)
    return DraftDecisions(services).reject_named(rows, reason=reason, who=who)


def allow_drafts(
    services: DecisionServices, names: Sequence[str], *, reviewer: str | None = None, note: str | None = None
) -> DecisionOutcome:
    """Have the near duplicates named drafted by the next run over their list, as one decision; a draft that is none is
    left.

    Args and errors: as :func:`approve_drafts`.
    """
    who = reviewer_name(services.settings, reviewer)
    rows = _named(services, names)
    return DraftDecisions(services).allow_named(rows, who=who, note=note)


def _named(services: DecisionServices, names: Sequence[str]) -> list[DraftRow]:
    """The drafts of these names, each once."""
    return list({row.id: row for row in (find_draft(services, name) for name in names)}.values())
