"""What a run asks the model for, of all that planning decided on."""

from collections.abc import Mapping
from typing import TypeVar

Decision = TypeVar("Decision", bound=str)

_ASKED = frozenset({"new", "resume", "redo"})


def is_asked(decision: str) -> bool:
    """Whether a run asks for what planning decided on so."""
    return decision in _ASKED


def count_asked(counts: Mapping[Decision, int]) -> int:
    """How many of the planned a run has to ask for."""
    return sum(count for decision, count in counts.items() if is_asked(decision))
