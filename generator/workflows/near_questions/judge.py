"""Asks a model live whether one page would serve a new question and the ones near to it.

Each question is one job with one call, recorded like every paid call. The verdicts are recorded with the end of their
job, so that a killed run neither asks nor pays again.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Protocol

from generator.content.display import plural
from generator.errors import GeneratorError
from generator.workflows.engine.job_run import JobRun
from generator.workflows.engine.live_session import LiveSession, rest_of
from generator.workflows.engine.stopping.interrupts import Interruption, run_async
from generator.workflows.engine.watch.failure_watch import FailureWatch
from generator.workflows.near_questions.pair_decider import PairDecider, PairReport
from generator.workflows.near_questions.pair_jobs import PairJobs
from generator.workflows.near_questions.requests import AskedPairs
from generator.workflows.ports import HasLedger, HasModel, HasPrompts, HasSettings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.services import Endpoint
    from generator.store.ledger.runs.jobs import Job
    from generator.store.ledger.runs.runs import Run
    from generator.workflows.engine.progress import Progress
    from generator.workflows.near_questions.requests import NearQuestion


class LiveJudgeServices(HasSettings, HasLedger, HasPrompts, HasModel, Protocol):
    """What asking about pairs of questions takes."""


class LivePairJudge:
    """Has the model of a run decide pairs of questions.

    Args:
        max_cost: US dollars that the run may cost, all its calls together; None for no cap.
        may_stop: whether the run ends where nearly all questions fail alike.

    Attributes:
        report: what came of the questions.
        error: what ended the asking early; None where nothing did.
        interrupted: whether Ctrl-C ended it.
    """

    def __init__(
        self,
        services: LiveJudgeServices,
        endpoint: Endpoint,
        run: Run,
        *,
        concurrency: int | None,
        max_cost: float | None,
        may_stop: bool,
        progress: Progress,
    ) -> None:
        self._services = services
        self._endpoint = endpoint
        self._run = run
        self._concurrency = concurrency or services.settings.model.concurrency
        self._max_cost = max_cost
        self._may_stop = may_stop
        self._progress = progress
        self._jobs = PairJobs(services, endpoint, run)
        self.report = PairReport()
        self.error: GeneratorError | None = None
        self.interrupted = False

    def ask(self, questions: Sequence[NearQuestion]) -> AskedPairs:
        """See ``PairJudge.ask``."""
        asked = AskedPairs()
        interruption = Interruption(self._progress.note)
        run_async(self._ask(questions, asked, interruption), interruption)
        self.error, self.interrupted = interruption.error, interruption.interrupted
        asked.stopped = self.error is not None or self.interrupted
        return asked

    def summary(self) -> str | None:
        """What came of it, in one line; None where nothing was asked."""
        if not self.report.questions:
            return None
        return (
            f"asked first, live, about {plural(self.report.questions, 'question')} near to others:"
            f" one page would serve both in {plural(self.report.same, 'case')}"
        )

    async def _ask(
        self, questions: Sequence[NearQuestion], asked: AskedPairs, interruption: Interruption
    ) -> None:
        spend = self._services.ledger.calls.spend(run=self._run.id, backend=self._endpoint.backend)
        async with LiveSession(
            self._services,
            self._endpoint,
            self._run,
            concurrency=self._concurrency,
            max_cost=rest_of(self._max_cost, spend),
            progress=self._progress,
        ) as session:
            waiting = deque(questions)
            watch = FailureWatch("near questions", len(waiting), override="--no-canary")
            jobs = JobRun(
                session,
                PairDecider(self._services, session, self.report).decide,
                claim=lambda limit: self._claim(waiting, limit, asked),
                watch=watch if self._may_stop else None,
            )
            interruption.watch(session.stop)
            try:
                await jobs.run(self._concurrency)
            except GeneratorError as error:
                interruption.error = error
        asked.undecided |= self.report.undecided
        for note in self.report.notes:
            self._progress.note(note)
        self.report.notes.clear()

    def _claim(self, waiting: deque[NearQuestion], limit: int, asked: AskedPairs) -> list[Job]:
        """Claim the jobs of the next questions, within the caller's transaction."""
        claimed: list[Job] = []
        while waiting and len(claimed) < limit:
            near = waiting.popleft()
            number = self._jobs.plan(near)
            job = None if number is None else self._services.ledger.jobs.claim_one(number, self._run.id)
            if job is not None:
                claimed.append(job)
            else:
                asked.elsewhere.add(near.question_key)
        return claimed
