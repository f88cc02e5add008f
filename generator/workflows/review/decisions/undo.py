"""The use cases of ``undo``, ``seo undo`` and ``duplicates undo``: undo what a reviewer did last, decision or edit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from generator.content.duplicates.cluster_states import ClusterState
from generator.content.sampling.lot_states import Judgement
from generator.content.seo.proposal_states import ProposalState
from generator.errors import GeneratorError, UsageError
from generator.store.ledger.decision_log import Decision, StaleRow
from generator.store.ledger.drafts.decisions import DraftDecision
from generator.store.ledger.drafts.revisions import Revision
from generator.store.ledger.drafts.rows import DraftRow
from generator.store.ledger.duplicates.clusters import ClusterRow
from generator.store.ledger.duplicates.decisions import ClusterDecision
from generator.store.ledger.queue.set_aside import SET_ASIDE, SET_ASIDE_AGAIN, SetAsideRow
from generator.store.ledger.sampling.judgements import LotJudgement
from generator.store.ledger.sampling.rows import MemberRow
from generator.store.ledger.seo.proposal_decisions import ProposalDecision
from generator.store.ledger.seo.proposals import ProposalRow
from generator.workflows.draft_files.importer import EditImporter
from generator.workflows.duplicates.decide import ClusterReview
from generator.workflows.ports import (
    HasClaims,
    HasClusters,
    HasCorpus,
    HasDraftFiles,
    HasDrafts,
    HasLedger,
    HasLots,
    HasProposals,
    HasRevisions,
    HasSetAside,
    HasSettings,
)
from generator.workflows.review.decisions.decision_order import AnyDecision, later
from generator.workflows.review.decisions.decisions import DraftDecisions
from generator.workflows.review.decisions.edit_undo import EditUndo
from generator.workflows.review.decisions.other_steps import step_after
from generator.workflows.review.draft_names import find_draft
from generator.workflows.seo.decisions import ProposalReview
from generator.workflows.seo.proposal_list import article_with_proposals
from generator.workflows.site.reviewer import reviewer_name

Name = TypeVar("Name", bound=str)
Row = TypeVar("Row")
Entry = TypeVar("Entry", bound=Decision[Any])


class CannotUndoLast(GeneratorError):
    """The last decision cannot be undone, but an earlier one can.

    Attributes:
        reason: why not, and what to do instead.
        earlier: the decision that ``ReviewUndo.undo(..., earlier=True)`` undoes, such as "Ada approved biology/cells".
    """

    def __init__(self, reason: str, earlier: str) -> None:
        super().__init__(f"{reason}. Before that, {earlier}: --earlier undoes that")
        self.reason = reason
        self.earlier = earlier


@dataclass(frozen=True, slots=True)
class Undone(Generic[Name, Row]):
    """An undone decision: its rows as they are now, and in ``left`` a line for each row that was changed since."""

    decision: Name
    rows: tuple[Row, ...]
    left: tuple[str, ...]

    @property
    def needs_person(self) -> bool:
        """Whether a part of the decision could not be undone."""
        return bool(self.left)


class UndoneDrafts(Undone[str, DraftRow]):
    """An undone decision on drafts."""


class UndoneProposals(Undone[ProposalState, ProposalRow]):
    """An undone decision on proposals."""


class UndoneClusters(Undone[ClusterState, ClusterRow]):
    """An undone decision on clusters of duplicate pages."""


class UndoneJudgements(Undone[Judgement, MemberRow]):
    """An undone judgement on a drawn draft of a lot."""


AnyUndone = UndoneDrafts | UndoneProposals | UndoneClusters | UndoneJudgements


@dataclass(frozen=True, slots=True)
class _Scope:
    """Which decisions can be undone: those of one reviewer (``who``), or all on one draft or article (``key``)."""

    who: str | None
    draft: int | None
    key: str | None
    only_proposals: bool
    only_clusters: bool

    @property
    def about_drafts(self) -> bool:
        is_open = self.key is None and not self.only_proposals and not self.only_clusters
        return self.draft is not None or is_open

    @property
    def about_proposals(self) -> bool:
        return not self.only_clusters and (self.key is not None or self.draft is None)

    @property
    def about_clusters(self) -> bool:
        return not self.only_proposals and self.key is None and self.draft is None


class UndoServices(
    HasSettings,
    HasLedger,
    HasDrafts,
    HasDraftFiles,
    HasRevisions,
    HasProposals,
    HasClaims,
    HasClusters,
    HasSetAside,
    HasLots,
    HasCorpus,
    Protocol,
):
    """The services that undoing decisions needs."""


class ReviewUndo:
    """Undoes decisions on the drafts, proposals and clusters of a ledger."""

    def __init__(self, services: UndoServices) -> None:
        self._services = services
        self._ledger = services.ledger
        self._drafts = services.drafts
        self._proposals = services.proposals
        self._draft_decisions = DraftDecisions(services)
        self._edits = EditUndo(services)
        self._revisions = services.revisions
        self._proposal_review = ProposalReview(services)
        self._clusters = services.clusters
        self._set_aside = services.set_aside
        self._cluster_review = ClusterReview(services)
        self._lots = services.lots
        self._now = services.now

    def undo(
        self,
        *,
        who: str,
        draft: DraftRow | None = None,
        key: str | None = None,
        only_proposals: bool = False,
        only_clusters: bool = False,
        earlier: bool = False,
    ) -> AnyUndone:
        """Undo a decision or an edit, recorded as a new decision; an edit also as a new version.

        A decision on several drafts or proposals is undone as a whole. With ``draft`` or ``key``, only the part of it
        that concerns them is undone.

        Args:
            who: the reviewer. Without ``draft`` and ``key``, the last decision of this reviewer is undone.
            draft: undo the last decision on this draft.
            key: undo the last decision on the proposals of this article (``subject/slug``).
            only_proposals: ignore all decisions but those on proposals.
            only_clusters: ignore all decisions but those on clusters.
            earlier: skip decisions that cannot be undone any more, to the newest one that can.

        Raises:
            UsageError: there is no decision to undo.
            CannotUndoLast: the last decision cannot be undone any more, but ``earlier`` finds one.
            StaleDraft, StaleProposal, StaleCluster: no decision can be undone any more.
        """
        named = draft.name if draft else key
        scope = _Scope(
            None if named else who, draft.id if draft else None, key, only_proposals, only_clusters
        )
        first = self._newest(scope, undoable=earlier)
        if isinstance(first, DraftDecision) and first.made:
            self._edits.import_edit(first)
        declined = self._declined_after(first, scope)
        if scope.who is not None and scope.about_drafts and declined is None and not earlier:
            self._require_newest(scope, scope.who, first)
        try:
            with self._ledger.database.transaction():
                if declined is not None and not earlier:
                    return UndoneDrafts("declined", (self._edits.undo_decline(declined),), ())
                newest = self._newest(scope, undoable=earlier)
                if newest is None:
                    subject = f"{named} has" if named else f"{who} made"
                    raise UsageError(f"{subject} no decision that can be undone")
                undone = self._undo(newest, scope, who, undoable=earlier)
            self._edits.write_files()
            return undone
        except StaleRow as error:
            undoable = self._newest(scope, undoable=True)
            is_last = declined is None and undoable == self._newest(scope, undoable=False)
            if undoable is None or earlier or is_last:
                raise
            raise CannotUndoLast(str(error), self._description(undoable, scope)) from error

    def _require_newest(self, scope: _Scope, who: str, newest: AnyDecision | None) -> None:
        """Check that the reviewer did nothing after the newest decision that cannot be undone."""
        step = step_after(self._services, newest, who)
        if step is None:
            return
        undoable = self._newest(scope, undoable=True)
        if undoable is None:
            raise UsageError(step)
        raise CannotUndoLast(step, self._description(undoable, scope))

    def _declined_after(self, newest: AnyDecision | None, scope: _Scope) -> Revision | None:
        """The last revision that was declined, if that was after the newest decision."""
        found = (
            self._revisions.last_declined(who=scope.who, draft=scope.draft) if scope.about_drafts else None
        )
        return found[0] if found and (newest is None or newest.at < found[1]) else None

    def _newest(self, scope: _Scope, *, undoable: bool) -> AnyDecision | None:
        newest: AnyDecision | None = None
        if scope.about_drafts:
            newest = self._drafts.decisions.last(who=scope.who, about=scope.draft, undoable=undoable)
            newest = later(newest, self._set_aside.last(who=scope.who, draft=scope.draft))
        if scope.about_proposals:
            on_proposal = self._proposals.decisions.last(who=scope.who, about=scope.key, undoable=undoable)
            newest = later(newest, on_proposal)
        if scope.about_clusters:
            newest = later(newest, self._clusters.decisions.last(who=scope.who, undoable=undoable))
        if scope.about_drafts:
            judgement = self._lots.judgements.last(who=scope.who, about=scope.draft, undoable=undoable)
            newest = later(newest, judgement)
        return newest

    def _undo(self, decision: AnyDecision, scope: _Scope, who: str, *, undoable: bool) -> AnyUndone:
        if isinstance(decision, SetAsideRow):
            return self._bring_back(decision, scope, who)
        if isinstance(decision, LotJudgement):
            member = self._lots.undo(decision, who=who, now=self._now())
            return UndoneJudgements(decision.decision, (member,), ())
        if isinstance(decision, ClusterDecision):
            clusters = self._clusters.decisions.same_bulk(decision, undoable=undoable)
            return UndoneClusters(
                decision.decision, *_each(clusters, lambda one: self._cluster_review.undo(one, who=who))
            )
        if isinstance(decision, ProposalDecision):
            proposals = self._proposals.decisions.same_bulk(decision, about=scope.key, undoable=undoable)
            return UndoneProposals(
                decision.decision, *_each(proposals, lambda one: self._proposal_review.undo(one, who=who))
            )
        drafts = self._drafts.decisions.same_bulk(decision, about=scope.draft, undoable=undoable)
        undo = self._edits.undo if decision.made else self._draft_decisions.undo
        undone = _each(drafts, lambda one: undo(one, who=who))
        if scope.draft is None and decision.bulk is not None:
            self._lots.reopen(decision.bulk, now=self._now())
        return UndoneDrafts(decision.name, *undone)

    def _bring_back(self, row: SetAsideRow, scope: _Scope, who: str) -> UndoneDrafts:
        """Bring back the drafts that were set aside together; with a draft in scope, that one only.

        A draft that was aside before is aside again, as it was.
        """
        rows = [row] if scope.draft else self._set_aside.same_bulk(row)
        self._set_aside.undo(rows, who=who)
        drafts = [each.draft for each in rows]
        still_aside = self._set_aside.all()
        name = SET_ASIDE_AGAIN if all(draft in still_aside for draft in drafts) else SET_ASIDE
        return UndoneDrafts(name, tuple(map(self._drafts.get, drafts)), ())

    def _description(self, decision: AnyDecision, scope: _Scope) -> str:
        """Who decided what. For a decision on several rows: the number of rows that can be undone."""
        if isinstance(decision, SetAsideRow):
            number = len(self._set_aside.same_bulk(decision))
            return f"{decision.who} {SET_ASIDE} {_named(number, 'drafts', self._drafts.get(decision.draft).name)}"
        if isinstance(decision, ClusterDecision):
            number = len(self._clusters.decisions.same_bulk(decision, undoable=True))
            name, many = self._clusters.get(decision.row).name, "clusters"
        elif isinstance(decision, LotJudgement):
            number, name, many = 1, self._lots.judged_member(decision).name, "drafts"
        elif isinstance(decision, ProposalDecision):
            number = len(self._proposals.decisions.same_bulk(decision, about=scope.key, undoable=True))
            name, many = self._proposals.get(decision.row).name, "proposals"
        else:
            number = len(self._drafts.decisions.same_bulk(decision, about=scope.draft, undoable=True))
            name, many = self._drafts.get(decision.row).name, "drafts"
        return f"{decision.who} {decision.name} {_named(number, many, name)}"


def undo_decision(
    services: UndoServices, name: str | None = None, *, reviewer: str | None = None, earlier: bool = False
) -> AnyUndone:
    """Undo a decision.

    Args:
        name: undo the last decision on the draft and the proposals with this name; None for the reviewer's last one.
        reviewer: the person who decides; None for the name from the settings or git.
        earlier: skip decisions that cannot be undone any more, to the newest one that can.

    Raises:
        UsageError: no draft and no proposal has this name, there is no decision to undo, or the reviewer has no name.
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
    """Undo a decision on proposals.

    Args:
        name: undo the last decision on the proposals of this article, of any reviewer; None for the reviewer's last.
        reviewer: the person who decides; None for the name from the settings or git.
        earlier: skip decisions that cannot be undone any more, to the newest one that can.

    Raises:
        UsageError: the article has no proposal, there is no decision to undo, or the reviewer has no name.
        CannotUndoLast, StaleProposal: as :meth:`ReviewUndo.undo`.
    """
    who = reviewer_name(services.settings, reviewer)
    key = article_with_proposals(services, name) if name else None
    if name and key is None:
        raise UsageError(f"{name!r} has no proposal")
    undone = ReviewUndo(services).undo(who=who, key=key, only_proposals=True, earlier=earlier)
    assert isinstance(undone, UndoneProposals)
    return undone


