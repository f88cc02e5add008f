"""Proposes new search fields for planned articles: claims their jobs, many in flight, and ends or releases each."""

import asyncio
from collections.abc import Callable
from typing import Protocol

from generator.store.ledger.jobs import Job
from generator.workflows.engine.exchange import Asker, NeedsReply, Talker
from generator.workflows.engine.job_pool import FirstItems, Outcome, Pool
from generator.workflows.ports import HasPrompts, HasProposals, HasSettings
from generator.workflows.seo.field_writer import FieldWriter
from generator.workflows.seo.requests import ProposerReport


class ProposerServices(HasSettings, HasProposals, HasPrompts, Protocol):
    """What proposing search fields takes."""


class Proposer:
    """One run over planned jobs.

    Args:
        asker: asks the model, or takes the replies that batches brought.
        on_done: is given the report after each article.
    """

    def __init__(
        self,
        services: ProposerServices,
        asker: Talker,
        *,
        on_done: Callable[[ProposerReport], None] = lambda _: None,
    ) -> None:
        self._services = services
        self._asker = asker
        self._on_done = on_done
        self.report = ProposerReport()
        stop = asker.stop if isinstance(asker, Asker) else None
        self.pool = Pool[Job](self._claim, self.propose, self._release, stop, FirstItems("articles"))

    async def run(self, concurrency: int) -> ProposerReport:
        """Propose for every job that this run wants.

        Raises:
            ModelUnavailable, BudgetExceeded, StorageError: the run ended early; what was paid for is stored.
        """
        try:
            await self.pool.run(concurrency)
        finally:
            await self._asker.commits.drain()
        return self.report

    async def propose(self, job: Job) -> Outcome:
        """Propose for one claimed job, and say how it ended.

        Raises:
            NeedsReply: nothing may be asked here; the job stays claimed.
            ModelUnavailable, BudgetExceeded, StorageError: the job is as it was.
        """
        writer = FieldWriter(self._services, self._asker, job, self.report)
        try:
            outcome = await writer.write()
        except NeedsReply:
            raise
        except BaseException:
            # The job is as it was, whatever ends the run; the loop may be closing, so nothing is awaited long.
            await asyncio.shield(self._release(job))
            raise
        self.report.articles += 1
        self._on_done(self.report)
        return outcome

    async def _claim(self, limit: int) -> list[Job]:
        asker = self._asker
        return await asker.commits.run(lambda: asker.ledger.jobs.claim(asker.run, limit))

    async def _release(self, job: Job) -> None:
        await self._asker.commits.run(lambda: self._asker.ledger.jobs.release(job.id))
