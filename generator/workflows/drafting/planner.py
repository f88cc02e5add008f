"""Plans a question list: makes planned jobs of it in the ledger, or estimates what a run over it would do and cost.

Rows are frozen in list order, one chunk in a transaction. After an interruption, planning goes on with the next chunk.
"""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from itertools import islice
from typing import Protocol

from generator.content.states import JobState
from generator.errors import ConfigError, QuestionListError
from generator.model.budget import Price
from generator.services import Endpoint
from generator.store.ledger.drafts.drafts import Drafts
from generator.store.ledger.drafts.rows import NewDraft, StaleDraft
from generator.store.ledger.runs.jobs import Job, JobSummary
from generator.store.ledger.runs.new_jobs import NewJob, PackedJob
from generator.workflows.drafting.candidate import Candidate, NearDuplicatePolicy, Thresholds
from generator.workflows.drafting.job_maker import PROMPT, JobMaker, JobServices
from generator.workflows.drafting.parallel_planning import (
    Rows,
    candidates_of,
    looker_factory,
    preparer_factory,
)
from generator.workflows.drafting.plan_report import PlanReport
from generator.workflows.drafting.redo import RedoFilter
from generator.workflows.drafting.requests import PlanOutcome
from generator.workflows.drafting.triage import Triage
from generator.workflows.engine.estimate import Estimate, RequestSample, estimate_calls, sample_of
from generator.workflows.engine.long_prompts import LongPrompts
from generator.workflows.near_questions.job_maker import KIND as NEAR_KIND
from generator.workflows.near_questions.job_maker import TYPICAL_VERDICT_TOKENS, PairJobMaker
from generator.workflows.near_questions.requests import PairJudge
from generator.workflows.ports import HasLedger

CHUNK = 1000
# How many rows a transaction may look up and prepare: no other process can write meanwhile.
MOST_UNPREPARED = 250
PROGRESS_EVERY = 200
TYPICAL_ANSWER_TOKENS = 900


class ListPlannerServices(JobServices, HasLedger, Protocol):
    """What planning a list takes."""