def undo_clusters(
    services: UndoServices, *, reviewer: str | None = None, earlier: bool = False
) -> UndoneClusters:
    """Undo the reviewer's last decision on clusters of duplicate pages.

    Args:
        reviewer: the person who decides; None for the name from the settings or git.
        earlier: skip decisions that cannot be undone any more, to the newest one that can.

    Raises:
        UsageError: there is no decision to undo, or the reviewer has no name.
        CannotUndoLast, StaleCluster: as :meth:`ReviewUndo.undo`.
    """
    who = reviewer_name(services.settings, reviewer)
    undone = ReviewUndo(services).undo(who=who, only_clusters=True, earlier=earlier)
    assert isinstance(undone, UndoneClusters)
    return undone


def _each(
    decisions: Sequence[Entry], undo: Callable[[Entry], Row]
) -> tuple[tuple[Row, ...], tuple[str, ...]]:
    """Undo the parts of one decision. Returns the rows as they are now, and a line for each row that was changed since.

    Raises:
        StaleRow: all rows were changed since.
    """
    undone: list[Row] = []
    left: list[StaleRow] = []
    for decision in decisions:
        try:
            undone.append(undo(decision))
        except StaleRow as error:
            left.append(error)
    if not undone:
        raise left[0]
    return tuple(undone), tuple(map(str, left))


def _named(number: int, many: str, name: str) -> str:
    return f"{number:,} {many}" if number > 1 else name
