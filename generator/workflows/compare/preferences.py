"""Has a model say which draft of a pair is better: twice, with the drafts exchanged. Two that disagree are a tie."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Protocol

from generator.content.judging.preference import (
    PREFER_SCHEMA,
    Judgement,
    parse_judgement,
    prefer_schema,
    preference_of,
)
from generator.model.requests import CAP
from generator.store.ledger.runs.new_jobs import NewJob
from generator.store.ledger.storage.hashes import hash_of, question_key
from generator.workflows.compare.case_pairs import CasePair, PairPreference
from generator.workflows.engine.job_outcome import JobOutcome, causes_of
from generator.workflows.engine.job_requests import frozen_request
from generator.workflows.engine.job_run import JobRun
from generator.workflows.engine.single_reply import SingleReplyFormat
from generator.workflows.engine.structured_exchange import StructuredExchange
from generator.workflows.ports import HasLedger, HasPrompts, HasSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from generator.content.states import JobState
    from generator.questions.rows import Question
    from generator.services import Endpoint
    from generator.store.ledger.runs.jobs import Job
    from generator.workflows.compare.recorded import RecordedSession
    from generator.workflows.engine.exchange import ModelSession

KIND = PROMPT = "prefer"


class PreferenceServices(HasSettings, HasLedger, HasPrompts, Protocol):
    """What asking for preferences takes."""


class PreferenceJobs:
    """Makes and plans the two jobs of each pair.

    Args:
        judge: the model that is asked.
    """

    def __init__(self, services: PreferenceServices, judge: Endpoint) -> None:
        self._services = services
        self._judge = judge
        model = services.settings.model
        own = judge.model == model.name
        self._request = frozen_request(
            PREFER_SCHEMA,
            prefer_schema(),
            judge.model,
            model.parameters if own else {CAP: model.output_cap},
        )

    def make(self, question: Question, first: str, second: str) -> NewJob:
        """The job that has two answers compared; the same answers in the same order are the same job.

        Args:
            first, second: the answers as Markdown.
        """
        prompts = self._services.prompts
        system, user = prompts.render(
            PROMPT, question=question.text, subject=question.subject, first=first, second=second
        )
        prompt_hash = prompts.hash(PROMPT)
        request = json.dumps(self._request, sort_keys=True)
        return NewJob(
            kind=KIND,
            backend=self._judge.backend,
            identity=hash_of(prompt_hash, request, question.text, question.subject or "", first, second),
            question_key=question_key(question.text),
            question=question.text,
            subject=question.subject,
            key=None,
            date=None,
            request=self._request,
            system=system["content"],
            user=user["content"],
            context={},
            prompt_hash=prompt_hash,
        )

    def plan(self, pair: CasePair, *, run: int) -> tuple[int, int]:
        """The ids of the jobs of a pair, that with A first before the other. Writes within the caller's transaction."""
        a, b, question = pair.a.text, pair.b.text, pair.case.question
        return self._plan(self.make(question, a, b), run), self._plan(self.make(question, b, a), run)

    def _plan(self, job: NewJob, run: int) -> int:
        jobs = self._services.ledger.jobs
        earlier = jobs.find(job.kind, job.backend, job.identity)
        if earlier is None:
            return jobs.plan(job, run=run, state="planned", first_free_id=0, now=self._services.now())
        jobs.assign_to_run(earlier.id, run, request=job.request)
        return earlier.id


async def ask_preferences(
    services: PreferenceServices,
    session: ModelSession,
    concurrency: int,
    on_done: Callable[[], None],
) -> None:
    """Ask for every planned judgement of the run.

    Raises:
        ModelUnavailable, BudgetExceeded, StorageError: the run ends; what was paid for is stored.
    """

    async def judge(job: Job) -> JobOutcome:
        exchange = StructuredExchange(
            session, job, SingleReplyFormat(parse_judgement), services.settings.model
        )
        problem = await exchange.run(PROMPT)
        state: JobState = problem.state if problem else "done"
        reason = problem.reason if problem else None
        await session.commits.run(
            lambda: session.ledger.jobs.end(job.id, state, key=None, reason=reason, now=session.now())
        )
        on_done()
        causes = causes_of(problem.state, problem.failure) if problem else frozenset[str]()
        return JobOutcome(exchange.asked, causes, reason or "")

    await JobRun(session, judge).run(concurrency)


async def read_preference(
    services: PreferenceServices, session: RecordedSession, jobs: tuple[int, int]
) -> PairPreference | None:
    """The preference that two judgements give together; None where one of them failed or was not asked for."""
    judgements = [await _read_judgement(services, session, job) for job in jobs]
    a_first, b_first = judgements
    if a_first is None or b_first is None:
        return None
    return PairPreference(preference_of(a_first.better, b_first.better), (a_first.reason, b_first.reason))


async def _read_judgement(
    services: PreferenceServices, session: RecordedSession, job_id: int
) -> Judgement | None:
    if session.ledger.jobs.states_of([job_id])[job_id] != "done":
        return None
    job = session.ledger.jobs.get(job_id)
    exchange = StructuredExchange(session, job, SingleReplyFormat(parse_judgement), services.settings.model)
    await exchange.run(PROMPT)
    return exchange.best.value if exchange.best else None


def same_text(pair: CasePair) -> PairPreference | None:
    """A tie where both sides wrote the same answer, about which nobody need be asked; else None."""
    is_same = pair.has_both_texts and pair.a.text == pair.b.text
    return PairPreference("tie", ("the same answer", "the same answer")) if is_same else None


def decided(pairs: Sequence[CasePair]) -> dict[str, int]:
    """How many pairs prefer A, prefer B, or are a tie; empty where no pair was judged."""
    found = [pair.preference.preferred for pair in pairs if pair.preference is not None]
    return {side: found.count(side) for side in ("a", "b", "tie")} if found else {}


def longer_preferred(pairs: Sequence[CasePair]) -> int:
    """In how many of the decided pairs the preferred draft is the longer one."""
    count = 0
    for pair in pairs:
        preferred = pair.preference.preferred if pair.preference else "tie"
        count += (preferred == "a" and pair.a.words > pair.b.words) or (
            preferred == "b" and pair.b.words > pair.a.words
        )
    return count
