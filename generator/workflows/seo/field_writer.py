"""Has the search fields of one article written: ask, check, have the failing fields rewritten, record.

Whether a description echoes another is decided in the transaction that records it, so that two that are in
flight at once cannot both be kept. A reply that fails is a state with a reason, never an exception.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from generator.content.checks import CheckContext
from generator.content.findings import Finding, errors
from generator.content.proposal_states import ProposalState
from generator.content.seo import (
    FIELDS,
    SEO_SCHEMA,
    SeoField,
    check_seo,
    parse_seo,
    says_nothing_new,
)
from generator.content.states import JobState
from generator.errors import CallFailed, ReplyFormatError
from generator.model.replies import Reply
from generator.model.requests import ModelRequest
from generator.store.ledger.jobs import Job
from generator.store.ledger.proposals import NewProposal
from generator.workflows.engine.exchange import (
    UNREADABLE,
    Talker,
    asked_again,
    declined_by,
    follow_up,
    request_of,
    with_cap,
)
from generator.workflows.engine.job_pool import Outcome
from generator.workflows.ports import HasPrompts, HasProposals, HasSettings
from generator.workflows.seo.echoes import Echoes, echo_finding
from generator.workflows.seo.job_maker import KIND, seo_messages
from generator.workflows.seo.requests import ProposerReport

Result = TypeVar("Result")

DESCRIPTION: SeoField = "page_description"
MISSING = "seo-missing"
_MOST_AVOIDED = 5


@dataclass(frozen=True)
class _Attempt:
    texts: dict[SeoField, str]
    findings: tuple[Finding, ...]

    def failing(self) -> list[SeoField]:
        """The fields with an error, each once."""
        wrong = {item.field for item in errors(self.findings)}
        return [name for name in FIELDS if name in wrong]


class FieldWriterServices(HasSettings, HasProposals, HasPrompts, Protocol):
    """What writing search fields takes."""


class FieldWriter:
    """Writes the fields that one job asks for: what is asked, and what is kept of the replies.

    Args:
        report: counts the states in which the fields end.
    """

    def __init__(
        self, services: FieldWriterServices, asker: Talker, job: Job, report: ProposerReport
    ) -> None:
        self._limits = services.settings.limits
        self._longer_cap = services.settings.model.longer_cap
        self._rounds = services.settings.model.repairs
        self._prompts = services.prompts
        self._proposals = services.proposals
        self._echoes = Echoes(services)
        self._asker = asker
        self._job = job
        self._report = report
        self._fields: list[SeoField] = job.context["fields"]
        self._old: dict[SeoField, str] = job.context["old"]
        self._exchange = asker.conversation(job)
        self._request = request_of(job)
        self._reply: Reply | None = None
        self._unread = ""
        self._avoid: list[str] = []
        self._best: _Attempt | None = None

    async def write(self) -> Outcome:
        """Ask until every field is right or the rounds are used up, and record the best attempt.

        Raises:
            CallFailed: a request failed for good; :meth:`give_up` records what there is.
            NeedsReply, ModelUnavailable, BudgetExceeded, StorageError: nothing was recorded.
        """
        reply = await self._ask(KIND, self._request)
        texts = await self._read(reply)
        if texts is None:
            declined = declined_by(self._reply) if self._reply else None
            if declined:
                return await self._end("refused", declined, declined)
            return await self._end("needs_fix", f"{UNREADABLE}: {self._unread}", UNREADABLE)
        self._best = self._check(texts)
        while True:
            best = self._best
            if not best.failing() or self._rounds == 0:
                echoes = await self._record(last=self._rounds == 0)
                if not echoes:
                    return Outcome(self._exchange.asked)
                best = self._best = self._echoing(best, echoes)
            self._rounds -= 1
            await self._repair(best)

    async def give_up(self, error: CallFailed) -> Outcome:
        """The endpoint gave up on this article: keep what there is, and say why."""
        reason = f"{error.cause}: {error}"
        if self._best is not None:
            await self._record(last=True, reason=reason)
            return Outcome(self._exchange.asked)
        if error.kind == "filtered":
            return await self._end("refused", reason, error.cause)
        self._report.failed += 1
        await self._commit(lambda: self._end_job("failed", reason))
        return Outcome(self._exchange.asked, error.cause, reason)

    async def _ask(self, purpose: str, request: ModelRequest) -> Reply:
        self._reply = await self._exchange.ask(purpose, request)
        return self._reply

    async def _read(self, reply: Reply) -> dict[SeoField, str] | None:
        """The texts of a reply, None where there are none or it was declined. One that cannot be read, or that was
        cut off and lacks a field, is asked for again: once with a larger cap where the cap ended it, else as long
        as rounds are left."""
        longer = False
        while True:
            seen = self._texts_in(reply)
            whole = not isinstance(seen, ReplyFormatError) and all(name in seen for name in self._fields)
            if declined_by(reply, whole=whole):
                return None
            if reply.cut_off and not whole and not longer:
                longer = True
                self._request = with_cap(self._request, self._longer_cap)
                reply = await self._ask("longer", self._request)
            elif not isinstance(seen, ReplyFormatError):
                return seen
            else:
                self._unread = seen.reason
                if self._rounds == 0:
                    return None
                self._rounds -= 1
                reply = await self._ask("again", asked_again(self._request, seen))

    def _texts_in(self, reply: Reply) -> dict[SeoField, str] | ReplyFormatError:
        try:
            return parse_seo(reply.content, self._fields)
        except ReplyFormatError as error:
            return error

    async def _repair(self, best: _Attempt) -> None:
        """Have the failing fields, and only those, rewritten; keeps the better attempt."""
        failing = best.failing()
        reply = await self._ask("repair", self._repair_request(best, failing))
        try:
            texts = parse_seo(reply.content, failing)
        except ReplyFormatError:
            return
        candidate = self._check({**best.texts, **texts})
        if len(errors(candidate.findings)) <= len(errors(best.findings)):
            self._best = candidate

    def _repair_request(self, attempt: _Attempt, failing: Sequence[SeoField]) -> ModelRequest:
        messages = seo_messages(
            self._prompts,
            self._limits,
            question=self._job.question,
            subject=self._job.subject,
            answer=self._job.context["answer"],
            fields=failing,
            current={name: attempt.texts.get(name, self._old[name]) for name in failing},
            findings=attempt.findings,
            avoid=self._avoid[-_MOST_AVOIDED:],
        )
        return follow_up(self._request, messages, SEO_SCHEMA, self._job.request["schema"])

    def _check(self, texts: dict[SeoField, str]) -> _Attempt:
        job = self._job
        context = CheckContext(question=job.question, limits=self._limits, offline=job.realm == "offline")
        given = [name for name in self._fields if name in texts]
        findings = [
            Finding(MISSING, "error", name, "is missing; write it")
            for name in self._fields
            if name not in texts
        ]
        findings += check_seo(texts, context, "draft", fields=given)
        attempt = _Attempt(texts, tuple(findings))
        if DESCRIPTION in given:
            description = texts[DESCRIPTION]
            echoes = self._echoes.published(description, key=job.key or "", question=job.question)
            if echoes:
                return self._echoing(attempt, echoes)
        return attempt

    def _echoing(self, attempt: _Attempt, echoes: Sequence[str]) -> _Attempt:
        """The attempt with what is wrong about a description that another page has too."""
        mine = attempt.texts[DESCRIPTION]
        self._avoid = list(dict.fromkeys((*self._avoid, mine, *echoes[:2])))
        return _Attempt(attempt.texts, (*attempt.findings, echo_finding(echoes[0])))

    async def _record(self, *, last: bool, reason: str | None = None) -> list[str]:
        """Keep the best attempt, unless its description echoes a proposal made meanwhile: then those, and nothing is kept.

        With ``last`` it is kept in any case, as one that needs a fix where it echoes.
        """
        assert self._best is not None
        best = self._best

        def record() -> list[str]:
            attempt = best
            echoes = self._proposed_echoes(best)
            if echoes and not last:
                return echoes
            if echoes:
                attempt = self._echoing(best, echoes)
            states = [self._keep(name, attempt, reason) for name in self._fields]
            ended: JobState = "needs_fix" if "needs_fix" in states else "done"
            self._end_job(ended, reason)
            self._report.states.update(states)
            return []

        return await self._commit(record)

    def _proposed_echoes(self, attempt: _Attempt) -> list[str]:
        description = attempt.texts.get(DESCRIPTION)
        if description is None or DESCRIPTION in attempt.failing():
            return []
        return self._echoes.proposed(description, key=self._job.key or "", question=self._job.question)

    def _keep(self, name: SeoField, attempt: _Attempt, reason: str | None) -> ProposalState:
        findings = [item for item in attempt.findings if item.field == name]
        new = attempt.texts.get(name)
        state: ProposalState = "needs_fix" if errors(findings) else "proposed"
        if state == "needs_fix":
            reason = reason or ", ".join(dict.fromkeys(item.code for item in errors(findings)))
        elif new is not None and says_nothing_new(self._old[name], new):
            state, reason = "skipped", "the reply says nothing new"
        else:
            reason = None
        return self._store(name, new, state, reason, findings)

    async def _end(self, state: JobState, reason: str, failure: str) -> Outcome:
        """End without a text: every field is skipped or needs a person."""

        def end() -> None:
            kept: ProposalState = "skipped" if state == "refused" else "needs_fix"
            states = [self._store(name, None, kept, reason, []) for name in self._fields]
            self._end_job(state, reason)
            self._report.states.update(states)

        await self._commit(end)
        return Outcome(self._exchange.asked, failure, reason, "--redo")

    def _store(
        self,
        name: SeoField,
        new: str | None,
        state: ProposalState,
        reason: str | None,
        findings: Sequence[Finding],
    ) -> ProposalState:
        job = self._job
        row = self._proposals.record(
            NewProposal(
                job=job.id,
                key=job.key or "",
                path=job.context["path"],
                field=name,
                question=job.question,
                subject=job.subject,
                basis=job.context["basis"][name],
                old=self._old[name],
                new=new,
                state=state,
                reason=reason,
                findings=findings,
                offline=job.realm == "offline",
                model=self._reply.model if self._reply else None,
            ),
            now=self._asker.now(),
        )
        return row.state

    def _end_job(self, state: JobState, reason: str | None) -> None:
        asker = self._asker
        asker.ledger.jobs.end(self._job.id, state, key=None, reason=reason, now=asker.now())

    async def _commit(self, operation: Callable[[], Result]) -> Result:
        return await self._asker.commits.run(operation)