class ListPlanner:
    """Plans question lists for one model.

    Args:
        services: the index is up to date with the folders of the settings.
        endpoint: the model that will be asked.
        date: of the articles, as YYYY-MM-DD.
        near: what is done with near duplicates.
        redo: which drafts are asked for again; None for none.
    """

    def __init__(
        self,
        services: ListPlannerServices,
        endpoint: Endpoint,
        *,
        date: str,
        near: NearDuplicatePolicy = "hold",
        redo: RedoFilter | None = None,
    ) -> None:
        self._services = services
        self._endpoint = endpoint
        self._near: NearDuplicatePolicy = near
        self._redo = redo
        self._maker = JobMaker(services, endpoint, date)
        self._long_prompts = LongPrompts(services.ledger, endpoint.model)
        thresholds = Thresholds.of(services.settings, endpoint.backend, near)
        self._make_preparer = preparer_factory(services.settings, thresholds, endpoint, date)
        self._make_looker = looker_factory(services.settings, thresholds)

    def plan(
        self,
        rows: Rows,
        *,
        run: int,
        limit: int | None = None,
        judge: PairJudge | None = None,
        progress: Callable[[int], None] = lambda _: None,
    ) -> PlanReport:
        """Freeze the rows that are asked. A long list is prepared by several processes.

        Args:
            run: the number of the run that will ask.
            limit: the most questions to ask; None for all.
            judge: decides first about questions that are near to others in words; where it is stopped, the near
                questions that are left are counted and not planned. None to plan them like others.
            progress: called with the number of planned rows.

        Raises:
            ConfigError: a row is new, and the offline model has nothing to quote; nothing is planned.
        """
        writer = _PlanWriter(self._services, self._endpoint, self._maker, near=self._near, run=run)
        done = 0
        with closing(self._triage()) as triage:
            candidates = candidates_of(rows, triage, self._make_preparer, limit=limit)
            # The chunk is read before the transaction, which must not wait for a slow list.
            while not writer.report.limited and (chunk := deque(islice(candidates, CHUNK))):
                if judge is not None:
                    left = None if limit is None else limit - writer.report.to_ask
                    writer.leaves_near = not _decide_near(chunk, triage, judge, left)
                    judge = None if writer.leaves_near else judge
                while chunk and not writer.report.limited:
                    with self._services.database.transaction():
                        done += _plan_some(chunk, triage, writer, limit)
                    progress(done)
        return writer.report

    def estimate(
        self,
        rows: Rows,
        *,
        limit: int | None = None,
        most_tokens: int = 0,
        progress: Callable[[int], None] = lambda _: None,
    ) -> PlanOutcome:
        """Estimate what planning the rows and asking for them would do and cost; nothing is written.

        Several processes look the rows of a long list up.

        Args:
            limit: the most questions to ask; None for all.
            most_tokens: the most tokens of a reply of the endpoint, where it is known to exceed output caps; else 0.
            progress: called with the number of rows read.
        """
        report, endpoint = PlanReport(), self._endpoint
        sample = self._sample(endpoint.price, most_tokens)
        pairs = self._sample(endpoint.price, most_tokens)
        pair_maker = PairJobMaker(self._services, endpoint)
        for number, row in enumerate(self._counted(rows, report, limit), start=1):
            if isinstance(row, Candidate) and row.is_asked and not sample.is_full:
                sample.add(self._job(row))
            if isinstance(row, Candidate) and row.open_pairs and not pairs.is_full:
                pairs.add(pair_maker.make(row.near_question))
            if number % PROGRESS_EVERY == 0:
                progress(number)
        estimate = self._estimate(sample, report.to_ask, PROMPT, TYPICAL_ANSWER_TOKENS)
        near = None
        if report.near_questions:
            near = self._estimate(pairs, report.near_questions, NEAR_KIND, TYPICAL_VERDICT_TOKENS)
        problem = self._maker.nothing_to_quote if report.counts["new"] or report.counts["redo"] else None
        return PlanOutcome(endpoint, report, estimate, ConfigError(problem) if problem else None, near)

    def _sample(self, price: Price | None, most_tokens: int) -> RequestSample:
        return sample_of(self._services.settings.model, price, most_tokens)

    def _estimate(self, sample: RequestSample, calls: int, kind: str, typical_completion: int) -> Estimate:
        return estimate_calls(
            self._services.ledger.calls,
            sample,
            model=self._endpoint.model,
            kind=kind,
            number=calls,
            typical_completion=typical_completion,
        )

    def preview(self, rows: Rows, *, limit: int | None = None) -> PlanReport:
        """The decisions on the rows, counted; nothing is written. ``limit``: see :meth:`estimate`."""
        report = PlanReport()
        for _ in self._counted(rows, report, limit):
            pass
        return report

    def _counted(
        self, rows: Rows, report: PlanReport, limit: int | None
    ) -> Iterator[Candidate | QuestionListError]:
        """The rows with the decisions on them, counted in the report, up to the limit."""
        for row in self.decide(rows, limit=limit):
            report.add(row)
            yield row
            if limit is not None and report.to_ask >= limit:
                report.limited = True
                break

    def decide(self, rows: Rows, *, limit: int | None = None) -> Iterator[Candidate | QuestionListError]:
        """The rows in order, each with the decision on it; nothing is written. ``limit``: see :meth:`estimate`."""
        with closing(self._triage()) as triage:
            for row in candidates_of(rows, triage, self._make_looker, limit=limit):
                yield row if isinstance(row, QuestionListError) else triage.decide(row)

    def _triage(self) -> Triage:
        return Triage(self._services, self._endpoint.backend, near=self._near, redo=self._redo)

    def _job(self, candidate: Candidate) -> Job | NewJob:
        """The job that a run would ask: one planned earlier with the parameters of now, or a new one."""
        earlier = candidate.earlier
        if candidate.decision != "resume" or earlier is None:
            return self._maker.make(candidate)
        if renewed := self._long_prompts.renewed(earlier, lambda: self._maker.make(candidate)):
            return renewed
        planned = self._services.ledger.jobs.get(earlier.id)
        grounded = bool(planned.request.get("grounded"))
        return replace(planned, request=self._maker.current_request(planned.subject, grounded=grounded))


def _decide_near(
    rows: deque[Candidate | QuestionListError], triage: Triage, judge: PairJudge, most: int | None
) -> bool:
    """Have the model decide about the near questions of the next rows. Returns whether it did.

    A verdict may leave a row out, and so bring another row near to others or within ``most``.
    """
    while near := triage.open_questions(rows, most):
        asked = judge.ask(near)
        triage.note_asked(asked)
        if asked.stopped:
            return False
    return True


def _plan_some(
    rows: deque[Candidate | QuestionListError], triage: Triage, writer: "_PlanWriter", limit: int | None
) -> int:
    """Plan rows from the front of the queue, for about a second; returns how many."""
    done = unprepared = 0
    report = writer.report
    while rows and unprepared < MOST_UNPREPARED and not report.limited:
        row = rows.popleft()
        if isinstance(row, QuestionListError):
            report.add(row)
            unprepared += 1
        else:
            writer.write(triage.decide(row))
            unprepared += not row.is_prepared
        done += 1
        report.limited = limit is not None and report.to_ask >= limit
    return done


