"""Asks live for what came back from batches and needs another reply.

A job stays its order's all the while and is only claimed, so that whatever ends the asking, a kill included,
leaves it due where it was.
"""

from collections.abc import Awaitable, Callable, Sequence

from generator.store.ledger.batches import Batches, BatchOrder
from generator.store.ledger.jobs import Job
from generator.workflows.engine.job_outcome import CommonFailureCheck, JobOutcome
from generator.workflows.engine.job_pool import JobPool
from generator.workflows.engine.live_session import LiveSession


class LiveRepair:
    """One pass over the jobs of some orders, of one kind, that came back from a batch.

    Args:
        handle: does a job of that kind to its end through ``session``, or gives it back and raises.
    """

    def __init__(
        self,
        batches: Batches,
        session: LiveSession,
        orders: Sequence[BatchOrder],
        handle: Callable[[Job], Awaitable[JobOutcome]],
    ) -> None:
        self._batches = batches
        self._session = session
        self._orders = [order.run for order in orders]
        self._after = 0
        self.pool = JobPool[Job](
            self._take, handle, self._release, session.stop, CommonFailureCheck("requests")
        )

    async def run(self, concurrency: int) -> None:
        """Ask for all of them.

        Raises:
            ModelUnavailable, BudgetExceeded, StorageError: it ended early; what was paid for is stored.
        """
        try:
            await self.pool.run(concurrency)
        finally:
            await self._session.commits.drain()

    async def _take(self, limit: int) -> list[Job]:
        while self._orders:
            jobs = await self._session.commits.run(lambda: self._claim(self._orders[0], limit))
            if jobs:
                self._after = jobs[-1].id
                return jobs
            self._orders.pop(0)
            self._after = 0
        return []

    def _claim(self, order: int, limit: int) -> list[Job]:
        return self._batches.claim_returned(order, run=self._session.run, after=self._after, limit=limit)

    async def _release(self, job: Job) -> None:
        await self._session.commits.run(lambda: self._batches.ledger.jobs.release(job.id))
