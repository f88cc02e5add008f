"""The use cases of ``seo approve`` and ``seo reject``: record decisions on the proposals of named articles."""

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
    """The services that deciding on proposals needs."""


def approve_proposals(
    services: DecideServices, names: Sequence[str], *, reviewer: str | None = None
) -> DecidedProposals:
    """Approve the proposals of the named articles as one decision. Proposals that cannot be approved are skipped.

    Raises:
        UsageError: an article has no proposal to decide on, no article is named, or the reviewer has no name.
    """
    rows = proposals_to_decide(services, names, ("proposed", "needs_fix"))
    return ProposalReview(services).accept_named(rows, who=reviewer_name(services.settings, reviewer))


def approve_clean_proposals(
    services: DecideServices,
    *,
    reviewer: str | None = None,
    field: SeoField | None = None,
    seen: str | None = None,
) -> DecidedProposals:
    """Approve all clean proposals, which have neither an error nor a warning, as one decision.

    Args:
        field: only proposals for this field; None for all.
        seen: as for :meth:`generator.workflows.seo.decisions.ProposalReview.accept_all_clean`.

    Raises:
        UsageError: the reviewer has no name.
        StaleProposal: the clean proposals are not those that were seen.
    """
    who = reviewer_name(services.settings, reviewer)
    return ProposalReview(services).accept_all_clean(who=who, field=field, seen=seen)


def reject_proposals(
    services: DecideServices, names: Sequence[str], *, reviewer: str | None = None, note: str | None = None
) -> DecidedProposals:
    """Reject the proposals of the named articles as one decision.

    No run proposes for their fields again until the article changes or the run has ``redo`` set.

    Raises:
        UsageError: an article has no proposal that can be rejected, no article is named, or the reviewer has no name.
    """
    rows = proposals_to_decide(services, names, IN_REVIEW)
    who = reviewer_name(services.settings, reviewer)
    return ProposalReview(services).reject_named(rows, who=who, note=note)
