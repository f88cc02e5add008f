"""Collects what is known of a lot: its state, its draws with what reviewers said of them, and its statistics."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from generator.content.sampling import Sample
from generator.content.sampling.lot_states import OPEN_STATES, LotState
from generator.errors import UsageError
from generator.store.ledger.decision_log import PROGRAM
from generator.store.ledger.sampling.judgements import StaleLot
from generator.workflows.ports import HasDrafts, HasLedger, HasLots

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.store.ledger.drafts.decisions import DraftDecision
    from generator.store.ledger.drafts.rows import DraftRow
    from generator.store.ledger.sampling.rows import LotRow, MemberRow


@dataclass(frozen=True, slots=True)
class Draw:
    """A drawn draft.

    Args:
        row: the draft as it is now.
        is_random: whether it counts in the statistics.
        number: its place among the draws, from 1 on.
        is_serious: whether it has a serious fault: it was judged so, or a person rejected it and nobody judged it minor.
        who, note: of the judgement or the rejection; empty without one.
    """

    member: MemberRow
    row: DraftRow
    is_random: bool
    number: int
    is_serious: bool
    who: str
    note: str

    @property
    def is_read(self) -> bool:
        """Whether it need not be judged any more."""
        return self.is_serious or self.member.state != "unread"

    @property
    def judgement(self) -> str:
        """What was said of it: ``unread``, ``fine``, ``minor`` or ``serious``."""
        return "serious" if self.is_serious else self.member.state


@dataclass(frozen=True, slots=True)
class LotView:
    """A lot with its draws.

    Args:
        draws: the random ones in their order, then the targeted ones.
        approved: how many drafts its release approved.
        left_out: those that it left out; their ``outcome`` says why.
    """

    lot: LotRow
    draws: tuple[Draw, ...]
    approved: int
    left_out: tuple[MemberRow, ...]

    @property
    def sample(self) -> Sample:
        """The statistics of the random draws."""
        found = [draw for draw in self.draws if draw.is_random and draw.is_read]
        serious = sum(draw.is_serious for draw in found)
        minor = sum(draw.judgement == "minor" for draw in found)
        return Sample(self.lot.size, len(found), serious, minor, self.lot.goal)

    @property
    def state(self) -> LotState:
        """Its state. A serious fault ends it; it has reached its goal when all draws are read, and they are enough."""
        if self.lot.state != "open":
            return self.lot.state
        if self.serious:
            return "failed"
        return "reading" if self.unread or self.sample.missing else "reached"

    @property
    def is_open(self) -> bool:
        """Whether it decides on its drafts."""
        return self.state in OPEN_STATES

    @property
    def serious(self) -> tuple[Draw, ...]:
        """The draws with a serious fault."""
        return tuple(draw for draw in self.draws if draw.is_serious)

    @property
    def unread(self) -> tuple[Draw, ...]:
        """The draws that are to be judged."""
        return tuple(draw for draw in self.draws if not draw.is_read)

    @property
    def targeted(self) -> tuple[Draw, ...]:
        """The draws that do not count in the statistics."""
        return tuple(draw for draw in self.draws if not draw.is_random)

    @property
    def reasons_left_out(self) -> dict[str, int]:
        """Why its release left drafts out, with their number."""
        return dict(Counter(member.outcome or "" for member in self.left_out))

    def draw_of(self, draft: int) -> Draw | None:
        """The draw of a draft; None if it is not drawn."""
        return next((draw for draw in self.draws if draw.row.id == draft), None)

    def next_draw(self, after: int | None = None) -> Draw | None:
        """The next draft to judge: the first one after this draft, else the first of all; None if all are judged."""
        at = next((index for index, draw in enumerate(self.draws) if draw.row.id == after), -1)
        return next((draw for draw in (*self.draws[at + 1 :], *self.draws[:at]) if not draw.is_read), None)


class LotViewServices(HasLedger, HasDrafts, HasLots, Protocol):
    """The services that viewing lots needs."""


class LotViews:
    """Collects what is known of the lots of one ledger."""

    def __init__(self, services: LotViewServices) -> None:
        self._lots = services.lots
        self._decisions = services.drafts.decisions

    def get(self, number: int) -> LotView:
        """The lot with this number.

        Raises:
            UsageError: there is none.
        """
        lot = self._lots.find(number)
        if lot is None:
            raise UsageError(f"there is no lot {number}: generator lots shows all")
        return self.view(lot)

    def all(self) -> list[LotView]:
        """All lots, newest first."""
        return [self.view(lot) for lot in self._lots.all()]

    def open(self) -> list[LotView]:
        """The lots that decide on their drafts, newest first."""
        return [self.view(lot) for lot in self._lots.all(("open", "releasing"))]

    def view(self, lot: LotRow) -> LotView:
        """A lot with its draws."""
        judgements = self._lots.judgements.of_lot(lot.id)
        draws: list[Draw] = []
        for number, (member, row) in enumerate(self._lots.drawn(lot), start=1):
            said = judgements.get(member.id)
            who, note = (said.who, said.note or "") if said else ("", "")
            is_serious = member.state == "serious"
            rejection = self._rejection(lot, member, row)
            if rejection is not None:
                is_serious, who, note = True, rejection.who, f"rejected: {rejection.note}"
            is_random = member.place <= lot.draws
            draws.append(Draw(member, row, is_random, number, is_serious, who, note))
        left_out = tuple(self._lots.left_out(lot.id))
        return LotView(lot, tuple(draws), self._lots.approved(lot.id), left_out)

    def _rejection(self, lot: LotRow, member: MemberRow, row: DraftRow) -> DraftDecision | None:
        """The rejection of a drawn draft that counts as a serious fault: by a person, before the lot was closed."""
        if row.state != "rejected" or member.state not in ("unread", "fine"):
            return None
        rejection = self._decisions.effective(row.id)
        if rejection is None or rejection.who == PROGRAM:
            return None
        return rejection if lot.state == "open" or rejection.at <= lot.updated_at else None


def require_state(view: LotView, states: Sequence[LotState], what: str) -> None:
    """Check the state of a lot before a step.

    Args:
        what: the step in words, such as "be released".

    Raises:
        StaleLot: it is in none of these states.
    """
    if view.state in states:
        return
    reason = {
        "reading": f"its sample is not read yet: {view.sample.progress}",
        "reached": "its sample has no serious fault",
        "failed": f"it has failed: {view.serious[0].member.name} has a serious fault" if view.serious else "",
    }.get(
        view.state,
        f"it is closed ({view.state})" if not view.is_open else "its release is to be finished first",
    )
    raise StaleLot(f"{view.lot.name} cannot {what}: {reason}")


def require_seen(view: LotView, seen: int | None) -> None:
    """Check that a lot is as the reviewer saw it.

    Args:
        seen: the counter of changes that was shown; None if it was not shown.

    Raises:
        StaleLot: it changed since.
    """
    if seen is not None and seen != view.lot.lock:
        raise StaleLot(f"{view.lot.name} was changed meanwhile; look at it again")
