"""Runs the planned jobs for claims: has a model check each page, records what it says, and counts the results."""

from typing import Protocol

from generator.content.states import JobState
from generator.store.ledger.runs.jobs import Job
from generator.workflows.claims.checker import ClaimChecker, ClaimCheckerServices, ModelCheck
from generator.workflows.claims.requests import CheckReport
from generator.workflows.engine.exchange import ModelSession
from generator.workflows.engine.job_outcome import JobOutcome
from generator.workflows.engine.job_run import JobRun
from generator.workflows.engine.watch.run_monitor import RunMonitor
from generator.workflows.ports import HasClaims, HasLedger


class ClaimRunServices(ClaimCheckerServices, HasLedger, HasClaims, Protocol):
    """What running jobs for claims takes."""


class ClaimRun:
    """One run over planned jobs.

    Args:
        session: asks the model, or reads the replies that batches brought.
        monitor: watches how the jobs end; None where each is handled on its own.

    Attributes:
        pages: the pages that were checked, by their names in the ledger.
    """

    def __init__(
        self,
        services: ClaimRunServices,
        session: ModelSession,
        report: CheckReport,
        monitor: RunMonitor | None = None,
    ) -> None:
        self._services = services
        self._session = session
        self._checker = ClaimChecker(services, session)
        self._jobs = JobRun(session, self._check, monitor)
        self.pool = self._jobs.pool
        self.report = report
        self.pages: dict[str, None] = {}

    async def run(self, concurrency: int) -> None:
        """Check every page of the run. Raises as :meth:`JobRun.run`."""
        await self._jobs.run(concurrency)

    async def check(self, job: Job) -> JobOutcome:
        """Check the page of one claimed job. Raises as :meth:`JobRun.handle`."""
        return await self._jobs.handle(job)

    async def _check(self, job: Job) -> JobOutcome:
        result = await self._checker.check(job)
        await self._session.commits.run(lambda: record_check(self._services, job, result))
        self.pages[result.page] = None
        self.report.dropped += result.dropped
        self.report.lowered += result.lowered
        if result.problem is not None:
            self.report.failed += 1
            self.report.note(f"{job.question}: the check is not complete: {result.problem.reason}")
        return result.outcome


def record_check(services: ClaimRunServices, job: Job, result: ModelCheck) -> None:
    """Record what a check says of a page, and end its job, within the caller's transaction."""
    now = services.now()
    services.claims.record(result.page, result.checked, now=now)
    state: JobState = "failed" if result.problem else "done"
    reason = result.problem.reason if result.problem else None
    services.ledger.jobs.end(job.id, state, key=None, reason=reason, now=now)
