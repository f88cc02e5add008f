"""Handles the jobs of a run: claimed as they are needed, many in flight, each ended or released."""

import asyncio
from collections.abc import Awaitable, Callable

from generator.store.ledger.runs.jobs import Job
from generator.workflows.engine.exchange import ModelSession, NeedsReply
from generator.workflows.engine.job_outcome import JobOutcome
from generator.workflows.engine.job_pool import JobPool
from generator.workflows.engine.watch.failure_watch import FailureWatch
from generator.workflows.engine.watch.run_monitor import RunMonitor


class JobRun:
    """The jobs of one run.

    Args:
        session: asks the model, or reads the replies that batches brought.
        handle: handles a claimed job and ends it in the ledger.
        monitor: watches how the jobs end; None where each is handled on its own.
        only_canary: whether to handle no more jobs than the canary has.
        claim: claims at most so many jobs, within the caller's transaction; by default the planned jobs of the run.
        watch: ends the run where nearly all jobs fail alike; by default that of the monitor.
    """

    def __init__(
        self,
        session: ModelSession,
        handle: Callable[[Job], Awaitable[JobOutcome]],
        monitor: RunMonitor | None = None,
        *,
        only_canary: bool = False,
        claim: Callable[[int], list[Job]] | None = None,
        watch: FailureWatch | None = None,
    ) -> None:
        self._session = session
        self._handle = handle
        self._monitor = monitor
        self._only_canary = only_canary
        self._claim_next = claim
        self._has_canary = monitor is not None and monitor.watch.canary > 0
        watch = monitor.watch if monitor else watch
        self.pool = JobPool[Job](self._claim, self.handle, self._release, session.stop, watch)

    async def run(self, concurrency: int) -> None:
        """Handle every job of the run.

        Raises:
            ModelUnavailable, BudgetExceeded, StorageError: the run ended early; what was paid for is stored.
        """
        try:
            await self.pool.run(concurrency)
        finally:
            await self._session.commits.drain()
            if self._monitor is not None:
                self._monitor.finish()

    async def handle(self, job: Job) -> JobOutcome:
        """Handle one claimed job to its end.

        Raises:
            NeedsReply: the session asks nothing; the job stays claimed.
            ModelUnavailable, BudgetExceeded, StorageError, Stopped: the job is released, unchanged.
        """
        try:
            outcome = await self._handle(job)
        except NeedsReply:
            raise
        except BaseException:
            # Released whatever ends the run. Shielded, because the event loop may be closing.
            await asyncio.shield(self._release(job))
            raise
        if self._monitor is not None:
            self._monitor.count(job, outcome)
        return outcome

    async def _claim(self, limit: int) -> list[Job]:
        """Claim the canary first: jobs of all subjects."""
        session, spread = self._session, self._has_canary
        if self._claim_next is not None:
            claim_next = self._claim_next
            return await session.commits.run(lambda: claim_next(limit))
        if spread and self._monitor is not None:
            limit, self._has_canary = self._monitor.watch.canary, False
        elif self._only_canary:
            return []
        return await session.commits.run(lambda: session.ledger.jobs.claim(session.run, limit, spread=spread))

    async def _release(self, job: Job) -> None:
        await self._session.commits.run(lambda: self._session.ledger.jobs.release(job.id))
