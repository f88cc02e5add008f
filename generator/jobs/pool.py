"""Runs many jobs at once, a bounded number in flight, claimed from the ledger as they are needed."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from generator.errors import GeneratorError

Item = TypeVar("Item")


class Pool(Generic[Item]):
    """Workers that take items until there are no more, or until one meets an error that ends the run.

    Args:
        take: returns up to so many items, an empty list when there are none left.
        handle: does one item. What it raises ends the run: no further item is begun, those in flight are
            finished, and the first error is raised by :meth:`run`.
        give_back: is called with each item that was taken and not begun.
    """

    def __init__(
        self,
        take: Callable[[int], Awaitable[list[Item]]],
        handle: Callable[[Item], Awaitable[None]],
        give_back: Callable[[Item], Awaitable[None]],
    ) -> None:
        self._take = take
        self._handle = handle
        self._give_back = give_back
        self._ready: deque[Item] = deque()
        self._taking = asyncio.Lock()
        self._error: GeneratorError | None = None
        self.stopping = False
        self.in_flight = 0

    def stop(self) -> None:
        """Begin nothing new; what is in flight goes on to its end."""
        self.stopping = True

    async def run(self, concurrency: int) -> None:
        """Do all items, at most ``concurrency`` at a time."""
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(concurrency):
                    group.create_task(self._work(concurrency))
        finally:
            while self._ready:
                await self._give_back(self._ready.popleft())
        if self._error is not None:
            raise self._error

    async def _work(self, concurrency: int) -> None:
        while (item := await self._next(concurrency)) is not None:
            self.in_flight += 1
            try:
                await self._handle(item)
            except GeneratorError as error:
                self._error = self._error or error
                self.stop()
            finally:
                self.in_flight -= 1

    async def _next(self, concurrency: int) -> Item | None:
        async with self._taking:
            if not self._ready and not self.stopping:
                self._ready.extend(await self._take(max(16, concurrency // 2)))
            if self.stopping or not self._ready:
                return None
            return self._ready.popleft()
