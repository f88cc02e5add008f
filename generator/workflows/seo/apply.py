"""The use case of ``seo apply``: writes approved proposals into their articles, or previews the changes."""

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
    """Write proposals into their articles. Only the lines of the fields change. It can be repeated.

    Raises:
        UsageError: a named article has no proposal that is proposed, approved or applied, or the reviewer has no name.
        GitError: the branch is behind its remote branch, or a commit or a preview is requested and not possible;
            nothing is written.
        StorageError: the ledger cannot be used.
    """
    _check_names(services, request)
    if request.branch is not None:
        applier = ProposalApplier(services, request)
        applier.preview_on_branch(request.branch, progress)
        return _outcome(services, request, applier)
    who = reviewer_name(services.settings, request.reviewer)
    applier = ProposalApplier(services, request, who=who)
    with progress.bar("applying") as show:
        applier.apply(lambda done: show(done), announced=progress)
    return _outcome(services, request, applier)


def preview_proposals(
    services: ApplierServices, request: ApplyRequest, *, on_diff: Callable[[str], None] = lambda _: None
) -> ApplyOutcome:
    """The outcome that :func:`apply_proposals` would have. Nothing is written.

    Args:
        on_diff: is called with the unified diff of each file that would change.

    Raises:
        UsageError, StorageError: as :func:`apply_proposals`.
    """
    _check_names(services, request)
    applier = ProposalApplier(services, request)
    for diff in applier.preview():
        on_diff(diff)
    return _outcome(services, request, applier)


def _check_names(services: ApplierServices, request: ApplyRequest) -> None:
    """Raises UsageError if a name has no proposal."""
    if request.names:
        proposals_to_decide(services, request.names, (*request.states, "applied"))


def _outcome(services: ApplierServices, request: ApplyRequest, applier: ProposalApplier) -> ApplyOutcome:
    not_clean = ProposalReview(services).not_clean() if request.clean else []
    return ApplyOutcome(applier.report, not_clean)
