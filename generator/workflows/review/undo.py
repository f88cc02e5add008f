"""Takes back a reviewer's last decision, whether it was about drafts or about proposals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from generator.errors import GeneratorError, UsageError
from generator.store.ledger.decisions import TakenDecision
from generator.store.ledger.drafts import DraftRow, StaleDraft
from generator.store.ledger.proposal_decisions import ProposalDecision
from generator.store.ledger.proposals import StaleProposal
from generator.workflows.draft_files.importer import EditImporter
from generator.workflows.ports import (
    HasCorpus,
    HasDraftFiles,
    HasDrafts,
    HasLedger,
    HasProposals,
    HasRevisions,
    HasSettings,
)
from generator.workflows.review.decisions import DraftDecisions, UndoneDecision, name_of
from generator.workflows.review.draft_names import find_draft
from generator.workflows.seo.decisions import ProposalReview, UndoneProposals
from generator.workflows.seo.proposal_list import article_with_proposals
from generator.workflows.site.reviewer import reviewer_name


class CannotUndoLast(GeneratorError):
    """The last decision cannot be taken back, but an earlier one can.

    Attributes:
        reason: why not, and what to do instead.
        earlier: the decision that ``ReviewUndo.undo(..., earlier=True)`` takes back, as "Ada approved biology/cells".
    """

    def __init__(self, reason: str, earlier: str) -> None:
        super().__init__(f"{reason}. Before that, {earlier}: --earlier takes that back")
        self.reason = reason
        self.earlier = earlier


@dataclass(frozen=True, slots=True)
class _Scope:
    """Whose decisions, or those on what, are meant."""

    who: str
    draft: DraftRow | None
    key: str | None
    only_proposals: bool


class UndoServices(
    HasSettings, HasLedger, HasDrafts, HasDraftFiles, HasRevisions, HasProposals, HasCorpus, Protocol
):
    """What taking decisions back takes."""


class ReviewUndo:
    """One undo over the drafts and the proposals of a ledger."""

    def __init__(self, services: UndoServices) -> None:
        self._decisions = DraftDecisions(services)
        self._drafts = services.drafts
        self._review = ProposalReview(services)
        self._proposals = services.proposals

    def undo(
        self,
        *,
        who: str,
        draft: DraftRow | None = None,
        key: str | None = None,
        only_proposals: bool = False,
        earlier: bool = False,
    ) -> UndoneDecision | UndoneProposals:
        """Take back the reviewer's last decision, or the last one on ``draft`` and the proposals of ``key``.

        Args:
            only_proposals: leave decisions on drafts alone.
            earlier: pass over decisions that cannot be taken back any more, to the newest that can.

        Raises:
            UsageError: there is nothing to take back.
            CannotUndoLast: the last decision cannot be taken back any more, but ``earlier`` finds one.
            StaleDraft, StaleProposal: the last decision cannot be taken back any more, nor can any before it.
        """
        scope = _Scope(who, draft, key, only_proposals)
        about_proposals = self._is_about_proposals(scope, self._newest(scope, undoable=earlier))
        try:
            if about_proposals:
                return self._review.undo(who=who, key=key, earlier=earlier)
            return self._decisions.undo(who=who, draft=draft, earlier=earlier)
        except (StaleDraft, StaleProposal) as error:
            left = self._newest(scope, undoable=True)
            if left is None or earlier:
                raise
            raise CannotUndoLast(str(error), self._described(left, scope)) from error

    def _newest(self, scope: _Scope, *, undoable: bool) -> TakenDecision | ProposalDecision | None:
        history = self._proposals.decisions
        of_draft: TakenDecision | None = None
        of_proposal: ProposalDecision | None = None
        if scope.draft is not None:
            of_draft = self._drafts.decisions.last_on(scope.draft.id, undoable=undoable)
        elif scope.key is None and not scope.only_proposals:
            of_draft = self._drafts.decisions.last_of(scope.who, undoable=undoable)
        if scope.key is not None:
            of_proposal = history.last_on(scope.key, undoable=undoable)
        elif scope.draft is None:
            of_proposal = history.last_of(scope.who, undoable=undoable)
        if of_draft is None or of_proposal is None:
            return of_draft or of_proposal
        return of_proposal if _came_later(of_proposal, of_draft) else of_draft

    @staticmethod
    def _is_about_proposals(scope: _Scope, newest: TakenDecision | ProposalDecision | None) -> bool:
        if newest is None:
            return scope.only_proposals or (scope.draft is None and scope.key is not None)
        return isinstance(newest, ProposalDecision)

    def _described(self, decision: TakenDecision | ProposalDecision, scope: _Scope) -> str:
        """Who decided what, where it was a bulk with the number that can be taken back."""
        whole = scope.draft is None and scope.key is None
        if isinstance(decision, TakenDecision):
            made, drafts = decision.decision, [decision]
            if whole and made.bulk is not None:
                drafts = self._drafts.decisions.together(made.bulk, undoable=True)
            row = self._drafts.get(decision.draft)
            what = f"{len(drafts):,} drafts" if len(drafts) > 1 else row.key or repr(row.question)
            return f"{made.who} {name_of(made)} {what}"
        together = [decision]
        if whole and decision.bulk is not None:
            together = self._proposals.decisions.together(decision.bulk, undoable=True)
        about = self._proposals.get(decision.proposal)
        what = f"{about.key} {about.field.removeprefix('page_')}"
        if len(together) > 1:
            what = f"{len(together):,} proposals"
        return f"{decision.who} {decision.decision} {what}"


def undo_decision(
    services: UndoServices, name: str | None = None, *, reviewer: str | None = None, earlier: bool = False
) -> UndoneDecision | UndoneProposals:
    """Take back a decision: the reviewer's last one, or the last on the draft and the proposals of ``name``.

    Args:
        earlier: pass over decisions that cannot be taken back any more, to the newest that can.

    Raises:
        UsageError: nothing has this name, there is nothing to take back, or nobody is known to decide.
        CannotUndoLast, StaleDraft, StaleProposal: as :meth:`ReviewUndo.undo`.
    """
    who = reviewer_name(services.settings, reviewer)
    draft = key = None
    if name:
        key = article_with_proposals(services, name)
        if key is None or services.drafts.named(key):
            draft = find_draft(services, name)
            draft = EditImporter(services).current(draft)
    return ReviewUndo(services).undo(who=who, draft=draft, key=key, earlier=earlier)


def undo_proposals(
    services: UndoServices, name: str | None = None, *, reviewer: str | None = None, earlier: bool = False
) -> UndoneProposals:
    """Take back the reviewer's last decision on proposals, or the last one on the named article, whoever took it.

    Args:
        earlier: pass over decisions that cannot be taken back any more.

    Raises:
        UsageError: the article has no proposal, or there is nothing to take back.
        CannotUndoLast: the last decision cannot be taken back any more, but ``earlier`` finds one.
        StaleProposal: it cannot be taken back any more, nor can any before it.
    """
    who = reviewer_name(services.settings, reviewer)
    key = article_with_proposals(services, name) if name else None
    if name and key is None:
        raise UsageError(f"{name!r} has no proposal")
    undone = ReviewUndo(services).undo(who=who, key=key, only_proposals=True, earlier=earlier)
    assert isinstance(undone, UndoneProposals)
    return undone


def _came_later(proposal: ProposalDecision, draft: TakenDecision) -> bool:
    if proposal.after_decision is None:
        return draft.decision.at <= proposal.at
    return draft.decision.id <= proposal.after_decision
