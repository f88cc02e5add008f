"""Runs long computations in threads, so that the pages of other reviewers are served meanwhile.

The computations are pure: they use no store. Each reviewer has one of them at a time, so that nobody keeps all threads
busy, and a bounded number that wait.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from generator.errors import GeneratorError

THREADS = 3
MOST_WAITING = 8

Result = TypeVar("Result")


class TooMuchWork(GeneratorError):
    """A reviewer has too many requests in progress whose pages take long to prepare."""

    def __init__(self) -> None:
        super().__init__("too many of your requests are in progress; try again in a moment")


class HeavyWork:
    """The computations of one server. Use it from one event loop."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="pages")
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._waiting: Counter[str] = Counter()

    async def run(self, reviewer: str, compute: Callable[[], Result]) -> Result:
        """The result of a computation for a reviewer; raises what it raises.

        Raises:
            TooMuchWork: too many computations for this reviewer wait already.
        """
        if self._waiting[reviewer] >= MOST_WAITING:
            raise TooMuchWork
        self._waiting[reviewer] += 1
        try:
            async with self._turns[reviewer]:
                return await asyncio.get_running_loop().run_in_executor(self._threads, compute)
        finally:
            self._waiting[reviewer] -= 1

    def close(self) -> None:
        """Stop the threads; what runs is finished."""
        self._threads.shutdown()
