"""Why a draft must not be approved unread, that is by a decision on many drafts, or with a lot that it is in."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from generator.workflows.ports import HasLedger, HasLots, HasRevisions, HasSetAside

if TYPE_CHECKING:
    from generator.store.ledger.sampling.rows import LotMark


class Obstacle(NamedTuple):
    """A reason in words that follow the name of ``one`` draft, and in words that follow a number of ``many``."""

    one: str
    many: str


class UnreadServices(HasLedger, HasRevisions, HasSetAside, HasLots, Protocol):
    """What looking for obstacles takes."""


def obstacle_to_unread(
    services: UnreadServices, draft: int, *, lot: int | None = None, is_chosen: bool = False
) -> Obstacle | None:
    """Why a draft must not be approved unread; None where it may be.

    Args:
        lot: the number of the lot that approves the draft, or gives it up to another one; None without one.
        is_chosen: whether a person chose this draft by itself. Then it may be set aside.
    """
    mark = services.lots.marks([draft]).get(draft)
    if mark is not None and mark.lot != lot:
        return _in_lot(mark)
    if services.revisions.open_of(draft) is not None:
        return Obstacle("has an open revision", "with an open revision")
    if services.ledger.redrafts.queued_of(draft) is not None:
        return Obstacle("is queued to be drafted again", "queued to be drafted again")
    aside = None if is_chosen else services.set_aside.of([draft]).get(draft)
    if aside is not None:
        words = f"set aside by {aside.who}{f' until {aside.until}' if aside.until else ''}"
        return Obstacle(f"is {words}", words)
    return None


def _in_lot(mark: LotMark) -> Obstacle:
    if mark.must_be_read:
        words = f"must be read: lot {mark.lot} failed"
        return Obstacle(words, words)
    return Obstacle(f"is in lot {mark.lot}, which decides on it", f"in lot {mark.lot}")
