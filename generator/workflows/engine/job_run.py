"""Does the jobs that a run wants: claimed as they are needed, many in flight, each ended or released."""

import asyncio
from collections.abc import Awaitable, Callable

from generator.store.ledger.jobs import Job
from generator.workflows.engine.exchange import LiveSession, ModelSession, NeedsReply
from generator.workflows.engine.job_pool import FirstItemsWatch, JobPool, Outcome


class JobRun:
    """The jobs of one run.

    Args:
        session: asks the model, or takes the replies that batches brought.
        work: does a claimed job, and ends it in the ledger.
        items: what the jobs are about, for messages.
    """

    def __init__(self, session: ModelSession, work: Callable[[Job], Awaitable[Outcome]], items: str) -> None:
        self._session = session
        self._work = work
        stop = session.stop if isinstance(session, LiveSession) else None
        self.pool = JobPool[Job](self._claim, self.do, self._release, stop, FirstItemsWatch(items))

    async def run(self, concurrency: int) -> None:
        """Do every job that the run wants.

        Raises:
            ModelUnavailable, BudgetExceeded, StorageError: the run ended early; what was paid for is stored.
        """
        try:
            await self.pool.run(concurrency)
        finally:
            await self._session.commits.drain()

    async def do(self, job: Job) -> Outcome:
        """Do one claimed job to its end.

        Raises:
            NeedsReply: nothing may be asked here; the job stays claimed.
            ModelUnavailable, BudgetExceeded, StorageError, Stopped: the job is as it was.
        """
        try:
            return await self._work(job)
        except NeedsReply:
            raise
        except BaseException:
            # The job is as it was, whatever ends the run; the loop may be closing, so nothing is awaited long.
            await asyncio.shield(self._release(job))
            raise

    async def _claim(self, limit: int) -> list[Job]:
        session = self._session
        return await session.commits.run(lambda: session.ledger.jobs.claim(session.run, limit))

    async def _release(self, job: Job) -> None:
        await self._session.commits.run(lambda: self._session.ledger.jobs.release(job.id))
