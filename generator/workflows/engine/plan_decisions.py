"""Which decisions of planning lead to a request to the model."""

from collections.abc import Mapping
from typing import TypeVar

Decision = TypeVar("Decision", bound=str)

_ASKED = frozenset({"new", "resume", "redo"})


def is_asked(decision: str) -> bool:
    """Whether a run asks the model for an item with this decision."""
    return decision in _ASKED


def count_asked(counts: Mapping[Decision, int]) -> int:
    """How many items a run asks the model for, of counts by decision."""
    return sum(count for decision, count in counts.items() if is_asked(decision))
