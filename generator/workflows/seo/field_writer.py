"""Has a model write the search fields of one article: asks, checks, has failing fields repaired, and records them.

A description is compared with other proposals in the transaction that records it. Two similar descriptions that are
written at the same time therefore cannot both be accepted. A failed reply ends in a state with a reason, never in an
exception.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from generator.content.checks import CheckContext
from generator.content.duplicates.descriptions import NearDuplicate
from generator.content.findings import Finding, errors
from generator.content.seo.fields import (
    FIELDS,
    SEO_SCHEMA,
    SeoField,
    check_seo,
    parse_seo,
    salvage_seo,
    says_nothing_new,
)
from generator.content.seo.proposal_states import ProposalState
from generator.content.states import JobState
from generator.model.reply.reply import Reply
from generator.model.requests import ModelRequest
from generator.store.ledger.runs.jobs import Job
from generator.store.ledger.seo.proposals import NewProposal
from generator.workflows.engine.exchange import ModelSession
from generator.workflows.engine.job_outcome import JobOutcome, causes_of
from generator.workflows.engine.job_requests import follow_up
from generator.workflows.engine.structured_exchange import ExchangeProblem, StructuredExchange
from generator.workflows.ports import HasPrompts, HasProposals, HasSettings
from generator.workflows.seo.job_maker import KIND, seo_messages
from generator.workflows.seo.requests import ProposerReport
from generator.workflows.site.duplicate_descriptions import (
    DUPLICATE,
    DuplicateDescriptions,
    duplicate_finding,
)

Result = TypeVar("Result")

DESCRIPTION: SeoField = "page_description"
MISSING = "seo-missing"
NO_SENTENCE = "no sentence of the answer can stand alone as a description"
NO_KEYWORD = "the answer has no sentence to take keywords from"
_MOST_AVOIDED = 5
"""The most descriptions of other articles that a request names as texts to avoid."""


@dataclass(frozen=True)
class _Attempt:
    """The texts of one reply, with their findings.

    Args:
        duplicate: the page whose description is nearly the same as the one here; None where there is none.
    """

    texts: dict[SeoField, str]
    findings: tuple[Finding, ...]
    duplicate: str | None = None

    @property
    def errors(self) -> list[Finding]:
        """The findings that must be repaired."""
        return errors(self.findings)

    @property
    def is_whole(self) -> bool:
        """Whether no requested text is missing."""
        return all(finding.code != MISSING for finding in self.findings)

    @property
    def is_worth_keeping(self) -> bool:
        """Whether there is any text."""
        return bool(self.texts)

    def without_duplicate(self) -> "_Attempt":
        """The attempt without a description that another page has; unchanged where no other page has it."""
        if self.duplicate is None:
            return self
        texts = {name: text for name, text in self.texts.items() if name != DESCRIPTION}
        findings = tuple(item for item in self.findings if item.field != DESCRIPTION)
        return _Attempt(texts, findings, self.duplicate)

    def failing(self) -> list[SeoField]:
        """The fields with an error, each once."""
        failing = {item.field for item in self.errors}
        return [name for name in FIELDS if name in failing]


class FieldWriterServices(HasSettings, HasProposals, HasPrompts, Protocol):
    """The services that writing search fields needs."""


class _FieldFormat:
    """Reads the replies for one job as texts of its fields, and makes the requests that repair failing fields."""

    def __init__(self, services: FieldWriterServices, job: Job, duplicates: DuplicateDescriptions) -> None:
        self._limits = services.settings.limits
        self._house = services.settings.house
        self._prompts = services.prompts
        self._duplicates = duplicates
        self._job = job
        self._fields: list[SeoField] = job.context["fields"]
        self._old: dict[SeoField, str] = job.context["old"]
        self._avoid: list[str] = []

    async def read(self, reply: Reply) -> _Attempt:
        """The texts in a reply. Raises ReplyFormatError if the reply cannot be read."""
        return self._check(parse_seo(reply.content, self._fields))

    def salvage(self, reply: Reply) -> _Attempt | None:
        """The complete texts in a reply that was cut off, or None."""
        texts = salvage_seo(reply.content, self._fields)
        return self._check(texts) if texts else None

    def repaired(self, output: _Attempt, reply: Reply) -> _Attempt:
        """The attempt with its failing fields replaced by those of a reply.

        Raises:
            ReplyFormatError: the reply cannot be read.
        """
        return self._check({**output.texts, **parse_seo(reply.content, output.failing())})

    def repair_request(self, output: _Attempt, first: ModelRequest) -> ModelRequest:
        """The request for new texts of the failing fields of an attempt."""
        failing = output.failing()
        messages = seo_messages(
            self._prompts,
            self._limits,
            question=self._job.question,
            subject=self._job.subject,
            answer=self._job.context["answer"],
            fields=failing,
            current={name: output.texts.get(name, self._old[name]) for name in failing},
            findings=output.findings,
            avoid=self._avoid[-_MOST_AVOIDED:],
        )
        return follow_up(first, messages, SEO_SCHEMA, self._job.request["schema"])

    def _check(self, texts: dict[SeoField, str]) -> _Attempt:
        job = self._job
        context = CheckContext(
            question=job.question, limits=self._limits, house=self._house, offline=job.backend == "offline"
        )
        present = [name for name in self._fields if name in texts]
        # The offline model leaves out what it cannot write; asked again, it would do so again.
        missing = [name for name in self._fields if name not in texts and job.backend != "offline"]
        findings = [Finding(MISSING, "error", name, "is missing; write it") for name in missing]
        findings += check_seo(texts, context, "draft", answer=job.context["answer"], fields=present)
        attempt = _Attempt(texts, tuple(findings))
        if DESCRIPTION in present:
            description = texts[DESCRIPTION]
            duplicates = self._duplicates.published(description, key=job.key or "")
            if duplicates:
                return self.with_duplicate(attempt, duplicates)
        return attempt

    def with_duplicate(self, attempt: _Attempt, duplicates: Sequence[NearDuplicate]) -> _Attempt:
        """The attempt with a finding on its description. Later requests ask to avoid this text and its duplicates."""
        description = attempt.texts[DESCRIPTION]
        self._avoid = list(
            dict.fromkeys((*self._avoid, description, *(item.text for item in duplicates[:2])))
        )
        findings = (*attempt.findings, duplicate_finding(duplicates[0].text))
        return _Attempt(attempt.texts, findings, duplicates[0].page)


class FieldWriter:
    """Has the fields of one job written, and records the proposals.

    Args:
        report: counts the final states of the fields.
    """

    def __init__(
        self, services: FieldWriterServices, session: ModelSession, job: Job, report: ProposerReport
    ) -> None:
        self._proposals = services.proposals
        self._duplicates = DuplicateDescriptions(services)
        self._session = session
        self._job = job
        self._report = report
        self._fields: list[SeoField] = job.context["fields"]
        self._old: dict[SeoField, str] = job.context["old"]
        self._format = _FieldFormat(services, job, self._duplicates)
        self._exchange = StructuredExchange(session, job, self._format, services.settings.model)
        self._recorded: _Attempt | None = None

    async def write(self) -> JobOutcome:
        """Ask until no field has an error or no repair rounds are left, and record the best attempt.

        Raises:
            NeedsReply, ModelUnavailable, BudgetExceeded, StorageError: nothing was recorded.
        """
        exchange = self._exchange
        end = await exchange.run(KIND)
        while end is None and exchange.best is not None:
            duplicates = await self._record(exchange.best, is_last=exchange.rounds_left == 0)
            if not duplicates:
                return self._outcome()
            end = await exchange.repair(self._format.with_duplicate(exchange.best, duplicates))
        assert end is not None
        return await self._end(end)

    async def _record(
        self, best: _Attempt, *, is_last: bool, reason: str | None = None
    ) -> list[NearDuplicate]:
        """Record the best attempt, unless other proposals have nearly the same description.

        Args:
            is_last: record the attempt in any case; without its description where another page has that.

        Returns:
            The duplicate descriptions if nothing was recorded, else an empty list.
        """

        def record() -> list[NearDuplicate]:
            attempt = best
            duplicates = self._proposed_duplicates(best)
            if duplicates and not is_last:
                return duplicates
            if duplicates:
                attempt = self._format.with_duplicate(best, duplicates)
            attempt = attempt.without_duplicate()
            self._recorded = attempt
            states = [self._record_field(name, attempt, reason) for name in self._fields]
            ended: JobState = "needs_fix" if "needs_fix" in states else "done"
            self._end_job(ended, reason)
            self._report.states.update(states)
            return []

        return await self._commit(record)

    def _proposed_duplicates(self, attempt: _Attempt) -> list[NearDuplicate]:
        description = attempt.texts.get(DESCRIPTION)
        if description is None or DESCRIPTION in attempt.failing():
            return []
        return self._duplicates.proposed(description, key=self._job.key or "")

    def _record_field(self, name: SeoField, attempt: _Attempt, reason: str | None) -> ProposalState:
        findings = [item for item in attempt.findings if item.field == name]
        new = attempt.texts.get(name)
        state: ProposalState = "needs_fix" if errors(findings) else "proposed"
        if state == "needs_fix":
            reason = reason or ", ".join(dict.fromkeys(item.code for item in errors(findings)))
        elif new is not None and says_nothing_new(self._old[name], new):
            state, reason = "skipped", "the reply says nothing new"
        elif name == DESCRIPTION and attempt.duplicate is not None:
            state, reason = (
                "skipped",
                f"{DUPLICATE.code}: {attempt.duplicate} has nearly the same description",
            )
        elif new is None:
            state, reason = "skipped", NO_SENTENCE if name == DESCRIPTION else NO_KEYWORD
        else:
            reason = None
        return self._store(name, new, state, reason, findings)

    async def _end(self, end: ExchangeProblem) -> JobOutcome:
        """End the job early with its reason, and record the texts of the best attempt if there is one."""
        best = self._exchange.best
        if end.state == "failed":
            self._report.failed += 1
            await self._commit(lambda: self._end_job("failed", end.reason))
        elif end.state == "needs_fix" and best is not None:
            await self._record(best, is_last=True, reason=end.reason)
        else:
            await self._commit(lambda: self._end_without_text(end))
        return self._outcome(end)

    def _outcome(self, end: ExchangeProblem | None = None) -> JobOutcome:
        """How the job ended.

        Args:
            end: why it ended early; None where the model gave the texts.
        """
        best = self._recorded
        codes = list(dict.fromkeys(finding.code for finding in best.errors)) if best is not None else []
        state = end.state if end is not None else "needs_fix"
        causes = causes_of(state, end.failure if end else None, codes) if end or codes else frozenset()
        return JobOutcome(
            self._exchange.asked,
            causes,
            end.reason if end is not None else ", ".join(codes),
            redo_option="" if state == "failed" else "--redo",
            findings=len(best.findings) if best is not None else None,
        )

    def _end_without_text(self, end: ExchangeProblem) -> None:
        """Record every field as skipped or as one that needs a fix."""
        state: ProposalState = "skipped" if end.state == "refused" else "needs_fix"
        states = [self._store(name, None, state, end.reason, []) for name in self._fields]
        self._end_job(end.state, end.reason)
        self._report.states.update(states)

    def _store(
        self,
        name: SeoField,
        new: str | None,
        state: ProposalState,
        reason: str | None,
        findings: Sequence[Finding],
    ) -> ProposalState:
        job, reply = self._job, self._exchange.last_reply
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
                offline=job.backend == "offline",
                model=reply.model if reply else None,
            ),
            now=self._session.now(),
        )
        return row.state

    def _end_job(self, state: JobState, reason: str | None) -> None:
        session = self._session
        session.ledger.jobs.end(self._job.id, state, key=None, reason=reason, now=session.now())

    async def _commit(self, operation: Callable[[], Result]) -> Result:
        return await self._session.commits.run(operation)
