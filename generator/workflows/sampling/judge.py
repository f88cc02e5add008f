"""Records what reviewers say of the drafts that are drawn from a lot, and draws more.

A judgement is made on the bytes that the reviewer saw. A rejection of a drawn draft counts as a serious fault while it
stands, unless the draft is judged minor: see ``lot_view.py``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from generator.content.display import in_words, plural
from generator.content.questions.kinds import kind_of
from generator.errors import UsageError
from generator.store.ledger.drafts.rows import StaleDraft
from generator.store.ledger.sampling.judgements import StaleLot
from generator.workflows.draft_files.importer import EditImporter
from generator.workflows.ports import (
    HasCorpus,
    HasDraftFiles,
    HasDrafts,
    HasLedger,
    HasLots,
    HasQueue,
    HasSettings,
)
from generator.workflows.review.views.draft_list import with_subject_name
from generator.workflows.sampling.lot_view import LotView, LotViews, require_state

if TYPE_CHECKING:
    from generator.content.questions.kinds import QuestionKind
    from generator.content.sampling.lot_states import Judgement
    from generator.store.ledger.drafts.rows import DraftRow
    from generator.store.ledger.queue.queue_filter import QueueFilter
    from generator.store.ledger.sampling.rows import MemberRow

DRAWN_AT_ONCE = 20
"""How many drafts are drawn in addition, unless the reviewer says otherwise."""


class LotReviewServices(
    HasSettings, HasLedger, HasDrafts, HasDraftFiles, HasQueue, HasLots, HasCorpus, Protocol
):
    """The services that judging drawn drafts needs."""


class LotReview:
    """Records judgements on the lots of one ledger. ``who`` is the reviewer's name."""

    def __init__(self, services: LotReviewServices) -> None:
        self._services = services
        self._lots = services.lots
        self._views = LotViews(services)
        self._importer = EditImporter(services)

    def judge(
        self,
        row: DraftRow,
        judgement: Judgement,
        *,
        who: str,
        note: str | None = None,
        seen: int | None = None,
    ) -> LotView:
        """Record a judgement on a drawn draft.

        Args:
            row: the draft as the reviewer saw it.
            judgement: ``fine``; ``minor``, after the fault was corrected; or ``serious``, which ends the lot.
            note: the reason, which a serious fault needs.
            seen: the counter of changes of the draft's membership that the reviewer saw; None if it was not shown.

        Returns:
            the lot as it is now.

        Raises:
            UsageError: the draft is not drawn from an open lot, or the judgement does not fit it.
            StaleLot: the lot is closed or has failed, or somebody else judged the draft.
            StaleDraft: the draft changed since ``row`` was read.
        """
        self._importer.require_unchanged(row)
        note = (note or "").strip() or None
        with self._services.drafts.transaction():
            view, member = self._drawn(row)
            require_state(view, ("reading", "reached"), "be judged any more")
            if seen is not None and seen != member.lock:
                raise StaleLot(f"{member.name} was judged by someone else meanwhile")
            if self._services.drafts.get(row.id).lock != row.lock:
                raise StaleDraft(f"{row.name} was changed meanwhile; look at it again")
            assert row.sha is not None
            _require_fitting(judgement, member, row, note)
            self._lots.judge(member, judgement, row.sha, who=who, now=self._services.now(), note=note)
            return self._views.get(member.lot)

    def draw_more(self, number: int, count: int = DRAWN_AT_ONCE) -> LotView:
        """Draw more drafts at random: those that come next in the order of the lot. All draws must be read.

        Args:
            count: at most so many.

        Raises:
            UsageError: there is no such lot, all of its drafts are drawn, or ``count`` is below 1.
            StaleLot: it is closed or has failed.
        """
        with self._services.drafts.transaction():
            view = self._drawable(number, count)
            draws = min(view.lot.draws + count, view.lot.size)
            if draws == view.lot.draws:
                raise UsageError(f"all drafts of {view.lot.name} are drawn")
            self._lots.change(view.lot, now=self._services.now(), draws=draws)
            return self._views.get(number)

    def draw_targeted(
        self, number: int, wanted: QueueFilter, kind: QuestionKind | None = None, count: int = DRAWN_AT_ONCE
    ) -> LotView:
        """Draw drafts that a filter selects, in addition: they must be read, but do not count in the statistics.

        Args:
            wanted, kind: as in :func:`members_among`.
            count: at most so many, the first ones in the order of the lot.

        Raises:
            UsageError: there is no such lot, no draft of it that the filter selects is left to draw, or ``count`` is
                below 1.
            StaleLot: it is closed or has failed.
        """
        with self._services.drafts.transaction():
            view = self._drawable(number, count)
            found = members_among(self._services, view, wanted, kind)
            left = [member for member in found if not (member.place <= view.lot.draws or member.targeted)]
            if not left:
                raise UsageError(f"{view.lot.name} has no such draft that is not drawn")
            self._lots.target(left[:count])
            self._lots.change(view.lot, now=self._services.now())
            return self._views.get(number)

    def _drawable(self, number: int, count: int) -> LotView:
        """The lot, if ``count`` more drafts can be drawn from it."""
        if count < 1:
            raise UsageError("at least 1 draft must be drawn")
        view = self._views.get(number)
        require_state(view, ("reading", "reached"), "get more draws")
        return view

    def _drawn(self, row: DraftRow) -> tuple[LotView, MemberRow]:
        """The open lot of a drawn draft, and its membership. Raises UsageError if it is not drawn."""
        member = self._lots.member(row.id)
        if member is None:
            raise UsageError(f"{row.name} is in no open lot")
        view = self._views.get(member.lot)
        if view.draw_of(row.id) is None:
            raise UsageError(f"{row.name} is in {view.lot.name}, but it is not drawn")
        return view, member


def members_among(
    services: LotReviewServices, view: LotView, wanted: QueueFilter, kind: QuestionKind | None = None
) -> list[MemberRow]:
    """The members of a lot that a filter selects, in the order of the lot.

    Args:
        wanted: subject, rule of a finding, model and so on, of the drafts as they are now.
        kind: the kind of the question; None for any.
    """
    wanted = replace(with_subject_name(wanted, services), states=(), lot=view.lot.id)
    rows = services.draft_queue.page(wanted, limit=-1)
    chosen = {row.id for row in rows if kind is None or kind_of(row.question) == kind}
    return [member for member in services.lots.of_lot(view.lot.id) if member.draft in chosen]


def _require_fitting(judgement: Judgement, member: MemberRow, row: DraftRow, note: str | None) -> None:
    """Raises UsageError if the judgement does not fit the draft as it is."""
    is_changed = row.sha != member.sha
    if judgement == "serious" and not note:
        raise UsageError("a serious fault needs a reason")
    if judgement == "fine" and is_changed:
        raise UsageError(f"{row.name} was changed since the lot was frozen: its fault was minor or serious")
    if judgement == "fine" and row.state == "rejected":
        raise UsageError(f"{row.name} is rejected, which counts as a serious fault: undo that first")
    if judgement == "minor" and not is_changed and row.state != "rejected":
        raise UsageError(f"correct the minor fault of {row.name} first")
    if judgement == "minor" and row.errors:
        raise UsageError(f"{row.name} has {plural(row.errors, 'error')} to correct first")
    if judgement == "minor" and row.sha == member.judged:
        raise UsageError(f"{row.name} is judged {in_words(judgement)} already")
