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
from generator.errors import CallFailed, ReplyFormatError
from generator.model.prompts import PromptSet
from generator.model.replies import Reply
from generator.model.requests import ModelRequest
from generator.store.ledger.jobs import Job
from generator.workflows.drafting.reply_reader import CheckedDraft, Reader
from generator.workflows.engine.exchange import (
    Exchange,
    Talker,
    asked_again,
    declined_by,
    follow_up,
    request_of,
    with_cap,
)
from generator.workflows.engine.job_pool import Outcome

UNREADABLE = "the reply cannot be read"
"""The failure of items whose replies are no JSON, or none of what was asked for."""


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
"""Reads a reply as ``Reader.read`` does, somewhere else; None where that was not possible."""


class Writer:
    """Writes drafts with the model.

    Args:
        look: reads first replies in place of ``reader``.
    """

    def __init__(
        self,
        asker: Talker,
        prompts: PromptSet,
        limits: Limits,
        subjects: SubjectList,
        reader: Reader,
        *,
        repairs: int,
        longer_cap: float,
        look: Look | None = None,
    ) -> None:
        self._asker = asker
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
            ModelUnavailable, BudgetExceeded, StorageError: the run ends, the job is as it was.
        """
        writing = _Writing(self, job)
        try:
            return await writing.run()
        except CallFailed as error:
            state: DraftState = "refused" if error.kind == "filtered" else "failed"
            failure: str | None = error.cause
            if writing.best is not None:
                state, failure = "needs_fix", None
            return writing.ended(state, f"{error.cause}: {error}", failure)


class _Writing:
    """The state of one exchange."""

    def __init__(self, writer: Writer, job: Job) -> None:
        self._writer = writer
        self._job = job
        self._talk: Exchange = writer._asker.conversation(job)
        self._rounds = writer._repairs
        self._request = request_of(job)
        self._reply: Reply | None = None
        self._unread = ""
        self.best: CheckedDraft | None = None

    async def run(self) -> DraftResult:
        reply = await self._ask("draft", self._request)
        checked = await self._read(reply)
        if checked is None:
            declined = declined_by(self._reply) if self._reply else None
            if declined:
                return self.ended("refused", declined, declined)
            kept = ", the best of it is kept" if self.best else ""
            reason = f"{UNREADABLE}{kept}: {self._unread}"
            return self.ended("needs_fix", reason, UNREADABLE)
        if checked.draft.cannot_answer:
            reason = f"the model declines: {checked.draft.cannot_answer}"
            # The offline model declines whatever the site has no answer to, always in the same words.
            offline = self._reply is not None and self._reply.offline
            return self.ended("refused", reason, None if offline else reason)
        self.best = checked
        await self._repair()
        if self.best.errors:
            return self.ended("needs_fix", _summary(self.best.errors))
        return self.ended("drafted", None)

    def ended(self, state: DraftState, reason: str | None, failure: str | None = None) -> DraftResult:
        return DraftResult(
            state=state,
            best=self.best,
            reason=reason,
            model=self._reply.model if self._reply else None,
            mode=self._reply.mode if self._reply else None,
            outcome=Outcome(self._talk.asked, failure, reason or ""),
        )

    async def _ask(self, purpose: str, request: ModelRequest) -> Reply:
        self._reply = await self._talk.ask(purpose, request)
        return self._reply

    async def _read(self, reply: Reply) -> CheckedDraft | None:
        """The draft in a reply, None where there is none or it was declined. One that cannot be read, or that was cut
        off and lacks a part, is asked for again, whole: once with a larger cap where the cap ended it, else as long
        as rounds are left."""
        longer = False
        while True:
            seen = await self._look_at(reply)
            whole = isinstance(seen, CheckedDraft) and seen.draft.is_whole
            if declined_by(reply, whole=whole):
                return None
            if reply.cut_off and not whole and not longer:
                longer = True
                self._keep(reply, seen)
                self._request = with_cap(self._request, self._writer._longer_cap)
                reply = await self._ask("longer", self._request)
            elif isinstance(seen, CheckedDraft):
                return seen
            else:
                self._keep(reply, seen)
                if (seen.cut and reply.cut_off) or self._rounds == 0:
                    return None
                self._rounds -= 1
                if reply.content.strip() and "{" not in reply.content:
                    self._talk.note_prose(self._request, reply)
                reply = await self._ask("again", asked_again(self._request, seen))

    def _keep(self, reply: Reply, seen: CheckedDraft | ReplyFormatError) -> None:
        """Keep what there is of a reply that is not whole."""
        if isinstance(seen, ReplyFormatError):
            self._unread = seen.reason
            salvaged = salvage_draft(reply.content)
            if salvaged is not None and salvaged.points:
                self.best = self._check(salvaged, reply.finish_reason)
        elif seen.draft.points:
            self.best = seen

    async def _repair(self) -> None:
        """Have the failing fields, and only those, written again; keeps the draft with the fewest errors."""
        assert self.best is not None
        while self.best.errors and self._rounds > 0:
            self._rounds -= 1
            failing = sorted({finding.field for finding in self.best.errors})
            reply = await self._ask("repair", self._repair_request(self.best, failing))
            try:
                repair = parse_repair(reply.content)
            except ReplyFormatError:
                continue
            repaired = self._check(apply_repair(self.best.draft, repair, failing), None)
            if len(repaired.errors) <= len(self.best.errors):
                self.best = repaired

    def _repair_request(self, best: CheckedDraft, failing: Sequence[str]) -> ModelRequest:
        concerned = [finding for finding in best.findings if finding.field in failing]
        subjects = () if self._job.subject else self._writer._subjects.names
        grounded = bool(self._job.request.get("grounded"))
        messages = self._writer._prompts.render(
            "repair",
            question=self._job.question,
            subject=self._job.subject,
            subjects=subjects,
            draft=best.draft.model_dump(exclude={"cannot_answer"}, exclude_none=True),
            findings=[{"field": finding.field, "message": finding.message} for finding in concerned],
            fields=list(failing),
            passages=self._job.context.get("passages", []),
            limits=self._writer._limits,
            grounded=grounded,
        )
        schema = repair_schema(self._writer._limits, subjects=subjects, grounded=grounded)
        return follow_up(self._request, messages, REPAIR_SCHEMA, schema)

    async def _look_at(self, reply: Reply) -> CheckedDraft | ReplyFormatError:
        writer = self._writer
        if writer._look is not None:
            checked = await writer._look(reply.content, reply.finish_reason, self._job)
            if checked is not None:
                return checked
        try:
            return writer._reader.read(reply.content, reply.finish_reason, self._job)
        except ReplyFormatError as error:
            return error

    def _check(self, draft: Draft, finish_reason: str | None) -> CheckedDraft:
        return self._writer._reader.check(draft, finish_reason, self._job)


def _summary(findings: Sequence[Finding]) -> str:
    codes: dict[str, Any] = dict.fromkeys(finding.code for finding in findings)
    return "errors after repair: " + ", ".join(codes)
