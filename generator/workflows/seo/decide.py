"""Decides on proposals by the names of their articles: ``seo approve``, ``seo reject`` and ``seo undo``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from generator.workflows.ports import (
    HasLedger,
    HasProposals,
    HasSettings,
)
from generator.workflows.seo.decisions import DecidedProposals, ProposalReview
from generator.workflows.seo.proposal_list import IN_REVIEW, proposals_to_decide
from generator.workflows.site.reviewer import reviewer_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.content.seo.fields import SeoField


class DecideServices(HasSettings, HasLedger, HasProposals, Protocol):
    """What deciding on proposals takes."""


def approve_proposals(
    services: DecideServices, names: Sequence[str], *, reviewer: str | None = None
) -> DecidedProposals:
    """Approve the proposals of the named articles as one decision; those that cannot be approved are left.

    Raises:
        UsageError: an article has no proposal that waits for a decision, or none is named, or nobody is who decides.
    """
    rows = proposals_to_decide(services, names, ("proposed", "needs_fix"))
    return ProposalReview(services).accept_named(rows, who=reviewer_name(services.settings, reviewer))


def approve_clean_proposals(
    services: DecideServices,
    *,
    reviewer: str | None = None,
    field: SeoField | None = None,
    expected: int | None = None,
) -> DecidedProposals:
    """Approve, as one decision, every proposal that no rule objects to, not even with a warning.

    Args:
        field: only those for this field.
        expected: how many the reviewer saw announced.

    Raises:
        UsageError: nobody is named who decides.
        StaleProposal: there are not ``expected`` of them any more.
    """
    who = reviewer_name(services.settings, reviewer)
    return ProposalReview(services).accept_all_clean(who=who, field=field, expected=expected)


def reject_proposals(
    services: DecideServices, names: Sequence[str], *, reviewer: str | None = None, note: str | None = None
) -> DecidedProposals:
    """Reject the proposals of the named articles as one decision: no run proposes for their fields again until the
    article changes, unless it is asked to redo.

    Raises:
        UsageError: an article has no proposal that can be rejected, or none is named, or nobody is who decides.
    """
    rows = proposals_to_decide(services, names, IN_REVIEW)
    who = reviewer_name(services.settings, reviewer)
    return ProposalReview(services).reject_named(rows, who=who, note=note)
