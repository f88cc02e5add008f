"""Ends the waiting of a pass over the batches when a stop is requested."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from generator.store.ledger.storage.database import GroupCommit

Result = TypeVar("Result")


class StopEvent:
    """Set once the pass is to begin nothing new.

    Args:
        commits: commits the writes of cancelled work before its caller continues.
    """

    def __init__(self, commits: GroupCommit) -> None:
        self._commits = commits
        self._event = asyncio.Event()

    def set(self) -> None:
        """Request the stop."""
        self._event.set()

    def is_set(self) -> bool:
        """Whether a stop was requested."""
        return self._event.is_set()

    async def run_until_set(self, work: Awaitable[Result]) -> Result | None:
        """Run work that may be cancelled at any point; None if the stop was requested before it was done."""
        running, stop = asyncio.ensure_future(work), asyncio.ensure_future(self._event.wait())
        try:
            await asyncio.wait((running, stop), return_when=asyncio.FIRST_COMPLETED)
            return running.result() if running.done() else None
        finally:
            for task in (running, stop):
                task.cancel()
            await asyncio.gather(running, stop, return_exceptions=True)
            await self._commits.drain()
