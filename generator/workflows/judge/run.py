"""Runs the planned jobs of the judge: asks the model about each page, and records what it says."""

from typing import Protocol

from generator.content.judging.replies import parse_judgement
from generator.content.judging.rubric import Judgement
from generator.store.ledger.runs.jobs import Job
from generator.workflows.engine.exchange import ModelSession
from generator.workflows.engine.job_outcome import JobOutcome, causes_of
from generator.workflows.engine.job_run import JobRun
from generator.workflows.engine.single_reply import ParsedReply, SingleReplyFormat
from generator.workflows.engine.structured_exchange import ExchangeProblem, StructuredExchange
from generator.workflows.engine.watch.run_monitor import RunMonitor
from generator.workflows.judge.job_maker import KIND
from generator.workflows.judge.requests import JudgeReport
from generator.workflows.ports import HasLedger, HasScores, HasSettings

_FORMAT = SingleReplyFormat(parse_judgement)


class JudgeRunServices(HasSettings, HasLedger, HasScores, Protocol):
    """What running jobs of the judge takes."""


class JudgeRun:
    """One run over planned jobs.

    Args:
        session: asks the model, or reads the replies that batches brought.
        monitor: watches how the jobs end; None where each is handled on its own.
    """

    def __init__(
        self,
        services: JudgeRunServices,
        session: ModelSession,
        report: JudgeReport,
        monitor: RunMonitor | None = None,
    ) -> None:
        self._services = services
        self._session = session
        self._jobs = JobRun(session, self._judge, monitor)
        self.report = report

    async def run(self, concurrency: int) -> None:
        """Judge every page of the run. Raises as :meth:`JobRun.run`."""
        await self._jobs.run(concurrency)

    async def judge(self, job: Job) -> JobOutcome:
        """Judge the page of one claimed job. Raises as :meth:`JobRun.handle`."""
        return await self._jobs.handle(job)

    async def _judge(self, job: Job) -> JobOutcome:
        exchange: StructuredExchange[ParsedReply[Judgement]] = StructuredExchange(
            self._session, job, _FORMAT, self._services.settings.model
        )
        problem = await exchange.run(KIND)
        best = exchange.best
        await self._session.commits.run(lambda: self._record(job, best.value if best else None, problem))
        if problem is None:
            self.report.judged += 1
            return JobOutcome(asked=exchange.asked)
        self.report.failed += 1
        self.report.note(f"{job.question}: not judged: {problem.reason}")
        causes = causes_of(problem.state, problem.failure)
        return JobOutcome(asked=exchange.asked, causes=causes, reason=problem.reason)

    def _record(self, job: Job, judgement: Judgement | None, problem: ExchangeProblem | None) -> None:
        services, now = self._services, self._services.now()
        if problem is None and judgement is not None:
            page, sha = job.context["page"], job.context["sha"]
            services.scores.record(page, sha, job.id, judgement, model=job.request["model"], now=now)
        reason = problem.reason if problem else None
        services.ledger.jobs.end(job.id, "failed" if problem else "done", key=None, reason=reason, now=now)
