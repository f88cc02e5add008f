"""Makes a checked draft from a planned job: asks the model, reads and checks the reply, requests repairs.

A reply that fails gives a state with a reason, never an exception; exceptions end the run.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from generator.content.claims.claim import texts_of
from generator.content.drafts.draft import Draft, apply_repair, parse_repair, salvage_draft
from generator.content.drafts.schemas import REPAIR_SCHEMA, repair_schema
from generator.content.findings import Finding
from generator.content.states import DraftState
from generator.model.reply.reply import Reply
from generator.model.requests import ModelRequest
from generator.processes.pool import WorkerPool
from generator.store.ledger.drafts.rewritten_page import rewritten_page_of
from generator.store.ledger.runs.jobs import Job
from generator.workflows.draft_files.copied_answers import ComparedDraft, CopiedAnswers
from generator.workflows.drafting.reply_reader import CheckedDraft, ReplyReader
from generator.workflows.drafting.worker_tasks import PooledReader
from generator.workflows.engine.exchange import ModelSession
from generator.workflows.engine.job_outcome import JobOutcome, causes_of
from generator.workflows.engine.job_requests import follow_up
from generator.workflows.engine.structured_exchange import ExchangeProblem, StructuredExchange
from generator.workflows.pages.page import texts_of_file
from generator.workflows.ports import HasPrompts, HasSettings, HasSubjects
from generator.workflows.site.draft_descriptions import DraftDescriptions
from generator.workflows.site.duplicate_descriptions import duplicate_finding


@dataclass(frozen=True)
class DraftResult:
    """What came of one job.

    Attributes:
        best: the best draft; None where there is nothing to keep.
        model, mode: of the last reply; None without one.
        outcome: how the job ended.
    """

    state: DraftState
    best: CheckedDraft | None
    reason: str | None
    model: str | None
    mode: str | None
    outcome: JobOutcome

    @property
    def draft(self) -> Draft | None:
        """The content of the best draft."""
        return self.best.draft if self.best else None

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings of the best draft."""
        return self.best.findings if self.best else ()


class ClaimFindings(Protocol):
    """Checks the claims of a draft."""

    async def findings(self, job: Job, texts: Mapping[str, str]) -> tuple[Finding, ...]:
        """The findings on the claims in the texts of a draft, by field; an error for what a source contradicts."""
        ...


class DraftWriterServices(HasSettings, HasSubjects, HasPrompts, Protocol):
    """What writing drafts takes."""


class DraftWriter:
    """Writes the drafts of planned jobs with the model.

    Args:
        session: asks the model, or reads the replies that batches brought.
        workers: read the first replies; None to read them in this process.
        claims: checks the claims of drafts without errors; None to leave them unchecked.
        descriptions: the descriptions of other pages and drafts, with which those of drafts are compared; None to
            compare with none.
        answers: as ``descriptions``, for the answers.
    """

    def __init__(
        self,
        services: DraftWriterServices,
        session: ModelSession,
        *,
        workers: WorkerPool | None = None,
        claims: ClaimFindings | None = None,
        descriptions: DraftDescriptions | None = None,
        answers: CopiedAnswers | None = None,
    ) -> None:
        self._answers = answers
        self._services = services
        self._claims = claims
        self._descriptions = descriptions
        self._session = session
        self._reader = ReplyReader(services.settings, services.subjects)
        self._first_reader = PooledReader(self._reader, workers)

    async def write(self, job: Job) -> DraftResult:
        """Ask for the article of a job, and have it repaired until its checks pass or no rounds are left.

        Raises:
            NeedsReply, ModelUnavailable, BudgetExceeded, StorageError: the job is unchanged.
        """
        draft_format = _DraftFormat(self._services, job, self._reader, self._first_reader, self._descriptions)
        exchange = StructuredExchange(self._session, job, draft_format, self._services.settings.model)
        problem = await exchange.run("draft")
        if problem is None and self._claims is not None:
            problem = await self._check_claims(self._claims, job, exchange)
        best, reply = self._compared(exchange.best, job), exchange.last_reply
        state, reason, causes = _end_of(problem, best, is_offline=reply is not None and reply.offline)
        if best is not None and best.draft.cannot_answer:
            best = None
        if best is not None and self._descriptions is not None:
            self._descriptions.add(best.draft.page_description, key=job.key, question=job.question)
        findings = len(best.findings) if best is not None else None
        return DraftResult(
            state=state,
            best=best,
            reason=reason,
            model=reply.model if reply else None,
            mode=reply.mode if reply else None,
            outcome=JobOutcome(exchange.asked, causes, reason or "", findings=findings),
        )

    def _compared(self, best: CheckedDraft | None, job: Job) -> CheckedDraft | None:
        """The best draft, with a finding where another page or draft has its answer.

        It is not asked for again: a model that repairs a text that answers another question changes its words.
        """
        if self._answers is None or best is None or best.file is None or best.draft.cannot_answer:
            return best
        draft = ComparedDraft(
            job.question, job.key, offline=job.backend == "offline", page=rewritten_page_of(job)
        )
        found = self._answers.finding(best.file, draft)
        self._answers.add(best.file, draft)
        return best if found is None else replace(best, findings=(*best.findings, found))

    async def _check_claims(
        self, claims: ClaimFindings, job: Job, exchange: StructuredExchange[CheckedDraft]
    ) -> ExchangeProblem | None:
        """Check the claims of the best draft, and have what a source contradicts repaired and checked again."""
        while (best := exchange.best) is not None and not best.errors and not best.draft.cannot_answer:
            texts = (texts_of_file(best.file) if best.file else None) or texts_of(best.draft)
            checked = replace(best, findings=(*best.findings, *await claims.findings(job, texts)))
            exchange.best = checked
            if not checked.errors:
                return None
            problem = await exchange.repair(checked)
            if problem is not None:
                return problem
        return None


