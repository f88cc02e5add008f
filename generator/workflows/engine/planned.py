"""What a run asks the model for, of all that planning decided on, and what is frozen of it besides the messages."""

from collections.abc import Mapping
from typing import Any, TypeVar

Decision = TypeVar("Decision", bound=str)

_ASKED = frozenset({"new", "resume", "redo"})


def is_asked(decision: str) -> bool:
    """Whether a run asks for what planning decided on so."""
    return decision in _ASKED


def count_asked(counts: Mapping[Decision, int]) -> int:
    """How many of the planned a run has to ask for."""
    return sum(count for decision, count in counts.items() if is_asked(decision))


def frozen_request(
    schema_name: str,
    schema: Mapping[str, Any],
    model: str,
    parameters: Mapping[str, Any],
    *,
    grounded: bool | None = None,
) -> dict[str, Any]:
    """What is frozen with a job besides its messages. The ledger keeps it as it is, so that its keys stay in this order.

    Args:
        grounded: whether the messages ask for the passages behind each point; None where there is no such choice.
    """
    request = {"schema_name": schema_name, "schema": schema, "model": model, "parameters": parameters}
    return request if grounded is None else {**request, "grounded": grounded}
