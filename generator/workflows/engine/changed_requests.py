"""The requests that follow a reply which could not be used: the same request with one thing changed."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from generator.errors import ReplyFormatError
from generator.model.messages import Message
from generator.model.requests import CAP, ModelRequest

EFFORT = "reasoning_effort"
# Not below ``low``: models that know no lower level refuse the request.
_EFFORTS = ("xhigh", "high", "medium", "low")
# Parameter, its default, by how much it is raised, its largest value here.
_SAMPLING = (("frequency_penalty", 0.0, 0.5, 2.0), ("temperature", 1.0, 0.3, 1.5))


def with_larger_cap(request: ModelRequest, factor: float) -> ModelRequest:
    """The same request with an output cap ``factor`` times as large."""
    return _with_parameter(request, CAP, int(request.output_cap * factor))


def with_lower_effort(request: ModelRequest, refused: Collection[str]) -> ModelRequest | None:
    """The same request with the next lower reasoning effort; None where it has none or no lower one.

    Args:
        refused: the parameters that the endpoint refuses.
    """
    effort = request.parameters.get(EFFORT)
    if EFFORT in refused or effort not in _EFFORTS[:-1]:
        return None
    return _with_parameter(request, EFFORT, _EFFORTS[_EFFORTS.index(effort) + 1])


def with_other_sampling(request: ModelRequest, refused: Collection[str]) -> ModelRequest:
    """The same request with a parameter that makes repetition less likely; unchanged where all are refused.

    Args:
        refused: the parameters that the endpoint refuses.
    """
    for name, default, step, most in _SAMPLING:
        value = request.parameters.get(name)
        value = default if value is None else value
        if name not in refused and isinstance(value, int | float) and value < most:
            return _with_parameter(request, name, min(most, round(value + step, 2)))
    return request


def asked_again(request: ModelRequest, error: ReplyFormatError | None) -> ModelRequest:
    """The same request with a note on why the last reply could not be read; unchanged where it could."""
    if error is None:
        return request
    note = f"\n\nYour last reply could not be used: {error.reason}. Reply with the one complete JSON object asked for."
    system, user = request.messages
    return replace(request, messages=(system, Message(role="user", content=user["content"] + note)))


def _with_parameter(request: ModelRequest, name: str, value: Any) -> ModelRequest:
    return replace(request, parameters={**request.parameters, name: value})
