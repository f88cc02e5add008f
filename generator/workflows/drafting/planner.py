"""Turns a question list into planned jobs in the ledger, or says what a run over it would do and cost.

Rows are frozen in list order, a chunk a transaction, so that a plan cut short goes on where it was.
"""

from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice

from generator.config import Settings
from generator.content.states import JobState
from generator.content.subjects import SubjectList
from generator.errors import ConfigError, QuestionListError
from generator.model.budget import Price
from generator.model.prompts import PromptSet
from generator.store.corpus.index import CorpusIndex
from generator.store.ledger.drafts import Drafts, NewDraft, StaleDraft
from generator.store.ledger.ledger import Ledger
from generator.store.ledger.records import Job, NewJob, Realm
from generator.workflows.drafting.candidate import Candidate, PlanDecision, candidate_of
from generator.workflows.drafting.job_maker import PROMPT, JobMaker
from generator.workflows.drafting.parallel_planning import Rows, candidates_of, make_preparer
from generator.workflows.drafting.redo import RedoFilter
from generator.workflows.drafting.triage import Near, Triage
from generator.workflows.engine.estimate import Estimate, Sample

CHUNK = 1000
# Rows whose look-up and prompt a transaction may take itself: nobody else writes meanwhile.
MOST_UNPREPARED = 250
PROGRESS_EVERY = 200
TYPICAL_ANSWER_TOKENS = 900


@dataclass
class PlanReport:
    """What became of the rows of a list; ``notes`` are lines for a person, one a row that needs a look."""

    counts: Counter[PlanDecision] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    dropped_notes: int = 0
    unlisted: Counter[str] = field(default_factory=Counter)
    unfinished: int = 0
    """Rows drafted before whose draft is not a good one."""
    limited: bool = False

    MAX_NOTES = 1000

    def add(self, row: Candidate | QuestionListError) -> None:
        """Count one row."""
        if isinstance(row, QuestionListError):
            self._count("unreadable", str(row))
            return
        self._count(row.decision, row.message)
        earlier = row.earlier
        if row.decision == "drafted" and earlier and earlier.draft_state in ("needs_fix", "refused"):
            self.unfinished += 1

    def _count(self, decision: PlanDecision, message: str) -> None:
        self.counts[decision] += 1
        if decision in ("unreadable", "near_duplicate", "duplicate") and message:
            if len(self.notes) < self.MAX_NOTES:
                self.notes.append(message)
            else:
                self.dropped_notes += 1

    @property
    def to_ask(self) -> int:
        """How many questions a run has to ask the model for."""
        return self.counts["new"] + self.counts["resume"] + self.counts["redo"]

    @property
    def needs_person(self) -> bool:
        """Whether rows were left that only a person can settle."""
        return bool(self.counts["unreadable"] or self.counts["near_duplicate"])


@dataclass(frozen=True)
class PlanPreview:
    """What a run over a list would do and cost; ``error`` is what would end it before its first call."""

    report: PlanReport
    estimate: Estimate
    error: ConfigError | None


class Planner:
    """Plans question lists for one model.

    Args:
        index: brought up to date with the folders of the settings.
        model: the model that will be asked; ``realm`` tells whether it is a real one.
        date: of the articles, as YYYY-MM-DD.
        near: what is done with near duplicates.
        redo: which drafts are asked for again; None for none.
        now: the time as the ledger keeps it.
    """

    def __init__(
        self,
        *,
        settings: Settings,
        ledger: Ledger,
        index: CorpusIndex,
        prompts: PromptSet,
        subjects: SubjectList,
        realm: Realm,
        model: str,
        date: str,
        near: Near = "hold",
        redo: RedoFilter | None = None,
        now: Callable[[], str],
    ) -> None:
        self._settings = settings
        self._ledger = ledger
        self._index = index
        self._subjects = subjects
        self._realm: Realm = realm
        self._model = model
        self._near: Near = near
        self._redo = redo
        self._now = now
        self._maker = JobMaker(settings, index, prompts, subjects, realm=realm, model=model, date=date)
        self._make_preparer = partial(
            make_preparer, settings, index.path, realm=realm, model=model, date=date
        )

    def plan(
        self,
        rows: Rows,
        *,
        run: int,
        limit: int | None = None,
        progress: Callable[[int], None] = lambda _: None,
    ) -> PlanReport:
        """Freeze the rows that are to be asked, at most ``limit`` of them; a long list takes several processes.

        Args:
            run: the run that will ask.
            progress: called with the number of rows done.

        Raises:
            ConfigError: a row is new, and the offline model has nothing to write from; nothing is planned.
        """
        writer = _PlanWriter(
            self._ledger, self._index, self._maker, self._subjects, near=self._near, run=run, now=self._now
        )
        done = 0
        with closing(self._triage()) as triage:
            waiting = candidates_of(rows, triage, self._make_preparer, limit=limit)
            # Read before the transaction, which nobody may hold while a slow list comes in.
            while not writer.report.limited and (read := deque(islice(waiting, CHUNK))):
                while read and not writer.report.limited:
                    with self._ledger.database.transaction():
                        done += _plan_some(read, triage, writer, limit)
                    progress(done)
        return writer.report

    def preview(
        self,
        rows: Rows,
        *,
        price: Price | None,
        limit: int | None = None,
        most_tokens: int = 0,
        progress: Callable[[int], None] = lambda _: None,
    ) -> PlanPreview:
        """What planning the rows and asking for them would do and cost; nothing is written.

        Args:
            most_tokens: what a reply may have, where that is known to be more than its cap.
            progress: called with the number of rows done.
        """
        report, settings = PlanReport(), self._settings.model
        sample = Sample(price, longer_cap=settings.longer_cap, most_tokens=most_tokens)
        for number, row in enumerate(self.decide(rows), start=1):
            report.add(row)
            if isinstance(row, Candidate) and row.to_be_asked and not sample.full:
                sample.add(self._job(row))
            if number % PROGRESS_EVERY == 0:
                progress(number)
            if limit is not None and report.to_ask >= limit:
                report.limited = True
                break
        guess = sample.estimate(
            report.to_ask,
            seen=self._ledger.tokens_seen(self._model, PROMPT),
            typical_completion=TYPICAL_ANSWER_TOKENS,
            most_each=2 + settings.repairs,
        )
        lacking = self._maker.nothing_to_quote if report.counts["new"] or report.counts["redo"] else None
        return PlanPreview(report, guess, ConfigError(lacking) if lacking else None)

    def decide(self, rows: Rows) -> Iterator[Candidate | QuestionListError]:
        """What is to be done with each row, in order; nothing is written."""
        with closing(self._triage()) as triage:
            for row in map(candidate_of, rows):
                yield row if isinstance(row, QuestionListError) else triage.decide(row)

    def _triage(self) -> Triage:
        return Triage(
            self._ledger,
            self._index,
            realm=self._realm,
            near=self._near,
            similarity=self._settings.duplicates.similarity,
            redo=self._redo,
        )

    def _job(self, candidate: Candidate) -> Job | NewJob:
        """What a run would send: the messages planned before, with the parameters of now, or new ones."""
        if candidate.decision != "resume" or candidate.earlier is None:
            return self._maker.make(candidate)
        planned = self._ledger.job(candidate.earlier.id)
        grounded = bool(planned.request.get("grounded"))
        return replace(planned, request=self._maker.request_again(planned.subject, grounded=grounded))


