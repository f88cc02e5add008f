"""Runs many jobs at once, a bounded number in flight, claimed from the ledger as they are needed.

A run whose first items all end with the same failure ends there: what fails 20 times fails for the whole list.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from generator.errors import GeneratorError, ModelUnavailable

Item = TypeVar("Item")

FIRST = 20
"""So many items with the same failure, and nothing else before them, end a run."""
_LONGEST_SLEEP = 0.5


class Stopped(GeneratorError):
    """The run is to begin nothing new, and this would have been."""


class StopSignal:
    """Tells everything that begins calls that no more are to be begun.

    ``pooled`` is set by the pool that works with it.
    """

    def __init__(self) -> None:
        self.requested = False
        self.pooled = False

    def fail(self) -> None:
        """A call met what every other would meet: a pool begins no more, though the error is still on its way to it."""
        self.requested = self.requested or self.pooled

    def check(self) -> None:
        """Raises Stopped once a stop was requested."""
        if self.requested:
            raise Stopped("the run is stopping")

    def interruptible(self, sleep: Callable[[float], Awaitable[None]]) -> Callable[[float], Awaitable[None]]:
        """``sleep``, except that it raises Stopped soon after a stop was requested, however long it was to be."""

        async def sleep_until_stopped(seconds: float) -> None:
            while seconds > 0:
                self.check()
                await sleep(min(seconds, _LONGEST_SLEEP))
                seconds -= _LONGEST_SLEEP
            self.check()

        return sleep_until_stopped


@dataclass(frozen=True)
class Outcome:
    """How an item ended.

    Args:
        asked: whether the model was asked; one that was not says nothing about the model.
        failure: the same text for items that failed for the same reason, None for one that did not fail.
        reason: the failure in words for a person.
        again: what to add to the command that has such items asked for again, where it does not by itself.
    """

    asked: bool = True
    failure: str | None = None
    reason: str = ""
    again: str = ""


class FirstItemsWatch:
    """Watches the first items of a run until one of them ends otherwise than by the failure of the others.

    Args:
        name: what the items are, for messages.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._begun = 0
        self._failed: list[Outcome] = []
        self.over = False

    @property
    def full(self) -> bool:
        """Whether as many items are begun as may fail before the run ends."""
        return not self.over and self._begun >= FIRST

    def begin(self) -> None:
        """An item is begun."""
        self._begun += 1

    def end(self, outcome: Outcome | None) -> None:
        """An item has ended; None where it was dropped.

        Raises:
            ModelUnavailable: all of the first items failed, and for the same reason.
        """
        if self.over:
            return
        if outcome is None or not outcome.asked:
            self._begun -= 1
            return
        if outcome.failure is None or any(outcome.failure != other.failure for other in self._failed):
            self.over = True
            return
        self._failed.append(outcome)
        if len(self._failed) == FIRST:
            self.over = True
            raise ModelUnavailable(self._reported(outcome))

    def _reported(self, last: Outcome) -> str:
        text = (
            f"the first {FIRST} {self._name} all ended with the same failure, so the rest is not asked: {last.reason};"
            " once that is put right, run the same command again"
        )
        return f"{text} with {last.again}, which asks for these {FIRST} again too" if last.again else text


class JobPool(Generic[Item]):
    """Workers that take items until there are no more, or until one meets an error that ends the run.

    Args:
        take: returns up to so many items, an empty list when there are none left.
        handle: does one item, and tells how it ended. What it raises ends the run: no further item is begun,
            those in flight are finished, and the first error is raised by :meth:`run`.
        give_back: is called with each item that was taken and not begun.
        stop: shared with what handles items, so that a stop reaches those in flight between two calls.
        first: watches how the first items end. No more than ``FIRST`` are begun until one of them has ended
            otherwise than by the failure of the others; where all end with it, the run ends.
    """

    def __init__(
        self,
        take: Callable[[int], Awaitable[list[Item]]],
        handle: Callable[[Item], Awaitable[Outcome | None]],
        release: Callable[[Item], Awaitable[None]],
        stop: StopSignal | None = None,
        first: FirstItemsWatch | None = None,
    ) -> None:
        self._take = take
        self._handle = handle
        self._release = release
        self._ready: deque[Item] = deque()
        self._taking = asyncio.Lock()
        self._error: Exception | None = None
        self._stop = stop or StopSignal()
        self._stop.pooled = True
        self._first = first
        self._ended = asyncio.Event()
        self.in_flight = 0

    def stop(self) -> None:
        """Begin nothing new; calls in flight go on to their end."""
        self._stop.requested = True

    async def run(self, concurrency: int) -> None:
        """Do all items, at most ``concurrency`` at a time."""
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(concurrency):
                    group.create_task(self._work(concurrency))
        finally:
            while self._ready:
                await self._release_one(self._ready.popleft())
        if self._error is not None:
            raise self._error

    async def _work(self, concurrency: int) -> None:
        while True:
            try:
                item = await self._next(concurrency)
                if item is None:
                    return
                await self._do(item)
            except Stopped:
                continue
            except Exception as error:  # noqa: BLE001 - raised by run, when those in flight have ended
                self._error = self._error or error
                self.stop()

    async def _do(self, item: Item) -> None:
        self.in_flight += 1
        outcome: Outcome | None = None
        try:
            outcome = await self._handle(item)
        finally:
            self.in_flight -= 1
            self._ended.set()
            if self._first is not None:
                self._first.end(outcome)

    async def _release_one(self, item: Item) -> None:
        try:
            await self._release(item)
        except GeneratorError as error:
            # The run's next start releases what a run did not give back.
            self._error = self._error or error

    async def _next(self, concurrency: int) -> Item | None:
        async with self._taking:
            while self._first is not None and self._first.full and not self._stop.requested:
                self._ended.clear()
                await self._ended.wait()
            if not self._ready and not self._stop.requested:
                self._ready.extend(await self._take(max(16, concurrency // 2)))
            if self._stop.requested or not self._ready:
                return None
            if self._first is not None:
                self._first.begin()
            return self._ready.popleft()
