"""Takes back a reviewer's last decision, whether it was about drafts or about proposals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from generator.content.proposal_states import ProposalState
from generator.errors import GeneratorError, UsageError
from generator.store.ledger.decision_log import Decision, StaleRow
from generator.store.ledger.decisions import DraftDecision
from generator.store.ledger.drafts import DraftRow
from generator.store.ledger.proposal_decisions import ProposalDecision
from generator.store.ledger.proposals import ProposalRow
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
from generator.workflows.review.decisions import DraftDecisions
from generator.workflows.review.draft_names import find_draft
from generator.workflows.seo.decisions import ProposalReview
from generator.workflows.seo.proposal_list import article_with_proposals
from generator.workflows.site.reviewer import reviewer_name

Name = TypeVar("Name", bound=str)
Row = TypeVar("Row")
Entry = TypeVar("Entry", bound=Decision[Any])


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
class Undone(Generic[Name, Row]):
    """What was taken back: the decision, the rows as they are again, and a line for each that had moved on."""

    decision: Name
    rows: tuple[Row, ...]
    left: tuple[str, ...]

    @property
    def needs_person(self) -> bool:
        """Whether a part of the decision could not be taken back."""
        return bool(self.left)


class UndoneDrafts(Undone[str, DraftRow]):
    """A decision on drafts that was taken back."""


class UndoneProposals(Undone[ProposalState, ProposalRow]):
    """A decision on proposals that was taken back."""


@dataclass(frozen=True, slots=True)
class _Scope:
    """Whose decisions are meant, or with ``draft`` and ``key``, those on what, whoever took them."""

    who: str | None
    draft: int | None
    key: str | None
    only_proposals: bool

    @property
    def about_drafts(self) -> bool:
        return self.draft is not None or not (self.key is not None or self.only_proposals)

    @property
    def about_proposals(self) -> bool:
        return self.key is not None or self.draft is None


class UndoServices(
    HasSettings, HasLedger, HasDrafts, HasDraftFiles, HasRevisions, HasProposals, HasCorpus, Protocol
):
    """What taking decisions back takes."""


class ReviewUndo:
    """One undo over the drafts and the proposals of a ledger."""

    def __init__(self, services: UndoServices) -> None:
        self._ledger = services.ledger
        self._drafts = services.drafts
        self._proposals = services.proposals
        self._draft_decisions = DraftDecisions(services)
        self._review = ProposalReview(services)

    def undo(
        self,
        *,
        who: str,
        draft: DraftRow | None = None,
        key: str | None = None,
        only_proposals: bool = False,
        earlier: bool = False,
    ) -> UndoneDrafts | UndoneProposals:
        """Take back a decision, as a new one: the reviewer's last, or the last on ``draft`` and the proposals of ``key``.

        What was decided as one is taken back as a whole, of what is named what concerns it.

        Args:
            only_proposals: leave decisions on drafts alone.
            earlier: pass over decisions that cannot be taken back any more, to the newest that can.

        Raises:
            UsageError: there is nothing to take back.
            CannotUndoLast: the last decision cannot be taken back any more, but ``earlier`` finds one.
            StaleDraft, StaleProposal: the last decision cannot be taken back any more, nor can any before it.
        """
        named = draft.name if draft else key
        scope = _Scope(None if named else who, draft.id if draft else None, key, only_proposals)
        try:
            with self._ledger.database.transaction():
                newest = self._newest(scope, undoable=earlier)
                if newest is None:
                    of = f"{named} has no decision" if named else f"{who} decided nothing"
                    raise UsageError(f"{of} that could be undone")
                return self._take_back(newest, scope, who, undoable=earlier)
        except StaleRow as error:
            left = self._newest(scope, undoable=True)
            if left is None or earlier:
                raise
            raise CannotUndoLast(str(error), self._described(left, scope)) from error

    def _newest(self, scope: _Scope, *, undoable: bool) -> DraftDecision | ProposalDecision | None:
        on_draft = on_proposal = None
        if scope.about_drafts:
            on_draft = self._drafts.decisions.last(who=scope.who, about=scope.draft, undoable=undoable)
        if scope.about_proposals:
            on_proposal = self._proposals.decisions.last(who=scope.who, about=scope.key, undoable=undoable)
        if on_draft is None or on_proposal is None:
            return on_draft or on_proposal
        return on_proposal if _came_later(on_proposal, on_draft) else on_draft

    def _take_back(
        self, decision: DraftDecision | ProposalDecision, scope: _Scope, who: str, *, undoable: bool
    ) -> UndoneDrafts | UndoneProposals:
        if isinstance(decision, ProposalDecision):
            proposals = self._proposals.decisions.together(decision, about=scope.key, undoable=undoable)
            return UndoneProposals(
                decision.decision, *_each(proposals, lambda one: self._review.take_back(one, who=who))
            )
        drafts = self._drafts.decisions.together(decision, about=scope.draft, undoable=undoable)
        return UndoneDrafts(
            decision.name, *_each(drafts, lambda one: self._draft_decisions.take_back(one, who=who))
        )

    def _described(self, decision: DraftDecision | ProposalDecision, scope: _Scope) -> str:
        """Who decided what, where it was a bulk with the number that can be taken back."""
        if isinstance(decision, ProposalDecision):
            number = len(self._proposals.decisions.together(decision, about=scope.key, undoable=True))
            name, many = self._proposals.get(decision.row).name, "proposals"
        else:
            number = len(self._drafts.decisions.together(decision, about=scope.draft, undoable=True))
            name, many = self._drafts.get(decision.row).name, "drafts"
        return f"{decision.who} {decision.name} {f'{number:,} {many}' if number > 1 else name}"


def undo_decision(
    services: UndoServices, name: str | None = None, *, reviewer: str | None = None, earlier: bool = False
) -> UndoneDrafts | UndoneProposals:
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
            draft = EditImporter(services).sync(draft)
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


def _each(
    decisions: Sequence[Entry], take_back: Callable[[Entry], Row]
) -> tuple[tuple[Row, ...], tuple[str, ...]]:
    """Take back decisions that were taken as one: the rows as they are again, and a line for each that moved on.

    Raises:
        StaleRow: all of them moved on.
    """
    back: list[Row] = []
    left: list[StaleRow] = []
    for decision in decisions:
        try:
            back.append(take_back(decision))
        except StaleRow as error:
            left.append(error)
    if not back:
        raise left[0]
    return tuple(back), tuple(map(str, left))


def _came_later(proposal: ProposalDecision, draft: DraftDecision) -> bool:
    if proposal.after_decision is None:
        return draft.at <= proposal.at
    return draft.id <= proposal.after_decision
