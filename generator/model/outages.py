"""Waits while an endpoint is gone: one call at a time tries it, with growing pauses, and all other calls wait.

An outage begins when no connection is possible, or when a gateway answers for every call over a while that it has no
backend. Before the endpoint has answered for the first time there is no outage: its address may be wrong.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from random import Random
from typing import TypeVar

from generator.errors import ModelUnavailable
from generator.model.failures import CallError, Failure

Result = TypeVar("Result")

UNREACHABLE = frozenset({"connection-refused", "unknown-host", "connect-timeout"})
"""The causes of failures where no connection is possible: every other call would fail in the same way."""

_NO_BACKEND = frozenset({"http-502", "http-503", "http-504", "http-521", "http-522", "http-523"})
_FEWEST_CALLS = 2
_WHILE_SECONDS = 5.0
_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 300.0
_MOST_DOUBLINGS = 10
# A pause is divided into sleeps of this length, because the answer to a call in flight may end it.
_LONGEST_SLEEP = 1.0


@dataclass(frozen=True)
class Pause:
    """A pause of an outage, before the next call tries the endpoint.

    Args:
        failure: the last one.
        down_seconds: how long ago the outage began.
        seconds: the length of the pause.
    """

    failure: Failure
    down_seconds: float
    seconds: float


class OutageOver(Exception):
    """The endpoint answers again: a call that waited begins, with all of its attempts."""


class Outages:
    """The outages of one endpoint during a run, shared by all of its calls.

    Args:
        longest_seconds: an outage that lasts longer ends the run.
        attempts: how often a call is made at most without an outage.
        clock: monotonic seconds.
        rng: for jitter.
        sleep: waits for seconds.
        on_pause: is given each pause before it begins.
        on_end: is given the seconds that an outage lasted.
    """

    def __init__(
        self,
        *,
        longest_seconds: float,
        attempts: int,
        clock: Callable[[], float],
        rng: Random,
        sleep: Callable[[float], Awaitable[None]],
        on_pause: Callable[[Pause], None] = lambda _: None,
        on_end: Callable[[float], None] = lambda _: None,
    ) -> None:
        self._longest_seconds = longest_seconds
        self._attempts = attempts
        self._clock = clock
        self._rng = rng
        self._sleep = sleep
        self._on_pause = on_pause
        self._on_end = on_end
        self._turn = asyncio.Lock()
        self._has_answered = False
        self._since: float | None = None
        self._pauses = 0
        self._no_backend: Counter[object] = Counter()  # failures since the last answer, by call
        self._no_backend_since = 0.0

    async def attempt(self, call: Callable[[], Awaitable[Result]], key: object) -> Result:
        """Make one attempt of a call. If it meets an outage, wait until the endpoint answers again.

        Args:
            key: the same for all attempts of a call.

        Raises:
            CallError: the attempt failed, and not because of an outage.
            OutageOver: the outage that the call waited for is over, by the answer to another call.
            ModelUnavailable: the outage lasted too long.
        """
        if self._since is None:
            try:
                return self._answered(await call())
            except CallError as error:
                if not self._is_outage(error.failure, key):
                    raise
                self._begin(error.failure)
        async with self._turn:
            while await self._pause():
                try:
                    return self._answered(await call())
                except CallError as error:
                    if not _is_down(error.failure):
                        self._end()
                        raise
                    self._failure = error.failure
            raise OutageOver

    def _is_outage(self, failure: Failure, key: object) -> bool:
        """Whether a failure begins an outage or belongs to one."""
        if self._since is not None:
            return _is_down(failure)
        if failure.cause in UNREACHABLE:
            return self._has_answered
        if failure.cause in _NO_BACKEND:
            return self._has_answered and self._has_no_backend(key)
        if failure.status is not None:
            self._answered(None)
        return False

    def _has_no_backend(self, key: object) -> bool:
        """Whether the gateway has answered that it has no backend for every call over a while, this one included."""
        now = self._clock()
        if not self._no_backend:
            self._no_backend_since = now
        self._no_backend[key] += 1
        is_while = now - self._no_backend_since >= _WHILE_SECONDS
        return len(self._no_backend) >= _FEWEST_CALLS and (
            is_while or self._no_backend[key] >= self._attempts
        )

    def _begin(self, failure: Failure) -> None:
        self._failure = failure
        if self._since is None:
            self._since, self._pauses = self._clock(), 0

    def _answered(self, result: Result) -> Result:
        self._has_answered = True
        self._no_backend.clear()
        self._end()
        return result

    def _end(self) -> None:
        since, self._since = self._since, None
        if since is not None:
            self._on_end(self._clock() - since)

    async def _pause(self) -> bool:
        """Wait before the next call tries the endpoint; False if the outage is over.

        Raises:
            ModelUnavailable: the outage has lasted too long.
        """
        await self._sleep(0.0)  # raises where the run is stopping
        if self._since is None:
            return False
        down = self._clock() - self._since
        left = self._longest_seconds - down
        if left <= 0:
            raise ModelUnavailable(f"{self._failure.message}; no answer for {down / 60:,.0f} minutes")
        pause = min(_FIRST_PAUSE * 2.0**self._pauses, _LONGEST_PAUSE) * self._rng.uniform(0.9, 1.1)
        self._pauses = min(self._pauses + 1, _MOST_DOUBLINGS)
        until = self._clock() + min(pause, left)
        self._on_pause(Pause(self._failure, down, min(pause, left)))
        while self._since is not None and (seconds := until - self._clock()) > 0:
            await self._sleep(min(seconds, _LONGEST_SLEEP))
        return self._since is not None


def _is_down(failure: Failure) -> bool:
    """Whether a failure during an outage shows that it goes on: there was no answer, or not that of the backend."""
    return failure.cause in UNREACHABLE | _NO_BACKEND or (failure.retryable and failure.status is None)
