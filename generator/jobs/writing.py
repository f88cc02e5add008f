"""From a planned question to a checked draft: ask, read, check, and have the failing fields mended.

A reply that fails is a state with a reason, never an exception; exceptions are for what ends the run.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from generator.content.checks import CheckContext, check_draft
from generator.content.composition import polish
from generator.content.draft import (
    REPAIR_SCHEMA,
    Draft,
    apply_repair,
    parse_draft,
    parse_repair,
    repair_schema,
    salvage_draft,
)
from generator.content.findings import Finding, errors
from generator.content.limits import Limits
from generator.content.states import DraftState
from generator.content.subjects import SubjectList
from generator.errors import CallFailed, ReplyFormatError
from generator.jobs.asking import (
    Exchange,
    Talker,
    asked_again,
    declined_by,
    follow_up,
    request_of,
    with_cap,
)
from generator.model.prompts import PromptSet
from generator.model.replies import Reply
from generator.model.requests import ModelRequest
from generator.store.records import Job


@dataclass(frozen=True)
class Written:
    """What came of one question. ``draft`` is the best attempt, None where there is nothing to keep."""

    state: DraftState
    draft: Draft | None
    findings: tuple[Finding, ...]
    reason: str | None
    model: str | None
    mode: str | None


@dataclass(frozen=True)
class _Attempt:
    draft: Draft
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> list[Finding]:
        return errors(self.findings)


class Writer:
    """Writes drafts with the model."""

    def __init__(
        self,
        asker: Talker,
        prompts: PromptSet,
        limits: Limits,
        subjects: SubjectList,
        *,
        repairs: int,
        longer_cap: float,
    ) -> None:
        self._asker = asker
        self._prompts = prompts
        self._limits = limits
        self._subjects = subjects
        self._repairs = repairs
        self._longer_cap = longer_cap

    async def write(self, job: Job, context: CheckContext) -> Written:
        """Ask for the article and have it mended until its checks pass or the rounds are used up.

        Raises:
            ModelUnavailable, BudgetExceeded, StorageError: the run ends, the job is as it was.
        """
        writing = _Writing(self, job, context)
        try:
            return await writing.run()
        except CallFailed as error:
            state: DraftState = "refused" if error.kind == "filtered" else "failed"
            if writing.best is not None:
                state = "needs_fix"
            return writing.ended(state, f"{error.cause}: {error}")


class _Writing:
    """The state of one exchange."""

    def __init__(self, writer: Writer, job: Job, context: CheckContext) -> None:
        self._writer = writer
        self._job = job
        self._context = context
        self._talk: Exchange = writer._asker.conversation(job)
        self._rounds = writer._repairs
        self._request = request_of(job)
        self._reply: Reply | None = None
        self.best: _Attempt | None = None

    async def run(self) -> Written:
        reply = await self._ask("draft", self._request)
        if reply.cut_off:
            self._request = with_cap(self._request, self._writer._longer_cap)
            reply = await self._ask("longer", self._request)
        declined = declined_by(reply)
        draft = None if declined else await self._read(reply)
        declined = declined or (declined_by(self._reply) if self._reply else None)
        if declined:
            return self.ended("refused", declined)
        if draft is None:
            return self.ended("needs_fix", "the reply cannot be read, the best of it is kept")
        if draft.cannot_answer:
            return self.ended("refused", f"the model declines: {draft.cannot_answer}")
        self.best = self._check(draft)
        await self._mend()
        if self.best.errors:
            return self.ended("needs_fix", _summary(self.best.errors))
        return self.ended("drafted", None)

    def ended(self, state: DraftState, reason: str | None) -> Written:
        best = self.best
        return Written(
            state=state,
            draft=best.draft if best else None,
            findings=best.findings if best else (),
            reason=reason,
            model=self._reply.model if self._reply else None,
            mode=self._reply.mode if self._reply else None,
        )

    async def _ask(self, purpose: str, request: ModelRequest) -> Reply:
        self._reply = await self._talk.ask(purpose, request)
        return self._reply

    async def _read(self, reply: Reply) -> Draft | None:
        """The draft in a reply; one that cannot be read is asked for again, whole, as long as rounds are left."""
        while True:
            try:
                return parse_draft(reply.content)
            except ReplyFormatError as error:
                salvaged = salvage_draft(reply.content)
                if salvaged is not None and salvaged.points:
                    self.best = self._check(salvaged)
                if error.cut and reply.cut_off or self._rounds == 0:
                    return None
                self._rounds -= 1
                if reply.content.strip() and "{" not in reply.content:
                    self._talk.note_prose(self._request, reply)
                reply = await self._ask("again", asked_again(self._request, error))
                if declined_by(reply):
                    return None

    async def _mend(self) -> None:
        """Have the failing fields, and only those, written again; keeps the attempt with the fewest errors."""
        assert self.best is not None
        while self.best.errors and self._rounds > 0:
            self._rounds -= 1
            failing = sorted({finding.field for finding in self.best.errors})
            reply = await self._ask("repair", self._repair_request(self.best, failing))
            try:
                repair = parse_repair(reply.content)
            except ReplyFormatError:
                continue
            candidate = self._check(apply_repair(self.best.draft, repair, failing))
            if len(candidate.errors) <= len(self.best.errors):
                self.best = candidate

    def _repair_request(self, attempt: _Attempt, failing: Sequence[str]) -> ModelRequest:
        concerned = [finding for finding in attempt.findings if finding.field in failing]
        subjects = () if self._job.subject else self._writer._subjects.names
        grounded = bool(self._job.request.get("grounded"))
        messages = self._writer._prompts.render(
            "repair",
            question=self._job.question,
            subject=self._job.subject,
            subjects=subjects,
            draft=attempt.draft.model_dump(exclude={"cannot_answer"}, exclude_none=True),
            findings=[{"field": finding.field, "message": finding.message} for finding in concerned],
            fields=list(failing),
            passages=self._job.context.get("passages", []),
            limits=self._writer._limits,
            grounded=grounded,
        )
        schema = repair_schema(self._writer._limits, subjects=subjects, grounded=grounded)
        return follow_up(self._request, messages, REPAIR_SCHEMA, schema)

    def _check(self, draft: Draft) -> _Attempt:
        polished = polish(draft)
        if self._job.subject is None:
            subject = self._writer._subjects.resolve(polished.subject or "")
            if subject is not None:
                polished = polished.model_copy(update={"subject": subject.name})
        context = replace(self._context, finish_reason=self._reply.finish_reason if self._reply else None)
        return _Attempt(polished, check_draft(polished, context))


def _summary(findings: Sequence[Finding]) -> str:
    codes: dict[str, Any] = dict.fromkeys(finding.code for finding in findings)
    return "errors after repair: " + ", ".join(codes)
