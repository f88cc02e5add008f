"""What the probe of an endpoint saw, for the checks to judge."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from generator.model.failures import CallError, Failure
from generator.model.requests import EndpointProfile

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from generator.errors import GeneratorError
    from generator.model.budget import Price
    from generator.workflows.doctor.probe_requests import Copy

Step = Literal["models", "reply", "cap", "parameters", "window", "cache"]
"""A part of the probe: the list of models, or what is asked for.

- ``models``: the list of models; costs nothing.
- ``reply``: a short reply, with the parameters of the settings.
- ``cap``: a reply that is longer than its output cap.
- ``parameters``: a short reply, with further parameters.
- ``window``: a short reply to a prompt of the largest size.
- ``cache``: the same prompt again, with another end.
"""

UNREACHED = frozenset(
    {
        "bad-address",
        "bad-certificate",
        "unknown-host",
        "connection-refused",
        "connection-dropped",
        "connect-timeout",
        "timeout",
        "proxy",
        "blocked",
    }
)
"""The causes of calls that reach no endpoint."""


@dataclass(frozen=True)
class ProbeGoal:
    """What is probed, and what the settings need.

    Args:
        parameters: those that the settings send.
        price: None where it is not known.
        prompt_chars: the size of the largest prompt, which the context window must hold.
        words: the code words at the beginning and the end of the prompts.
        today: the date of the probe.
    """

    endpoint: str
    model: str
    parameters: Mapping[str, Any]
    price: Price | None
    prompt_chars: int
    words: tuple[str, str]
    today: date


@dataclass
class Evidence:
    """What was seen.

    Attributes:
        copies: the reply to each step that got one.
        errors: what ended each step that got none; for the list of models a ``CallError``.
        entries: the list of models; None where there is none.
        refused: the parameters that the endpoint refused.
        untested: further parameters of which nothing can be said.
        profile: what is known of the endpoint after the last step.
        ends: when the model is shut down; None where no date is known.
        headers: of the last answer.
        prompt_chars_sent: the size of the large prompt that was sent.
    """

    goal: ProbeGoal
    copies: dict[Step, Copy] = field(default_factory=dict)
    errors: dict[Step, GeneratorError] = field(default_factory=dict)
    entries: Sequence[Mapping[str, Any]] | None = None
    refused: frozenset[str] = frozenset()
    untested: set[str] = field(default_factory=set)
    profile: EndpointProfile = field(default_factory=EndpointProfile)
    ends: date | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    prompt_chars_sent: int = 0

    @property
    def is_reached(self) -> bool:
        """Whether the endpoint gave any answer, if only an error."""
        return not {self.cause_of("models"), self.cause_of("reply")} & UNREACHED

    def was_tried(self, step: Step) -> bool:
        """Whether a step was made."""
        seen = step in self.copies or step in self.errors
        return (
            seen
            or (step == "models" and self.entries is not None)
            or (step == "parameters" and bool(self.untested))
        )

    def cause_of(self, step: Step) -> str:
        """The cause of the failed call that ended a step; empty where none did."""
        failure = self.failure_of(step)
        return failure.cause if failure else ""

    def failure_of(self, step: Step) -> Failure | None:
        """The failed call that ended a step; None where none did."""
        error = self.errors.get(step)
        for each in (error, error.__cause__ if error else None):
            if isinstance(each, CallError):
                return each.failure
        return None

    def reason_of(self, step: Step) -> str:
        """What ended a step, for a person."""
        return str(self.errors.get(step, ""))
