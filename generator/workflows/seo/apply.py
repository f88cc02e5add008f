"""Applies proposals from start to finish: ``seo apply``, and what it would change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.workflows.seo.applier import ApplierServices, ProposalApplier
from generator.workflows.seo.decisions import ProposalReview
from generator.workflows.seo.proposal_list import proposals_to_decide
from generator.workflows.seo.requests import ApplyOutcome
from generator.workflows.site.reviewer import reviewer_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from generator.workflows.engine.progress import Progress
    from generator.workflows.seo.requests import ApplyRequest


def apply_proposals(services: ApplierServices, request: ApplyRequest, progress: Progress) -> ApplyOutcome:
    """Put proposals into their articles: the fields' lines change, not one byte elsewhere. It may be repeated.

    Raises:
        UsageError: a named article has no proposal that is proposed, approved or applied, or nobody is named who decides.
        GitError: a commit is asked for, and there is no checkout; nothing is written.
        StorageError: the ledger cannot be used.
    """
    _check_names(services, request)
    who = reviewer_name(services.settings, request.reviewer)
    applier = ProposalApplier(services, request, who=who)
    with progress.bar("applying") as show:
        applier.apply(lambda done: show(done))
    return _outcome(services, request, applier)


def preview_proposals(
    services: ApplierServices, request: ApplyRequest, *, on_diff: Callable[[str], None] = lambda _: None
) -> ApplyOutcome:
    """What :func:`apply_proposals` would do; nothing is written.

    Args:
        on_diff: is given the unified diff of each file that would change.

    Raises:
        UsageError, StorageError: as :func:`apply_proposals`.
    """
    _check_names(services, request)
    applier = ProposalApplier(services, request)
    for diff in applier.preview():
        on_diff(diff)
    return _outcome(services, request, applier)


def _check_names(services: ApplierServices, request: ApplyRequest) -> None:
    """Raises UsageError for a name without a proposal."""
    if request.names:
        proposals_to_decide(services, request.names, (*request.states, "applied"))


def _outcome(services: ApplierServices, request: ApplyRequest, applier: ProposalApplier) -> ApplyOutcome:
    not_clean = ProposalReview(services).not_clean() if request.clean else []
    return ApplyOutcome(applier.report, not_clean)
