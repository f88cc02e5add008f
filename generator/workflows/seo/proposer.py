"""Proposes new search fields for planned articles: ask, check, have the failing fields written anew, record.

Whether a description echoes another is decided in the transaction that records it, so that two that are in
flight at once cannot both be kept. A reply that fails is a state with a reason, never an exception.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from generator.content.checks import CheckContext
from generator.content.display import dollars
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
from generator.workflows.drafting.writer import UNREADABLE
from generator.workflows.engine.exchange import (
    Asker,
    NeedsReply,
    Talker,
    asked_again,
    declined_by,
    follow_up,
    request_of,
    with_cap,
)
from generator.workflows.engine.job_pool import FirstItems, Outcome, Pool
from generator.workflows.ports import HasPrompts, HasProposals, HasSettings
from generator.workflows.seo.planner import KIND

Result = TypeVar("Result")

DESCRIPTION: SeoField = "page_description"
ECHO = "description-echo"
MISSING = "seo-missing"
_MOST_AVOIDED = 5


@dataclass
class ProposingReport:
    """How many fields ended in which state, and how many articles the model could not be asked about."""

    states: Counter[ProposalState] = field(default_factory=Counter)
    articles: int = 0
    failed: int = 0

    def tally(self, spent: int) -> str:
        """The states with their counts, and the nano-dollars spent, on one line."""
        text = ", ".join(f"{count} {state.replace('_', ' ')}" for state, count in sorted(self.states.items()))
        return f"{text}  {dollars(spent)}" if spent else text


@dataclass(frozen=True)
class _Attempt:
    texts: dict[SeoField, str]
    findings: tuple[Finding, ...]

    def failing(self) -> list[SeoField]:
        """The fields with an error, each once."""
        wrong = {item.field for item in errors(self.findings)}
        return [name for name in FIELDS if name in wrong]


class ProposingServices(HasSettings, HasProposals, HasPrompts, Protocol):
    """What proposing search fields takes."""


class Proposing:
    """One run over planned jobs."""

    def __init__(
        self,
        services: ProposingServices,
        asker: Talker,
        *,
        on_done: Callable[[ProposingReport], None] = lambda _: None,
    ) -> None:
        self.settings = services.settings
        self.proposals = services.proposals
        self.site = services.site_descriptions
        self.asker = asker
        self.prompts = services.prompts
        self._on_done = on_done
        self.report = ProposingReport()
        stop = asker.stop if isinstance(asker, Asker) else None
        self.pool = Pool[Job](self._claim, self.propose, self._release, stop, FirstItems("articles"))

    async def run(self, concurrency: int) -> ProposingReport:
        """Propose for every job that this run wants.

        Raises:
            ModelUnavailable, BudgetExceeded, StorageError: the run ended early; what was paid for is stored.
        """
        try:
            await self.pool.run(concurrency)
        finally:
            await self.asker.commits.drain()
        return self.report

    async def _claim(self, limit: int) -> list[Job]:
        asker = self.asker
        return await asker.commits.run(lambda: asker.ledger.jobs.claim(asker.run, limit))

    async def _release(self, job: Job) -> None:
        await self.asker.commits.run(lambda: self.asker.ledger.jobs.release(job.id))

    async def propose(self, job: Job) -> Outcome:
        """Propose for one claimed job, and tell how it ended.

        Raises:
            NeedsReply: nothing may be asked here; the job stays claimed.
            ModelUnavailable, BudgetExceeded, StorageError: the job is as it was.
        """
        exchange = _Exchange(self, job)
        try:
            try:
                outcome = await exchange.run()
            except CallFailed as error:
                outcome = await exchange.failed(error)
        except NeedsReply:
            raise
        except BaseException:
            # The job is as it was, whatever ends the run; the loop may be closing, so nothing is awaited long.
            await asyncio.shield(self._release(job))
            raise
        self.report.articles += 1
        self._on_done(self.report)
        return outcome


class _Exchange:
    """One article: what is asked, and what is kept of the replies."""

    def __init__(self, run: Proposing, job: Job) -> None:
        self._run = run
        self._job = job
        self._fields: list[SeoField] = job.context["fields"]
        self._old: dict[SeoField, str] = job.context["old"]
        self._talk = run.asker.conversation(job)
        self._rounds = run.settings.model.repairs
        self._request = request_of(job)
        self._reply: Reply | None = None
        self._unread = ""
        self._avoid: list[str] = []
        self._best: _Attempt | None = None

    async def run(self) -> Outcome:
        """Ask until every field is right or the rounds are used up, and record the best attempt."""
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
                    return Outcome(self._talk.asked)
                best = self._best = self._echoing(best, echoes)
            self._rounds -= 1
            await self._mend(best)

    async def failed(self, error: CallFailed) -> Outcome:
        """The endpoint gave up on this article: keep what there is, and say why."""
        reason = f"{error.cause}: {error}"
        if self._best is not None:
            await self._record(last=True, reason=reason)
            return Outcome(self._talk.asked)
        if error.kind == "filtered":
            return await self._end("refused", reason, error.cause)
        self._run.report.failed += 1
        await self._commit(lambda: self._end_job("failed", reason))
        return Outcome(self._talk.asked, error.cause, reason)

    async def _ask(self, purpose: str, request: ModelRequest) -> Reply:
        self._reply = await self._talk.ask(purpose, request)
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
                self._request = with_cap(self._request, self._run.settings.model.longer_cap)
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

    async def _mend(self, best: _Attempt) -> None:
        """Have the failing fields, and only those, written anew; keeps the better attempt."""
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
        messages = self._run.prompts.render(
            KIND,
            question=self._job.question,
            subject=self._job.subject or "",
            answer=self._job.context["answer"],
            current={name: attempt.texts.get(name, self._old[name]) for name in failing},
            avoid=self._avoid[-_MOST_AVOIDED:],
            findings=[
                {"field": item.field, "message": item.message}
                for item in attempt.findings
                if item.field in failing
            ],
            fields=list(failing),
            limits=self._run.settings.limits,
        )
        return follow_up(self._request, messages, SEO_SCHEMA, self._job.request["schema"])

    def _check(self, texts: dict[SeoField, str]) -> _Attempt:
        run, job = self._run, self._job
        context = CheckContext(
            question=job.question,
            limits=run.settings.limits,
            offline=job.realm == "offline",
        )
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
            echoes = run.site.echoes(description, key=job.key or "", question=job.question)
            if echoes:
                return self._echoing(attempt, echoes)
        return attempt

    def _echoing(self, attempt: _Attempt, echoes: Sequence[str]) -> _Attempt:
        """The attempt with what is wrong about a description that another page has too."""
        mine = attempt.texts[DESCRIPTION]
        self._avoid = list(dict.fromkeys((*self._avoid, mine, *echoes[:2])))
        finding = Finding(
            ECHO,
            "error",
            DESCRIPTION,
            f"says nearly the same as another page: {echoes[0]} Say what only this page answers",
        )
        return _Attempt(attempt.texts, (*attempt.findings, finding))

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
            self._run.report.states.update(states)
            return []

        return await self._commit(record)

    def _proposed_echoes(self, attempt: _Attempt) -> list[str]:
        description = attempt.texts.get(DESCRIPTION)
        if description is None or DESCRIPTION in attempt.failing():
            return []
        return self._run.proposals.echoes(
            description,
            key=self._job.key or "",
            question=self._job.question,
            frequency=self._run.site.frequency,
        )

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
            self._run.report.states.update(states)

        await self._commit(end)
        return Outcome(self._talk.asked, failure, reason, "--redo")

    def _store(
        self,
        name: SeoField,
        new: str | None,
        state: ProposalState,
        reason: str | None,
        findings: Sequence[Finding],
    ) -> ProposalState:
        job = self._job
        row = self._run.proposals.record(
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
            now=self._run.asker.now(),
        )
        return row.state

    def _end_job(self, state: JobState, reason: str | None) -> None:
        asker = self._run.asker
        asker.ledger.jobs.end(self._job.id, state, key=None, reason=reason, now=asker.now())

    async def _commit(self, operation: Callable[[], Result]) -> Result:
        return await self._run.asker.commits.run(operation)
