"""The use cases of ``approve``, ``reject`` and ``allow``: record decisions on named drafts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from generator.workflows.review.decisions.decisions import DecisionOutcome, DecisionServices, DraftDecisions
from generator.workflows.review.draft_names import find_draft
from generator.workflows.review.reading import required_release
from generator.workflows.site.reviewer import reviewer_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.store.ledger.drafts.rows import DraftRow


def approve_drafts(
    services: DecisionServices, names: Sequence[str], *, reviewer: str | None = None, note: str | None = None
) -> DecisionOutcome:
    """Approve the exact bytes of the named drafts for publishing, as one decision. A draft with errors is skipped.

    Args:
        reviewer: the person who decides; None for the name from the settings or git.
        note: stored with each decision.

    Raises:
        UsageError: a name matches no draft or several, or the reviewer has no name; nothing is decided.
    """
    who = reviewer_name(services.settings, reviewer)
    rows = _named(services, names)
    return _compared(services, DraftDecisions(services).approve_named(rows, who=who, note=note))


def approve_clean_drafts(
    services: DecisionServices, *, reviewer: str | None = None, note: str | None = None
) -> DecisionOutcome:
    """Approve all drafts to review that have neither a finding nor an open revision, as one decision.

    Args and errors: as :func:`approve_drafts`.
    """
    who = reviewer_name(services.settings, reviewer)
    return _compared(services, DraftDecisions(services).approve_clean(who=who, note=note))


def _compared(services: DecisionServices, outcome: DecisionOutcome) -> DecisionOutcome:
    """The outcome, with the drafts that were approved on less evidence than publishing requires."""

    def is_insufficient(row: DraftRow) -> bool:
        approval = services.drafts.decisions.approval(row.id)
        required = required_release(services.settings, services.subjects, row.subject)
        return bool(approval and approval.evidence and not approval.evidence.meets(required))

    return replace(outcome, insufficient=tuple(filter(is_insufficient, outcome.decided)))


def reject_drafts(
    services: DecisionServices, names: Sequence[str], *, reason: str, reviewer: str | None = None
) -> DecisionOutcome:
    """Reject the named drafts as one decision. The reason is stored with it; if it is blank, all drafts are skipped.

    Args and errors: as :func:`approve_drafts`.
    """
    who = reviewer_name(services.settings, reviewer)
    rows = _named(services, names)
    return DraftDecisions(services).reject_named(rows, reason=reason, who=who)


def allow_drafts(
    services: DecisionServices, names: Sequence[str], *, reviewer: str | None = None, note: str | None = None
) -> DecisionOutcome:
    """Allow the named near duplicates, as one decision: the next run of their list drafts them.

    A draft that is not a near duplicate is skipped.

    Args and errors: as :func:`approve_drafts`.
    """
    who = reviewer_name(services.settings, reviewer)
    rows = _named(services, names)
    return DraftDecisions(services).allow_named(rows, who=who, note=note)


def _named(services: DecisionServices, names: Sequence[str]) -> list[DraftRow]:
    """The drafts with these names, each once."""
    return list({row.id: row for row in (find_draft(services, name) for name in names)}.values())
