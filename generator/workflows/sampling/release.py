"""Releases a lot: approves all its drafts as one decision, in short transactions, and finishes what was interrupted.

The lot is ``releasing`` from the first transaction to the last, and each of its drafts has an outcome as soon as it is
decided. A release that was interrupted goes on where it ended. Nothing of a lot is published before its release is
finished.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from generator.content.display import in_words
from generator.content.evidence.release import Release
from generator.errors import GeneratorError
from generator.store.ledger.drafts.rows import StaleDraft
from generator.store.ledger.queue.queue_filter import QueueFilter
from generator.store.ledger.sampling.judgements import StaleLot
from generator.store.ledger.sampling.rows import APPROVED
from generator.workflows.draft_files.importer import EditImporter
from generator.workflows.ports import HasQueue
from generator.workflows.review.decisions.decisions import DecisionServices, DraftDecisions
from generator.workflows.review.decisions.unread import obstacle_to_unread
from generator.workflows.sampling.lot_view import LotView, LotViews, require_seen, require_state
from generator.workflows.site.reviewer import reviewer_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from generator.store.ledger.drafts.rows import DraftRow
    from generator.store.ledger.sampling.rows import LotRow, MemberRow
    from generator.workflows.engine.progress import Progress

CHUNK = 250
"""So many drafts are decided in one transaction."""


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A checked member: what records its approval, or why it is left out."""

    member: MemberRow
    approve: Callable[[int | None], DraftRow] | None
    reason: str


class ReleaseServices(DecisionServices, HasQueue, Protocol):
    """The services that releasing a lot needs."""


class LotRelease:
    """Releases one lot. ``who`` is the reviewer's name."""

    def __init__(self, services: ReleaseServices, number: int, *, who: str) -> None:
        self._services = services
        self._number = number
        self._who = who
        self._lots = services.lots
        self._views = LotViews(services)
        self._decisions = DraftDecisions(services)
        self._importer = EditImporter(services)

    def steps(self, seen: int | None = None) -> Iterator[int]:
        """Release the lot step by step; yields after each transaction how many drafts are decided.

        Args:
            seen: the lot's counter of changes that the reviewer saw; None if it was not shown.

        Raises:
            UsageError: there is no such lot.
            StaleLot: its sample is not read, it has failed or is closed, or somebody undoes its release meanwhile.
            NotApprovable: a subject of the lot is approved by others; nothing is released.
        """
        with self._services.drafts.transaction():
            view = self._views.get(self._number)
            require_state(view, ("reached", "releasing"), "be released")
            require_seen(view, seen)
            rows = self._drafts_of_lot()
            self._require_signoff(rows.values())
            lot = self._lots.change(view.lot, now=self._services.now(), state="releasing")
        members = self._lots.to_release(lot.id)
        for start in range(0, len(members), CHUNK):
            # Checking reads files, so it comes before the transaction.
            prepared = [
                self._prepared(member, rows[member.draft]) for member in members[start : start + CHUNK]
            ]
            with self._services.drafts.transaction():
                lot = self._current(lot)
                for item in prepared:
                    lot = self._decide(item, lot)
            yield start + len(prepared)
        with self._services.drafts.transaction():
            lot = self._current(lot)
            self._lots.change(lot, now=self._services.now(), state="released", closed_by=self._who)
            self._lots.let_go(lot.id)

    def _current(self, lot: LotRow) -> LotRow:
        """The lot as it is now. Raises StaleLot if its release was undone or finished by someone else."""
        now = self._lots.find(lot.id)
        if now is None or now.state != "releasing" or (lot.bulk is not None and now.bulk != lot.bulk):
            raise StaleLot(f"the release of {lot.name} was undone or finished by someone else meanwhile")
        return now

    def _drafts_of_lot(self) -> dict[int, DraftRow]:
        in_lot = QueueFilter(lot=self._number)
        return {row.id: row for row in self._services.draft_queue.page(in_lot, limit=-1)}

    def _require_signoff(self, rows: Iterable[DraftRow]) -> None:
        """Raises NotApprovable where a subject of the lot names who may approve, and this reviewer is not among them."""
        for row in {row.subject: row for row in rows}.values():
            self._decisions.require_signoff(row, self._who)

    def _prepared(self, member: MemberRow, row: DraftRow) -> _Prepared:
        try:
            row = self._importer.sync(row)
            reason = _why_left_out(member, row)
            if reason:
                return _Prepared(member, None, reason)
            release = Release("sampled", edited=row.edited, lot=member.lot)
            approve = self._decisions.prepared_approval(
                row, who=self._who, release=release, note=f"lot {member.lot}"
            )
        except GeneratorError as error:
            return _Prepared(member, None, str(error).removeprefix(f"{row.name} "))
        return _Prepared(member, approve, "")

    def _decide(self, item: _Prepared, lot: LotRow) -> LotRow:
        """Approve one draft, or leave it out. Returns the lot, which has the number of its decisions from the first on."""
        now = self._services.now()
        outcome = item.reason
        obstacle = obstacle_to_unread(self._services, item.member.draft, lot=lot.id)
        if item.approve is not None and obstacle is not None:
            outcome = obstacle.one
        elif item.approve is not None:
            bulk = lot.bulk or self._services.drafts.decisions.next_bulk()
            try:
                item.approve(bulk)
            except StaleDraft:
                outcome = "was changed meanwhile"
            else:
                outcome = APPROVED
                lot = lot if lot.bulk else self._lots.change(lot, now=now, bulk=bulk)
        self._lots.set_outcome(item.member, outcome, now=now)
        return lot


def release_lot(
    services: ReleaseServices, number: int, progress: Progress, *, reviewer: str | None = None
) -> LotView:
    """Release a lot: approve all its drafts that are as they were frozen, or as they were judged, as one decision.

    Args:
        reviewer: who releases it; None for the name from the settings or git.

    Returns:
        the lot as it is then; its ``left_out`` tells which drafts were not approved, and why.

    Raises:
        UsageError: the reviewer has no name, and as :meth:`LotRelease.steps`.
    """
    release = LotRelease(services, number, who=reviewer_name(services.settings, reviewer))
    with progress.bar("releasing") as meter:
        for done in release.steps():
            meter(done)
    return LotViews(services).get(number)


def _why_left_out(member: MemberRow, row: DraftRow) -> str:
    """Why a member is not approved with its lot; empty if it can be."""
    if row.state == "approved":
        return "was approved before"
    if row.state != "drafted":
        return f"is {in_words(row.state)}"
    if row.sha != member.released_sha:
        return f"was changed after {'it was judged' if member.judged else 'the lot was frozen'}"
    return ""
