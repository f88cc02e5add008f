"""Runs the planned jobs for search fields: has a model write the fields of each article, and counts the results."""

from collections.abc import Callable
from typing import Protocol

from generator.store.ledger.runs.jobs import Job
from generator.workflows.engine.exchange import ModelSession
from generator.workflows.engine.job_outcome import JobOutcome
from generator.workflows.engine.job_run import JobRun
from generator.workflows.engine.watch.run_monitor import RunMonitor
from generator.workflows.ports import HasPrompts, HasProposals, HasSettings
from generator.workflows.seo.field_writer import FieldWriter
from generator.workflows.seo.requests import ProposerReport


class ProposerServices(HasSettings, HasProposals, HasPrompts, Protocol):
    """The services that proposing search fields needs."""


class Proposer:
    """One run over planned jobs.

    Args:
        session: asks the model, or replays the replies of a batch.
        on_done: is called with the report after each article.
        monitor: watches how the articles end; None where each is handled on its own.
        only_canary: whether to handle no more articles than the canary has.
    """

    def __init__(
        self,
        services: ProposerServices,
        session: ModelSession,
        *,
        on_done: Callable[[ProposerReport], None] = lambda _: None,
        monitor: RunMonitor | None = None,
        only_canary: bool = False,
    ) -> None:
        self._services = services
        self._session = session
        self._on_done = on_done
        self._jobs = JobRun(session, self._propose, monitor, only_canary=only_canary)
        self.pool = self._jobs.pool
        self.report = ProposerReport()

    async def run(self, concurrency: int) -> ProposerReport:
        """Work on all jobs of this run, at most ``concurrency`` at the same time. Raises as :meth:`JobRun.run`."""
        await self._jobs.run(concurrency)
        return self.report

    async def propose(self, job: Job) -> JobOutcome:
        """Work on one claimed job, and return its outcome. Raises as :meth:`JobRun.handle`."""
        return await self._jobs.handle(job)

    async def _propose(self, job: Job) -> JobOutcome:
        outcome = await FieldWriter(self._services, self._session, job, self.report).write()
        self.report.articles += 1
        self._on_done(self.report)
        return outcome