class _DraftFormat:
    """Reads the replies to one job as drafts, and has their failing fields repaired.

    Args:
        first_reader: reads replies with a whole draft.
        reader: reads salvaged and repaired drafts.
        descriptions: as for :class:`DraftWriter`.
    """

    def __init__(
        self,
        services: DraftWriterServices,
        job: Job,
        reader: ReplyReader,
        first_reader: PooledReader,
        descriptions: DraftDescriptions | None,
    ) -> None:
        self._descriptions = descriptions
        self._prompts = services.prompts
        self._limits = services.settings.limits
        self._subjects = services.subjects
        self._job = job
        self._reader = reader
        self._first_reader = first_reader

    async def read(self, reply: Reply) -> CheckedDraft:
        """The draft in a reply. Raises ReplyFormatError where there is none."""
        return self._compared(await self._first_reader.read(reply.content, _finish_reason(reply), self._job))

    def salvage(self, reply: Reply) -> CheckedDraft | None:
        """The whole fields and points of a reply that ends in the middle."""
        draft = salvage_draft(reply.content)
        return None if draft is None else self._reader.check(draft, _finish_reason(reply), self._job)

    def repair_request(self, output: CheckedDraft, first: ModelRequest) -> ModelRequest:
        """The request for the failing fields of a draft."""
        failing = _failing_fields(output)
        concerned = [finding for finding in output.findings if finding.field in failing]
        subjects = () if self._job.subject else self._subjects.names
        grounded = bool(self._job.request.get("grounded"))
        messages = self._prompts.render(
            "repair",
            question=self._job.question,
            date=self._job.date,
            subject=self._job.subject,
            subjects=subjects,
            draft=output.draft.model_dump(exclude={"cannot_answer"}, exclude_none=True),
            findings=[{"field": finding.field, "message": finding.message} for finding in concerned],
            fields=failing,
            passages=self._job.context.get("passages", []),
            limits=self._limits,
            grounded=grounded,
        )
        schema = repair_schema(self._limits, subjects=subjects, grounded=grounded)
        return follow_up(first, messages, REPAIR_SCHEMA, schema)

    def repaired(self, output: CheckedDraft, reply: Reply) -> CheckedDraft:
        """The draft with its failing fields as in a reply. Raises ReplyFormatError where that cannot be read."""
        repair = parse_repair(reply.content)
        repaired = apply_repair(output.draft, repair, _failing_fields(output))
        return self._compared(self._reader.check(repaired, None, self._job))

    def _compared(self, checked: CheckedDraft) -> CheckedDraft:
        """The draft, with a warning where another page or draft has nearly its description.

        It costs no call of its own: a description that is repaired for another reason is repaired for it too.
        """
        text = checked.draft.page_description
        if self._descriptions is None or checked.draft.cannot_answer or not text.strip():
            return checked
        near = self._descriptions.near(text, key=self._job.key, question=self._job.question)
        if not near:
            return checked
        return replace(checked, findings=(*checked.findings, duplicate_finding(near[0].text, "warning")))


def _finish_reason(reply: Reply) -> str:
    """The finish reason by the name that the checks know, where it has one."""
    return "length" if reply.finish in ("length", "window") else reply.finish_reason


def _failing_fields(checked: CheckedDraft) -> list[str]:
    return sorted({finding.field for finding in checked.errors})


def _end_of(
    problem: ExchangeProblem | None, best: CheckedDraft | None, *, is_offline: bool
) -> tuple[DraftState, str | None, frozenset[str]]:
    """The state in which a job ends, the reason, and the causes of its failure.

    Args:
        is_offline: whether the offline model wrote the last reply. It declines every question that the site does not
            answer, which is no failure.
    """
    codes = list(dict.fromkeys(finding.code for finding in best.errors)) if best is not None else []
    if problem is not None:
        return problem.state, problem.reason, causes_of(problem.state, problem.failure, codes)
    if best is not None and best.draft.cannot_answer:
        reason = f"the model declines: {best.draft.cannot_answer}"
        return "refused", reason, frozenset() if is_offline else causes_of("refused")
    if codes:
        reason = f"errors after repair: {', '.join(codes)}"
        return "needs_fix", reason, causes_of("needs_fix", codes=codes)
    return "drafted", None, frozenset()
