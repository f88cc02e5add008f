"""Runs many jobs at once, a bounded number in flight, claimed from the ledger as they are needed."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from generator.errors import GeneratorError

Item = TypeVar("Item")


class Stopped(GeneratorError):
    """The run is to begin nothing new, and this would have been."""


class Stop:
    """Tells everything that begins calls that no more are to be begun."""

    def __init__(self) -> None:
        self.requested = False

    def check(self) -> None:
        """Raises Stopped once a stop was requested."""
        if self.requested:
            raise Stopped("the run is stopping")


class Pool(Generic[Item]):
    """Workers that take items until there are no more, or until one meets an error that ends the run.

    Args:
        take: returns up to so many items, an empty list when there are none left.
        handle: does one item. What it raises ends the run: no further item is begun, those in flight are
            finished, and the first error is raised by :meth:`run`.
        give_back: is called with each item that was taken and not begun.
        stop: shared with what handles items, so that a stop reaches those in flight between two calls.
    """

    def __init__(
        self,
        take: Callable[[int], Awaitable[list[Item]]],
        handle: Callable[[Item], Awaitable[None]],
        give_back: Callable[[Item], Awaitable[None]],
        stop: Stop | None = None,
    ) -> None:
        self._take = take
        self._handle = handle
        self._give_back = give_back
        self._ready: deque[Item] = deque()
        self._taking = asyncio.Lock()
        self._error: Exception | None = None
        self._stop = stop or Stop()
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
                await self._give_back_one(self._ready.popleft())
        if self._error is not None:
            raise self._error

    async def _work(self, concurrency: int) -> None:
        while True:
            try:
                item = await self._next(concurrency)
                if item is None:
                    return
                self.in_flight += 1
                try:
                    await self._handle(item)
                finally:
                    self.in_flight -= 1
            except Stopped:
                continue
            except Exception as error:  # noqa: BLE001 - raised by run, when those in flight have ended
                self._error = self._error or error
                self.stop()

    async def _give_back_one(self, item: Item) -> None:
        try:
            await self._give_back(item)
        except GeneratorError as error:
            # The run's next start releases what a run did not give back.
            self._error = self._error or error

    async def _next(self, concurrency: int) -> Item | None:
        async with self._taking:
            if not self._ready and not self._stop.requested:
                self._ready.extend(await self._take(max(16, concurrency // 2)))
            if self._stop.requested or not self._ready:
                return None
            return self._ready.popleft()
