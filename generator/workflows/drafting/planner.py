"""Turns a question list into planned jobs in the ledger, and says what a run would do and cost.

Rows are frozen in list order, a chunk a transaction, so that a plan cut short goes on where it was.
"""

from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice

from generator.content.states import JobState
from generator.errors import ConfigError
from generator.store.corpus.index import CorpusIndex
from generator.store.ledger.drafts import Drafts, NewDraft, StaleDraft
from generator.store.ledger.ledger import Ledger
from generator.store.ledger.new_jobs import PackedJob
from generator.workflows.drafting.job_maker import JobMaker
from generator.workflows.drafting.parallel_planning import Prepared, Preparer, Rows, RowToPlan, prepared_rows
from generator.workflows.drafting.triage import Kind, Near, Triage, Verdict

CHUNK = 1000
# Rows whose look-up and prompt a transaction may take itself: nobody else writes meanwhile.
MOST_UNPREPARED = 250


@dataclass
class PlanReport:
    """What became of the rows of a list; ``notes`` are lines for a person, one a row that needs a look."""

    counts: Counter[Kind] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    dropped_notes: int = 0
    unlisted: Counter[str] = field(default_factory=Counter)
    unfinished: int = 0
    """Rows drafted before whose draft is not a good one."""
    limited: bool = False

    MAX_NOTES = 1000

    def add(self, verdict: Verdict) -> None:
        """Count one verdict."""
        self.counts[verdict.kind] += 1
        if verdict.kind == "drafted" and verdict.job and verdict.job.draft_state in ("needs_fix", "refused"):
            self.unfinished += 1
        if verdict.kind in ("unreadable", "near_duplicate", "duplicate") and verdict.message:
            if len(self.notes) < self.MAX_NOTES:
                self.notes.append(verdict.message)
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


class Planner:
    """Freezes the rows that are to be asked.

    Args:
        preparer: gives a process of its own what prepares rows as ``maker`` would; without, all is done here.
    """

    def __init__(
        self,
        ledger: Ledger,
        index: CorpusIndex,
        triage: Triage,
        maker: JobMaker,
        *,
        run: int,
        near: Near,
        unlisted: frozenset[str],
        now: Callable[[], str],
        preparer: Callable[[], Preparer] | None = None,
    ) -> None:
        self._ledger = ledger
        self._drafts = Drafts(ledger)
        self._index = index
        self._triage = triage
        self._maker = maker
        self._run = run
        self._near = near
        self._unlisted = unlisted
        self._now = now
        self._preparer = preparer

    def plan(
        self, rows: Rows, *, limit: int | None, progress: Callable[[int], None] = lambda _: None
    ) -> PlanReport:
        """Plan the rows, at most ``limit`` of those that are to be asked.

        Raises:
            ConfigError: a row is new, and the offline model has nothing to write from; nothing is planned.
        """
        report = PlanReport()
        waiting = prepared_rows(rows, self._triage, self._preparer, limit=limit)
        first_free_id = self._index.next_id()
        done = 0
        # Read before the transaction, which nobody may hold while a slow list comes in.
        while read := deque(islice(waiting, CHUNK)):
            while read and not report.limited:
                with self._ledger.database.transaction():
                    done += self._plan_some(read, report, first_free_id, limit)
                progress(done)
            if report.limited:
                break
        return report

    def _plan_some(
        self, rows: deque[RowToPlan], report: PlanReport, first_free_id: int, limit: int | None
    ) -> int:
        """Judge and freeze the first of the rows, so many as take about a second; how many."""
        done = unprepared = 0
        while rows and unprepared < MOST_UNPREPARED and not report.limited:
            row, known_by, prepared = rows.popleft()
            verdict = self._triage.judge(row, known_by, prepared.looked_up if prepared else None)
            report.add(verdict)
            self._apply(verdict, prepared, report, first_free_id)
            done += 1
            unprepared += prepared is None
            report.limited = limit is not None and report.to_ask >= limit
        return done

    def _apply(
        self, verdict: Verdict, prepared: Prepared | None, report: PlanReport, first_free_id: int
    ) -> None:
        row, job = verdict.row, verdict.job
        if row is not None and verdict.kind in ("new", "redo", "resume") and row.subject in self._unlisted:
            report.unlisted[row.subject or ""] += 1
        if row is not None and row.sources and verdict.kind in ("new", "redo"):
            unknown = self._index.unknown_sources(row.sources)
            if unknown:
                report.notes.append(
                    f"{row.path}:{row.line}: no readable source is named {', '.join(unknown)}"
                )
        if verdict.kind == "resume" and job is not None:
            request = self._maker.request(
                () if job.subject else self._maker.subject_names,
                grounded=self._ledger.jobs.is_grounded(job.id),
            )
            self._ledger.jobs.want(job.id, self._run, request=request)
        elif verdict.kind == "new" and prepared is not None and prepared.job is not None:
            self._freeze(verdict, "planned", first_free_id, prepared.job)
        elif verdict.kind in ("new", "redo"):
            self._freeze(verdict, "planned", first_free_id)
        elif verdict.kind == "near_duplicate" and job is None and self._near == "hold":
            self._show_held(self._freeze(verdict, "held", first_free_id), verdict, report)

    def _show_held(self, job_id: int, verdict: Verdict, report: PlanReport) -> None:
        """Put a held question before those who decide: a draft without an article."""
        assert verdict.row is not None
        new = NewDraft(
            job=job_id,
            key=verdict.key,
            question=verdict.row.question,
            subject=verdict.row.subject,
            state="near_duplicate",
            data=None,
            path=None,
            origin="plan",
            findings=(),
            offline=self._maker.realm == "offline",
            reason=verdict.reason,
        )
        try:
            self._drafts.record(new, now=self._now())
        except StaleDraft as error:
            report.notes.append(str(error))

    def _freeze(
        self, verdict: Verdict, state: JobState, first_free_id: int, job: PackedJob | None = None
    ) -> int:
        if state == "planned" and self._maker.nothing_to_quote:
            raise ConfigError(self._maker.nothing_to_quote)
        earlier = verdict.job
        job_id = self._ledger.jobs.plan(
            job or self._maker.make(verdict),
            run=self._run,
            state=state,
            first_free_id=first_free_id,
            generation=earlier.generation + 1 if earlier else 0,
            now=self._now(),
        )
        if earlier is not None:
            self._ledger.jobs.inherit_article(job_id, earlier.id)
        return job_id
