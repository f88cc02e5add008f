"""Asks a model live whether one page would serve a new question and the ones near to it.

Each question is one job with one call, recorded like every paid call. The verdicts are recorded with the end of their
job, so that a killed run neither asks nor pays again.
"""

from __future__ import annotations

from collections import deque
from functools import partial
from typing import TYPE_CHECKING, Protocol

from generator.content.display import plural
from generator.content.duplicates.same_page import parse_same_page
from generator.errors import GeneratorError
from generator.workflows.engine.job_outcome import JobOutcome, causes_of
from generator.workflows.engine.job_run import JobRun
from generator.workflows.engine.live_session import LiveSession, rest_of
from generator.workflows.engine.single_reply import SingleReplyFormat
from generator.workflows.engine.stopping.interrupts import Interruption, run_async
from generator.workflows.engine.structured_exchange import StructuredExchange
from generator.workflows.engine.watch.failure_watch import FailureWatch
from generator.workflows.near_questions.job_maker import KIND, PairJobMaker
from generator.workflows.near_questions.requests import AskedPairs
from generator.workflows.ports import HasLedger, HasModel, HasPrompts, HasSettings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.services import Endpoint
    from generator.store.ledger.jobs import Job
    from generator.store.ledger.runs import Run
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
        questions: how many questions the model was asked about, earlier paid replies included.
        same: how many pairs it decided that one page would serve both.
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
        self._maker = PairJobMaker(services, endpoint)
        self.questions = 0
        self.same = 0
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

    def summary(self) -> str:
        """What came of it, in one line."""
        return (
            f"asked first, live, about {plural(self.questions, 'question')} near to others:"
            f" one page would serve both in {plural(self.same, 'case')}"
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
                partial(self._judge, session, asked),
                claim=lambda limit: self._claim(waiting, limit, asked),
                watch=watch if self._may_stop else None,
            )
            interruption.watch(session.stop)
            try:
                await jobs.run(self._concurrency)
            except GeneratorError as error:
                interruption.error = error

    def _claim(self, waiting: deque[NearQuestion], limit: int, asked: AskedPairs) -> list[Job]:
        """Claim the jobs of the next questions, within the caller's transaction."""
        claimed: list[Job] = []
        while waiting and len(claimed) < limit:
            near = waiting.popleft()
            job = self._claimed(near)
            if job is not None:
                claimed.append(job)
            else:
                asked.elsewhere.add(near.question_key)
        return claimed

    def _claimed(self, near: NearQuestion) -> Job | None:
        """The claimed job of a question: an unfinished one that was planned before, or a new one.

        None where another run has it.
        """
        ledger, run = self._services.ledger, self._run.id
        new = self._maker.make(near)
        earlier = ledger.jobs.find(KIND, new.backend, new.identity)
        if earlier is not None and earlier.state == "claimed":
            if earlier.claimed_by is not None and ledger.runs.is_alive(earlier.claimed_by):
                return None
            ledger.jobs.release(earlier.id)
        if earlier is not None and earlier.state != "done":
            ledger.jobs.assign_to_run(earlier.id, run, request=new.request)
            return ledger.jobs.claim_one(earlier.id, run)
        number = ledger.jobs.plan(
            new, run=run, state="planned", first_free_id=0, earlier=earlier, now=self._services.now()
        )
        return ledger.jobs.claim_one(number, run)

    async def _judge(self, session: LiveSession, asked: AskedPairs, job: Job) -> JobOutcome:
        pairs: dict[str, str] = job.context["pairs"]
        exchange = StructuredExchange(
            session,
            job,
            SingleReplyFormat(lambda text: parse_same_page(text, pairs)),
            self._services.settings.model,
        )
        problem = await exchange.run(KIND)
        self.questions += 1
        verdicts = exchange.best.value if exchange.best and problem is None else {}

        def record() -> None:
            ledger, now = self._services.ledger, self._services.now()
            for id_, said in verdicts.items():
                ledger.same_page.record(
                    job.context["asked"], pairs[id_], said, model=job.request["model"], now=now
                )
            reason = problem.reason if problem else None
            ledger.jobs.end(job.id, "failed" if problem else "done", key=None, reason=reason, now=now)

        await session.commits.run(record)
        self.same += sum(said.verdict == "same" for said in verdicts.values())
        if problem is None:
            return JobOutcome(asked=exchange.asked)
        asked.undecided.add(job.context["asked"])
        self._progress.note(f"{job.context['place']}: not compared with near questions: {problem.reason}")
        return JobOutcome(
            asked=exchange.asked, causes=causes_of(problem.state, problem.failure), reason=problem.reason
        )