def _plan_some(
    rows: deque[Candidate | QuestionListError], triage: Triage, writer: "_PlanWriter", limit: int | None
) -> int:
    """Plan the first of the rows, so many as take about a second; how many."""
    done = unprepared = 0
    report = writer.report
    while rows and unprepared < MOST_UNPREPARED and not report.limited:
        row = rows.popleft()
        if isinstance(row, QuestionListError):
            report.add(row)
            unprepared += 1
        else:
            writer.write(triage.decide(row))
            unprepared += not row.is_looked_up
        done += 1
        report.limited = limit is not None and report.to_ask >= limit
    return done


class _PlanWriter:
    """Writes what was decided about the candidates of one list into the ledger, within the caller's transaction."""

    def __init__(
        self,
        ledger: Ledger,
        index: CorpusIndex,
        maker: JobMaker,
        subjects: SubjectList,
        *,
        near: Near,
        run: int,
        now: Callable[[], str],
    ) -> None:
        self._ledger = ledger
        self._drafts = Drafts(ledger)
        self._index = index
        self._maker = maker
        self._near = near
        self._run = run
        self._now = now
        self._unlisted = frozenset(subject.name for subject in subjects if not subject.listed)
        self._first_free_id = index.next_id()
        self.report = PlanReport()

    def write(self, candidate: Candidate) -> None:
        """Count a candidate, and plan it where it is to be asked or held."""
        self.report.add(candidate)
        self._warn(candidate)
        earlier = candidate.earlier
        if candidate.decision == "resume" and earlier is not None:
            grounded = self._ledger.is_grounded(earlier.id)
            request = self._maker.request_again(earlier.subject, grounded=grounded)
            self._ledger.want(earlier.id, self._run, request=request)
        elif candidate.decision in ("new", "redo"):
            if self._maker.nothing_to_quote:
                raise ConfigError(self._maker.nothing_to_quote)
            self._freeze(candidate, "planned")
        elif candidate.decision == "near_duplicate" and earlier is None and self._near == "hold":
            self._show_held(self._freeze(candidate, "held"), candidate)

    def _warn(self, candidate: Candidate) -> None:
        """Note a subject that the site does not list, and sources that are not there."""
        question, report = candidate.question, self.report
        if candidate.to_be_asked and question.subject in self._unlisted:
            report.unlisted[question.subject or ""] += 1
        if question.sources and candidate.decision in ("new", "redo"):
            unknown = self._index.unknown_sources(question.sources)
            if unknown:
                report.notes.append(f"{question.place}: no readable source is named {', '.join(unknown)}")

    def _freeze(self, candidate: Candidate, state: JobState) -> int:
        earlier = candidate.earlier
        prepared = candidate.job if candidate.decision == "new" else None
        job_id = self._ledger.plan(
            prepared or self._maker.make(candidate),
            run=self._run,
            state=state,
            first_free_id=self._first_free_id,
            generation=earlier.generation + 1 if earlier else 0,
            now=self._now(),
        )
        if earlier is not None:
            self._ledger.inherit_article(job_id, earlier.id)
        return job_id

    def _show_held(self, job_id: int, candidate: Candidate) -> None:
        """Put a held question before those who decide: a draft without an article."""
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
            offline=self._maker.realm == "offline",
            reason=candidate.reason,
        )
        try:
            self._drafts.record(new, now=self._now())
        except StaleDraft as error:
            self.report.notes.append(str(error))
