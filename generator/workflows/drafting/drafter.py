"""Drafts the planned questions of a run: ask, check, store, write the file, and say how it went."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from generator.config import Settings
from generator.content.slugs import key_of
from generator.content.states import DraftState, JobState
from generator.store.corpus.index import CorpusIndex
from generator.store.ledger.drafts import DraftRow, Drafts, NewDraft, StaleDraft
from generator.store.ledger.jobs import Job
from generator.workflows.draft_files.files import draft_path, place
from generator.workflows.drafting.writer import DraftResult, DraftWriter
from generator.workflows.engine.exchange import ModelSession
from generator.workflows.engine.job_pool import Outcome
from generator.workflows.engine.job_run import JobRun

_JOB_STATES: dict[DraftState, JobState] = {
    "drafted": "done",
    "needs_fix": "needs_fix",
    "refused": "refused",
    "failed": "failed",
    "near_duplicate": "done",
}


@dataclass
class DrafterReport:
    """How many questions ended in which state, and lines for a person."""

    states: Counter[DraftState] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)

    @property
    def done(self) -> int:
        return sum(self.states.values())


class Drafter:
    """One run over planned jobs."""

    def __init__(
        self,
        settings: Settings,
        drafts: Drafts,
        index: CorpusIndex,
        session: ModelSession,
        writer: DraftWriter,
        *,
        on_done: Callable[[DrafterReport], None] = lambda _: None,
    ) -> None:
        self._settings = settings
        self._drafts = drafts
        self._index = index
        self._session = session
        self._writer = writer
        self._on_done = on_done
        self._jobs = JobRun(session, self._draft, "questions")
        self.pool = self._jobs.pool
        self.report = DrafterReport()

    async def run(self, concurrency: int) -> DrafterReport:
        """Draft everything this run wants. Raises as :meth:`JobRun.run`."""
        await self._jobs.run(concurrency)
        return self.report

    async def draft(self, job: Job) -> Outcome:
        """Draft one claimed job to its end, and tell how it ended. Raises as :meth:`JobRun.do`."""
        return await self._jobs.do(job)

    async def _draft(self, job: Job) -> Outcome:
        result = await self._writer.write(job)
        new = self._new_draft(job, result)
        ended = await self._session.commits.run(lambda: self._record(job, new))
        if ended.row.path and ended.recorded and new.data is not None:
            self._place(ended.row, new.data, ended.former_path)
        self.report.states[ended.state] += 1
        self._on_done(self.report)
        asks_by_itself = ended.state == "failed"
        return replace(result.outcome, again="" if asks_by_itself else f"--redo-state {ended.state}")

    def _place(self, row: DraftRow, data: bytes, former_path: str | None) -> None:
        kept = place(self._settings.output_dir, self._drafts, row, data, former_path=former_path)
        if not kept:
            self.report.notes.append(
                f"{row.path}: holds a file that the ledger does not know, which was left alone"
            )

    def _new_draft(self, job: Job, result: DraftResult) -> NewDraft:
        """What to store: with bytes and a place for them only where there is a draft to look at."""
        subject = job.subject or (result.draft.subject if result.draft else None)
        state, reason, key = result.state, result.reason, job.key
        data: bytes | None = None
        if result.best is not None and state in ("drafted", "needs_fix"):
            data = result.best.file
            if data is not None and subject:
                key = str(key_of(subject, job.question))
            elif result.best.problem is not None:
                state, reason = "failed", result.best.problem
        return NewDraft(
            job=job.id,
            key=key,
            question=job.question,
            subject=subject,
            state=state,
            data=data,
            path=draft_path(state, key) if data is not None and key else None,
            origin="model",
            findings=result.findings,
            offline=job.backend == "offline",
            model=result.model,
            mode=result.mode,
            reason=reason,
        )

    def _record(self, job: Job, new: NewDraft) -> "_Ended":
        """Store the result and end the job; within one transaction, so that addresses are given out once."""
        now = self._session.now()
        if job.subject is None and new.key and self._is_taken(job, new.key):
            why = f"{new.key} has this question already"
            new = replace(new, state="near_duplicate", reason=why, key=None, path=None)
        recorded, reason = True, new.reason
        standing: DraftRow | None = None
        try:
            standing = self._drafts.find_for_result(job.id, new.key, new.question)
            row = self._drafts.replace(standing, new, now=now)
            recorded = row.state == new.state
        except StaleDraft as error:
            # A person decided on an older draft meanwhile, or another question got the address: their word stands.
            found = standing or (self._drafts.by_key(new.key) if new.key else None)
            if found is None:
                raise
            row, recorded, reason = found, False, str(error)
        state = row.state if recorded or new.data is not None else new.state
        ended: JobState = _JOB_STATES.get(state, "done")
        self._session.ledger.jobs.end(job.id, ended, key=new.key, reason=reason, now=now)
        return _Ended(row, state, recorded, standing.path if standing else None)

    def _is_taken(self, job: Job, key: str) -> bool:
        """Whether the address of a question whose subject the model chose is another's."""
        if self._index.has_key(key):
            return True
        draft = self._drafts.by_key(key)
        return draft is not None and draft.job != job.id and draft.question != job.question


@dataclass(frozen=True)
class _Ended:
    """How a job ended: the draft that stands now, and where its file was before."""

    row: DraftRow
    state: DraftState
    recorded: bool
    former_path: str | None
