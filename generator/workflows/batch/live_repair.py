"""Asks the model live for the next replies of jobs that came back from batches.

A job is claimed and stays part of its order, so whatever ends the run, a kill included, leaves it due in its order.
"""

from collections.abc import Awaitable, Callable, Sequence

from generator.store.ledger.batches.batches import Batches
from generator.store.ledger.batches.rows import BatchOrder
from generator.store.ledger.runs.jobs import Job
from generator.workflows.engine.job_outcome import JobOutcome
from generator.workflows.engine.job_pool import JobPool
from generator.workflows.engine.live_session import LiveSession
from generator.workflows.engine.watch.failure_watch import FailureWatch


class LiveRepair:
    """One pass over the jobs of one kind that came back from a batch.

    Args:
        orders: the orders of the jobs.
        handle: does a job to its end through ``session``, or releases it and raises.
        canary: False to go on also where nearly all jobs end with the same failure.
    """

    def __init__(
        self,
        batches: Batches,
        session: LiveSession,
        orders: Sequence[BatchOrder],
        handle: Callable[[Job], Awaitable[JobOutcome]],
        *,
        canary: bool = True,
    ) -> None:
        self._batches = batches
        self._session = session
        self._orders = [order.run for order in orders]
        self._last_job = 0
        watch = FailureWatch("requests", stops=canary)
        self.pool = JobPool[Job](self._claim_next, handle, self._release, session.stop, watch)

    async def run(self, concurrency: int) -> None:
        """Do all jobs, at most ``concurrency`` at a time.

        Raises:
            ModelUnavailable, BudgetExceeded, StorageError: the pass ended early; every reply that was paid is stored.
        """
        try:
            await self.pool.run(concurrency)
        finally:
            await self._session.commits.drain()

    async def _claim_next(self, limit: int) -> list[Job]:
        while self._orders:
            jobs = await self._session.commits.run(lambda: self._claim(self._orders[0], limit))
            if jobs:
                self._last_job = jobs[-1].id
                return jobs
            self._orders.pop(0)
            self._last_job = 0
        return []

    def _claim(self, order: int, limit: int) -> list[Job]:
        return self._batches.claim_returned(order, run=self._session.run, after=self._last_job, limit=limit)

    async def _release(self, job: Job) -> None:
        await self._session.commits.run(lambda: self._batches.ledger.jobs.release(job.id))
