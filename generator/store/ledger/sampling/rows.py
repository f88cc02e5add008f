"""The rows of the tables of lots and of their members."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from generator.content.sampling import Goal
from generator.content.sampling.lot_states import Judgement, StoredLotState

APPROVED = "approved"
"""The outcome of a member that the release of its lot approved."""
IS_MARKED = "(own.held OR own.review AND own.sha = draft.sha AND draft.state = 'drafted')"
"""The condition, in SQL, that the lot of a member ``own`` decides on its draft, or has failed so that it must be read."""


@dataclass(frozen=True, slots=True)
class LotRow:
    """One lot.

    Args:
        filter: what selected its drafts: the fields of a ``QueueFilter`` that filter.
        seed: decides the order in which its drafts are drawn.
        size: how many drafts were frozen.
        draws: so many of them are drawn at random.
        lock: counts its changes.
        parent: the failed lot of which this one is the rest; None without one.
        bulk: the number that the decisions of its release share; None before the first.
        slice: what was cut out of it, as ``filter``; empty where nothing was.
        closed_by: who released it, or sent its drafts back; None while it is open.
    """

    id: int
    filter: Mapping[str, Any]
    seed: str
    goal: Goal
    size: int
    draws: int
    state: StoredLotState
    lock: int
    parent: int | None
    bulk: int | None
    slice: Mapping[str, Any]
    who: str
    at: str
    closed_by: str | None
    updated_at: str

    @property
    def name(self) -> str:
        """Its name for messages."""
        return f"lot {self.id}"


@dataclass(frozen=True, slots=True)
class MemberRow:
    """One draft of a lot.

    Args:
        key: ``subject/slug`` when the lot was frozen.
        sha: the hash of its bytes when the lot was frozen.
        place: in the random order of the lot, from 1 on.
        targeted: whether it was chosen to be read, beside the random draws.
        state: what the reviewer said of it.
        judged: the hash of the bytes that were judged; None before.
        lock: counts its changes.
        held: whether its lot decides on the draft.
        review: whether a person must read these bytes, because the lot failed.
        outcome: of the release: :data:`APPROVED`, or why the draft was left out; None before.
    """

    id: int
    lot: int
    draft: int
    key: str
    sha: str
    place: int
    targeted: bool
    state: Judgement
    judged: str | None
    lock: int
    held: bool
    review: bool
    outcome: str | None

    @property
    def name(self) -> str:
        """Its name for messages."""
        return self.key

    @property
    def released_sha(self) -> str:
        """The hash of the bytes that the release of its lot approves: those judged, else those frozen."""
        return self.judged or self.sha


class LotMark(NamedTuple):
    """The lot that decides on a draft; or, with ``must_be_read``, the failed one because of which it must be read."""

    lot: int
    must_be_read: bool
