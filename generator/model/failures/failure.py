"""The values that describe a failed call: why it failed, what was called, and the exception that carries both."""

from dataclasses import dataclass
from typing import Literal

from generator.errors import CallFailed

Kind = Literal["rate_limit", "transient", "timeout", "request", "filtered", "too_long", "fatal"]
RETRYABLE: frozenset[Kind] = frozenset({"rate_limit", "transient", "timeout"})
Billed = Literal["no", "maybe"]

# Longer waits that an endpoint asks for are cut to this, except those for a rate limit.
MAX_RETRY_AFTER_SECONDS = 120.0


@dataclass(frozen=True)
class Failure:
    """Why one call failed.

    Args:
        kind: ``fatal`` failures affect every further call; ``request``, ``filtered`` and ``too_long`` affect this
            request alone; the other kinds are temporary.
        cause: a short code, stored in the ledger.
        message: one line for a person.
        retry_after_seconds: the wait that the endpoint asked for; None without one.
        billed: ``maybe`` where the endpoint may charge an answer that did not arrive.
    """

    kind: Kind
    cause: str
    message: str
    status: int | None = None
    request_id: str | None = None
    retry_after_seconds: float | None = None
    billed: Billed = "no"

    @property
    def retryable(self) -> bool:
        """Whether the same request may succeed later."""
        return self.kind in RETRYABLE


class CallError(CallFailed):
    """One HTTP call failed; ``failure`` says why."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.cause, failure.message, request_id=failure.request_id)
        self.failure = failure


@dataclass(frozen=True)
class CallTarget:
    """What was called, for messages. ``secret`` is the key, which messages must not contain."""

    endpoint: str
    model: str
    secret: str = ""
