"""The states of lots, and the judgements on the drafts that are drawn from them."""

from typing import Literal, get_args

StoredLotState = Literal["open", "releasing", "released", "review", "cut"]
"""The states of lots in the ledger.

- ``open``: its sample is being read, or was read.
- ``releasing``: a part of its drafts is approved; the release is to be finished.
- ``released``: its drafts are approved.
- ``review``: its drafts are back in the queue.
- ``cut``: a slice of it is back in the queue, and the rest is a lot of its own.
"""

LotState = Literal["reading", "reached", "failed", "releasing", "released", "review", "cut"]
"""The states as people see them: an open lot is being read, or has reached its goal, or has failed."""

Judgement = Literal["unread", "fine", "minor", "serious"]
"""What a reviewer says of a drawn draft.

- ``minor``: it had a fault that was corrected.
- ``serious``: it is wrong, harmful or off the question. This ends the lot.
"""
GIVEN: tuple[Judgement, ...] = ("fine", "minor", "serious")
"""The judgements that a reviewer can give."""

OPEN_STATES: frozenset[LotState] = frozenset({"reading", "reached", "failed", "releasing"})
"""In these states, the lot decides on its drafts."""

# A serious fault stands unless it is undone. A draft that is corrected once more is judged minor again.
TRANSITIONS: dict[Judgement, frozenset[Judgement]] = {
    "unread": frozenset({"fine", "minor", "serious"}),
    "fine": frozenset({"minor", "serious"}),
    "minor": frozenset({"fine", "minor", "serious"}),
    "serious": frozenset(),
}

assert set(get_args(LotState)) - {"reading", "reached", "failed"} == set(get_args(StoredLotState)) - {"open"}
