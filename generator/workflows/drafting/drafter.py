"""Drafts the planned jobs of a run: gets each draft from the model, records it, writes its file, counts results."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

from generator.content.display import plural
from generator.content.slugs import key_of
from generator.content.states import DraftState, JobState
from generator.processes.pool import WorkerPool
from generator.store.ledger.drafts.rewritten_page import rewritten_page_of
from generator.store.ledger.drafts.rows import DraftRow, NewDraft, StaleDraft
from generator.store.ledger.runs.jobs import Job
from generator.workflows.draft_files.copied_answers import COPIED, CopiedAnswers
from generator.workflows.draft_files.files import draft_path, write_draft_file
from generator.workflows.drafting.writer import ClaimFindings, DraftResult, DraftWriter
from generator.workflows.engine.exchange import ModelSession
from generator.workflows.engine.job_outcome import JobOutcome, causes_of
from generator.workflows.engine.job_run import JobRun
from generator.workflows.engine.watch.run_monitor import RunMonitor
from generator.workflows.ports import HasCorpus, HasDrafts, HasPrompts, HasProposals, HasSettings
from generator.workflows.site.draft_descriptions import DraftDescriptions

_JOB_STATES: dict[DraftState, JobState] = {
    "drafted": "done",
    "needs_fix": "needs_fix",
    "refused": "refused",
    "failed": "failed",
    "near_duplicate": "done",
}

_WORTH_A_NOTE = 2
"""From so many drafts with the answer of another one on, the run says so."""


@dataclass
class DrafterReport:
    """How many questions ended in which state, and lines for a person."""

    states: Counter[DraftState] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)

    @property
    def done(self) -> int:
        """How many questions have ended."""
        return sum(self.states.values())


class DrafterServices(HasSettings, HasDrafts, HasCorpus, HasProposals, HasPrompts, Protocol):
    """What drafting planned jobs takes."""


class Drafter:
    """Drafts the planned jobs of one run.

    Args:
        session: asks the model, or reads the replies that batches brought.
        workers: read the first replies; None to read them in this process.
        claims: checks the claims of drafts; None to leave them unchecked.
        on_done: is given the report after each question.
        monitor: watches how the questions end; None where each is drafted on its own.
        only_canary: whether to draft no more questions than the canary has.
    """

    def __init__(
        self,
        services: DrafterServices,
        session: ModelSession,
        *,
        workers: WorkerPool | None = None,
        claims: ClaimFindings | None = None,
        on_done: Callable[[DrafterReport], None] = lambda _: None,
        monitor: RunMonitor | None = None,
        only_canary: bool = False,
    ) -> None:
        self._output_dir = services.settings.output_dir
        self._drafts = services.drafts
        self._index = services.index
        self._session = session
        descriptions = DraftDescriptions(services)
        self._writer = DraftWriter(
            services,
            session,
            workers=workers,
            claims=claims,
            descriptions=descriptions,
            answers=CopiedAnswers(services),
        )
        self._on_done = on_done
        self._jobs = JobRun(session, self._draft, monitor, only_canary=only_canary)
        self.pool = self._jobs.pool
        self.report = DrafterReport()
        self._copies = 0

    async def run(self, concurrency: int) -> DrafterReport:
        """Draft every job of the run. Raises as :meth:`JobRun.run`."""
        await self._jobs.run(concurrency)
        if self._copies >= _WORTH_A_NOTE:
            self.report.notes.append(
                f"{self._copies:,} of {plural(self.report.done, 'question')} have nearly the answer of another page or"
                f" draft: generator list --rule {COPIED.code}"
            )
        return self.report

    async def draft(self, job: Job) -> JobOutcome:
        """Draft one claimed job to its end. Raises as :meth:`JobRun.handle`."""
        return await self._jobs.handle(job)

    async def _draft(self, job: Job) -> JobOutcome:
        result = await self._writer.write(job)
        new = self._new_draft(job, result)
        recorded = await self._session.commits.run(lambda: self._record(job, new))
        if recorded.row.path and recorded.is_new and new.data is not None:
            self._write_file(recorded.row, new.data, recorded.former_path)
        self.report.states[recorded.state] += 1
        if not new.offline:  # the offline model quotes pages
            self._copies += any(finding.code == COPIED.code for finding in new.findings)
        self._on_done(self.report)
        return self._outcome(result, recorded)

    @staticmethod
    def _outcome(result: DraftResult, recorded: "_RecordedDraft") -> JobOutcome:
        """How the job ended. Recording a draft may end it in another way than the reply did."""
        outcome, state = result.outcome, recorded.state
        if state == "failed" and not outcome.causes:
            outcome = replace(outcome, causes=causes_of(state), reason=recorded.row.reason or "")
        # The same command asks for failed questions again without an option.
        return replace(outcome, redo_option="" if state == "failed" else f"--redo-state {state}")

    def _write_file(self, row: DraftRow, data: bytes, former_path: str | None) -> None:
        if not write_draft_file(self._output_dir, self._drafts, row, data, former_path=former_path):
            self.report.notes.append(
                f"{row.path}: holds a file that the ledger does not know, which was left alone"
            )

    def _new_draft(self, job: Job, result: DraftResult) -> NewDraft:
        """The draft to record; it has bytes and a path only where there is a text to review."""
        page = rewritten_page_of(job)
        subject = job.subject or (result.draft.subject if result.draft else None)
        state, reason, key = result.state, result.reason, job.key
        data: bytes | None = None
        if result.best is not None and state in ("drafted", "needs_fix"):
            data = result.best.file
            if data is not None and subject and page is None:
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
            path=draft_path(state, key, page.basis if page else None) if data is not None and key else None,
            origin="model",
            findings=result.findings,
            offline=job.backend == "offline",
            model=result.model,
            mode=result.mode,
            reason=reason,
            replaces=page.replaced if page else None,
        )

    def _record(self, job: Job, new: NewDraft) -> "_RecordedDraft":
        """Record the draft and end its job, in one transaction, so that no address is given to two drafts."""
        now = self._session.now()
        if job.subject is None and new.key and self._is_taken(job, new.key):
            why = f"{new.key} has this question already"
            new = replace(new, state="near_duplicate", reason=why, key=None, path=None)
        is_new, reason = True, new.reason
        earlier: DraftRow | None = None
        try:
            earlier = self._drafts.find_for_result(new)
            row = self._drafts.replace(earlier, new, now=now)
            is_new = row.state == new.state
            self._drafts.reject_earlier_rewrites(row, now=now)
        except StaleDraft as error:
            # A person has decided on the earlier draft, or another question has the address: the existing draft stays.
            reserves = new.key if new.replaces is None else None
            existing = earlier or (self._drafts.by_key(reserves) if reserves else None)
            if existing is None:
                raise
            row, is_new, reason = existing, False, str(error)
        state = row.state if is_new or new.data is not None else new.state
        job_state: JobState = _JOB_STATES.get(state, "done")
        self._session.ledger.jobs.end(job.id, job_state, key=new.key, reason=reason, now=now)
        return _RecordedDraft(row, state, is_new, earlier.path if earlier else None)

    def _is_taken(self, job: Job, key: str) -> bool:
        """Whether another article or draft has the address of a question whose subject the model chose."""
        if self._index.has_key(key):
            return True
        draft = self._drafts.by_key(key)
        return draft is not None and draft.job != job.id and draft.question != job.question


@dataclass(frozen=True)
class _RecordedDraft:
    """The draft that the ledger has after a job ended.

    Args:
        state: the state that counts for the report.
        is_new: whether the draft is what this job made; False where an existing draft stayed.
        former_path: where the file of the earlier draft is.
    """

    row: DraftRow
    state: DraftState
    is_new: bool
    former_path: str | None
