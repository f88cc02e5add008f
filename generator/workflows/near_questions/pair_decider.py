"""Takes one job about near questions through its call, and records the verdicts: live, or from a batch's replies."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from generator.content.duplicates.same_page import parse_same_page
from generator.workflows.engine.job_outcome import JobOutcome, causes_of
from generator.workflows.engine.noted_report import NotedReport
from generator.workflows.engine.single_reply import SingleReplyFormat
from generator.workflows.engine.structured_exchange import StructuredExchange
from generator.workflows.near_questions.job_maker import KIND
from generator.workflows.ports import HasLedger, HasSettings

if TYPE_CHECKING:
    from generator.store.ledger.runs.jobs import Job
    from generator.workflows.engine.exchange import ModelSession


class DeciderServices(HasSettings, HasLedger, Protocol):
    """What deciding on near questions takes."""


@dataclass
class PairReport(NotedReport):
    """What came of the questions that a model was asked about; a note for each without a verdict.

    Attributes:
        questions: how many the model was asked about, earlier paid replies included.
        same: how many pairs one page would serve.
        undecided: those on which the model gave no verdict, by their ``question_key``.
    """

    questions: int = 0
    same: int = 0
    undecided: set[str] = field(default_factory=set)


class PairDecider:
    """Decides on the questions of claimed jobs.

    Args:
        session: asks the model, or reads the replies that batches brought.
    """

    def __init__(self, services: DeciderServices, session: ModelSession, report: PairReport) -> None:
        self._services = services
        self._session = session
        self.report = report

    async def decide(self, job: Job) -> JobOutcome:
        """Decide on the question of one claimed job, record the verdicts, and end the job."""
        pairs: dict[str, str] = job.context["pairs"]
        exchange = StructuredExchange(
            self._session,
            job,
            SingleReplyFormat(lambda text: parse_same_page(text, pairs)),
            self._services.settings.model,
        )
        problem = await exchange.run(KIND)
        verdicts = exchange.best.value if exchange.best and problem is None else {}

        def record() -> None:
            ledger, now = self._services.ledger, self._services.now()
            for id_, said in verdicts.items():
                ledger.same_page.record(
                    job.context["asked"], pairs[id_], said, model=job.request["model"], now=now
                )
            reason = problem.reason if problem else None
            ledger.jobs.end(job.id, "failed" if problem else "done", key=None, reason=reason, now=now)

        await self._session.commits.run(record)
        self.report.questions += 1
        self.report.same += sum(said.verdict == "same" for said in verdicts.values())
        if problem is None:
            return JobOutcome(asked=exchange.asked)
        self.report.undecided.add(job.context["asked"])
        self.report.note(f"{job.context['place']}: not compared with near questions: {problem.reason}")
        return JobOutcome(
            asked=exchange.asked, causes=causes_of(problem.state, problem.failure), reason=problem.reason
        )
