"""Handles the jobs of a run: claimed as they are needed, many in flight, each ended or released."""

import asyncio
from collections.abc import Awaitable, Callable

from generator.store.ledger.jobs import Job
from generator.workflows.engine.exchange import ModelSession, NeedsReply
from generator.workflows.engine.job_outcome import CommonFailureCheck, JobOutcome
from generator.workflows.engine.job_pool import JobPool


class JobRun:
    """The jobs of one run.

    Args:
        session: asks the model, or reads the replies that batches brought.
        handle: handles a claimed job and ends it in the ledger.
        items: what the jobs are about, in the plural, for messages.
    """

    def __init__(
        self, session: ModelSession, handle: Callable[[Job], Awaitable[JobOutcome]], items: str
    ) -> None:
        self._session = session
        self._handle = handle
        self.pool = JobPool[Job](
            self._claim, self.handle, self._release, session.stop, CommonFailureCheck(items)
        )

    async def run(self, concurrency: int) -> None:
        """Handle every job of the run.

        Raises:
            ModelUnavailable, BudgetExceeded, StorageError: the run ended early; what was paid for is stored.
        """
        try:
            await self.pool.run(concurrency)
        finally:
            await self._session.commits.drain()

    async def handle(self, job: Job) -> JobOutcome:
        """Handle one claimed job to its end.

        Raises:
            NeedsReply: the session asks nothing; the job stays claimed.
            ModelUnavailable, BudgetExceeded, StorageError, Stopped: the job is released, unchanged.
        """
        try:
            return await self._handle(job)
        except NeedsReply:
            raise
        except BaseException:
            # Released whatever ends the run. Shielded, because the event loop may be closing.
            await asyncio.shield(self._release(job))
            raise

    async def _claim(self, limit: int) -> list[Job]:
        session = self._session
        return await session.commits.run(lambda: session.ledger.jobs.claim(session.run, limit))

    async def _release(self, job: Job) -> None:
        await self._session.commits.run(lambda: self._session.ledger.jobs.release(job.id))