class _PlanWriter:
    """Writes the decisions on the candidates of one list into the ledger, within the caller's transaction.

    Attributes:
        leaves_near: whether questions with open pairs are left for a later run.
    """

    def __init__(
        self,
        services: ListPlannerServices,
        endpoint: Endpoint,
        maker: JobMaker,
        *,
        near: NearDuplicatePolicy,
        run: int,
    ) -> None:
        self._jobs = services.ledger.jobs
        self._details = services.ledger.question_details
        self._redrafts = services.ledger.redrafts
        self._drafts = Drafts(services.ledger)
        self._index = services.index
        self._offline = endpoint.backend == "offline"
        self._long_prompts = LongPrompts(services.ledger, endpoint.model)
        self._maker = maker
        self._near = near
        self._run = run
        self._now = services.now
        self._unlisted = frozenset(subject.name for subject in services.subjects if not subject.listed)
        self._first_free_id = services.index.next_id()
        self.leaves_near = False
        self.report = PlanReport()

    def write(self, candidate: Candidate) -> None:
        """Count a candidate, plan it if it is asked or held, and keep the details of its question."""
        self.report.add(candidate)
        if candidate.open_pairs and self.leaves_near:
            return
        self._warn(candidate)
        earlier = candidate.earlier
        job_id = earlier.id if earlier is not None else None
        if candidate.decision == "resume" and earlier is not None:
            job_id = self._resume(candidate, earlier)
        elif candidate.decision in ("new", "redo"):
            if self._maker.nothing_to_quote:
                raise ConfigError(self._maker.nothing_to_quote)
            job_id = self._freeze(candidate, "planned", self._job_of(candidate))
        elif candidate.decision == "near_duplicate" and earlier is None and self._near == "hold":
            job_id = self._freeze(candidate, "held", self._job_of(candidate))
            self._record_held(job_id, candidate)
        details = candidate.question.details
        if job_id is not None and details is not None:
            self._details.put(job_id, details, now=self._now())

    def _warn(self, candidate: Candidate) -> None:
        """Note a subject that the site does not list, and sources that do not exist."""
        question, report = candidate.question, self.report
        if candidate.is_asked and question.subject in self._unlisted:
            report.unlisted[question.subject or ""] += 1
        if question.sources and candidate.decision in ("new", "redo"):
            unknown = self._index.unknown_sources(question.sources)
            if unknown:
                report.note(f"{question.place}: no readable source is named {', '.join(unknown)}")

    def _resume(self, candidate: Candidate, earlier: JobSummary) -> int:
        """Assign a job that was planned earlier to this run, with its messages unless the model refuses their length.

        Returns:
            The number of the job that is asked.
        """
        renewed = self._long_prompts.renewed(earlier, lambda: self._maker.make(candidate))
        if renewed is not None:
            return self._freeze(candidate, "planned", renewed)
        grounded = self._jobs.is_grounded(earlier.id)
        request = self._maker.current_request(earlier.subject, grounded=grounded)
        self._jobs.assign_to_run(earlier.id, self._run, request=request)
        return earlier.id

    def _job_of(self, candidate: Candidate) -> NewJob | PackedJob:
        prepared = candidate.job if candidate.decision == "new" else None
        return prepared or self._maker.make(candidate)

    def _freeze(self, candidate: Candidate, state: JobState, job: NewJob | PackedJob) -> int:
        earlier = candidate.earlier
        job_id = self._jobs.plan(
            job,
            run=self._run,
            state=state,
            first_free_id=self._first_free_id,
            earlier=earlier,
            now=self._now(),
        )
        if candidate.redraft is not None and candidate.redraft.is_queued:
            self._redrafts.take(candidate.redraft.id, job_id)
        if earlier is not None:
            self._jobs.inherit_article(job_id, earlier.id)
            self._details.inherit(job_id, earlier.id, now=self._now())
        return job_id

    def _record_held(self, job_id: int, candidate: Candidate) -> None:
        """Record a held question as a draft without an article, so that a person can decide on it."""
        new = NewDraft(
            job=job_id,
            key=candidate.key,
            question=candidate.question.text,
            subject=candidate.question.subject,
            state="near_duplicate",
            data=None,
            path=None,
            origin="plan",
            findings=(),
            offline=self._offline,
            reason=candidate.reason,
        )
        try:
            self._drafts.record(new, now=self._now())
        except StaleDraft as error:
            self.report.note(str(error))
