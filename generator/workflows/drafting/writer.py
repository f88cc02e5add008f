"""From a planned question to a checked draft: ask, read, check, and have the failing fields repaired.

A reply that fails is a state with a reason, never an exception; exceptions are for what ends the run.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from generator.content.draft import (
    REPAIR_SCHEMA,
    Draft,
    apply_repair,
    parse_repair,
    repair_schema,
    salvage_draft,
)
from generator.content.findings import Finding
from generator.content.limits import Limits
from generator.content.states import DraftState
from generator.content.subjects import SubjectList
from generator.model.prompts import PromptSet
from generator.model.replies import Reply
from generator.model.requests import ModelRequest
from generator.store.ledger.jobs import Job
from generator.workflows.drafting.reply_reader import CheckedDraft, ReplyReader
from generator.workflows.engine.exchange import ModelSession, follow_up, request_of
from generator.workflows.engine.job_pool import Outcome
from generator.workflows.engine.structured_exchange import StructuredExchange


@dataclass(frozen=True)
class DraftResult:
    """What came of one job. ``best`` is its best draft, None where there is nothing to keep.

    ``outcome`` tells whether the model was asked, and whether what it or the endpoint gave was of no use.
    """

    state: DraftState
    best: CheckedDraft | None
    reason: str | None
    model: str | None
    mode: str | None
    outcome: Outcome

    @property
    def draft(self) -> Draft | None:
        """The content of the best draft."""
        return self.best.draft if self.best else None

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is wrong with it."""
        return self.best.findings if self.best else ()


Look = Callable[[str, str | None, Job], Awaitable[CheckedDraft | None]]
"""Reads a reply as ``ReplyReader.read`` does, somewhere else; None where that was not possible."""


class DraftWriter:
    """Writes drafts with the model.

    Args:
        look: reads first replies in place of ``reader``.
    """

    def __init__(
        self,
        session: ModelSession,
        prompts: PromptSet,
        limits: Limits,
        subjects: SubjectList,
        reader: ReplyReader,
        *,
        repairs: int,
        longer_cap: float,
        look: Look | None = None,
    ) -> None:
        self._session = session
        self._prompts = prompts
        self._limits = limits
        self._subjects = subjects
        self._repairs = repairs
        self._longer_cap = longer_cap
        self._reader = reader
        self._look = look

    async def write(self, job: Job) -> DraftResult:
        """Ask for the article and have it repaired until its checks pass or the rounds are used up.

        Raises:
            NeedsReply, ModelUnavailable, BudgetExceeded, StorageError: the job is as it was.
        """
        exchange = StructuredExchange(
            self._session.exchange(job),
            request_of(job),
            _DraftFormat(job, self._prompts, self._limits, self._subjects, self._reader, self._look),
            rounds=self._repairs,
            longer_cap=self._longer_cap,
        )
        end = await exchange.run("draft")
        best, reply = exchange.best, exchange.last_reply
        state: DraftState = "drafted"
        reason: str | None = None
        failure: str | None = None
        if end is not None:
            state, reason, failure = end.state, end.reason, end.failure
        elif best is not None and best.draft.cannot_answer:
            state, reason = "refused", f"the model declines: {best.draft.cannot_answer}"
            # The offline model declines whatever the site has no answer to, always in the same words.
            failure = None if reply is not None and reply.offline else reason
        elif best is not None and best.errors:
            state, reason = "needs_fix", _summary(best.errors)
        return DraftResult(
            state=state,
            best=None if best is not None and best.draft.cannot_answer else best,
            reason=reason,
            model=reply.model if reply else None,
            mode=reply.mode if reply else None,
            outcome=Outcome(exchange.asked, failure, reason or ""),
        )


class _DraftFormat:
    """Reads the replies about one job as drafts, and has their failing fields repaired."""

    def __init__(
        self,
        job: Job,
        prompts: PromptSet,
        limits: Limits,
        subjects: SubjectList,
        reader: ReplyReader,
        look: Look | None,
    ) -> None:
        self._job = job
        self._prompts = prompts
        self._limits = limits
        self._subjects = subjects
        self._reader = reader
        self._look = look

    async def read(self, reply: Reply) -> CheckedDraft:
        """The draft in a reply. Raises ReplyFormatError where there is none."""
        if self._look is not None:
            checked = await self._look(reply.content, reply.finish_reason, self._job)
            if checked is not None:
                return checked
        return self._reader.read(reply.content, reply.finish_reason, self._job)

    def salvage(self, reply: Reply) -> CheckedDraft | None:
        """The whole fields and points of a reply that ends in the middle."""
        draft = salvage_draft(reply.content)
        return None if draft is None else self._reader.check(draft, reply.finish_reason, self._job)

    def repair_request(self, output: CheckedDraft, first: ModelRequest) -> ModelRequest:
        """Asks for the failing fields of a draft."""
        failing = _failing(output)
        concerned = [finding for finding in output.findings if finding.field in failing]
        subjects = () if self._job.subject else self._subjects.names
        grounded = bool(self._job.request.get("grounded"))
        messages = self._prompts.render(
            "repair",
            question=self._job.question,
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
        """A draft with its failing fields as in a reply. Raises ReplyFormatError where that cannot be read."""
        repair = parse_repair(reply.content)
        return self._reader.check(apply_repair(output.draft, repair, _failing(output)), None, self._job)


def _failing(checked: CheckedDraft) -> list[str]:
    return sorted({finding.field for finding in checked.errors})


def _summary(findings: Sequence[Finding]) -> str:
    codes: dict[str, Any] = dict.fromkeys(finding.code for finding in findings)
    return "errors after repair: " + ", ".join(codes)
