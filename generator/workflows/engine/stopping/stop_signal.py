"""Stops a run early: no further call begins, and the calls in flight end."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

from generator.errors import GeneratorError

_LONGEST_SLEEP = 0.5


class Stopped(GeneratorError):
    """Raised in place of a call that would begin after a stop was requested."""


class StopSignal:
    """Tells everything that begins calls to begin no more.

    Attributes:
        is_requested: whether a stop was requested.
        in_flight: how many calls were sent and have no answer yet.
        stops_on_fatal_failure: whether a failure that every call would meet requests the stop. Set by the pool that
            works with this signal; a session without a pool goes on after such a failure.
    """

    def __init__(self) -> None:
        self.is_requested = False
        self.in_flight = 0
        self.stops_on_fatal_failure = False

    def stop(self) -> None:
        """Request the stop."""
        self.is_requested = True

    def report_fatal_failure(self) -> None:
        """A call failed in a way that every other call would. A pool begins no more, even before it gets the error."""
        self.is_requested = self.is_requested or self.stops_on_fatal_failure

    def check(self) -> None:
        """Raise Stopped once a stop was requested."""
        if self.is_requested:
            raise Stopped("the run is stopping")

    @contextmanager
    def call(self) -> Iterator[None]:
        """Count a call as in flight during the block."""
        self.in_flight += 1
        try:
            yield
        finally:
            self.in_flight -= 1

    def interruptible(self, sleep: Callable[[float], Awaitable[None]]) -> Callable[[float], Awaitable[None]]:
        """``sleep``, but it raises Stopped at most half a second after a stop was requested."""

        async def sleep_until_stopped(seconds: float) -> None:
            while seconds > 0:
                self.check()
                await sleep(min(seconds, _LONGEST_SLEEP))
                seconds -= _LONGEST_SLEEP
            self.check()

        return sleep_until_stopped
