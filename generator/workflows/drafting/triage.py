"""Decides for each question of a list whether it is new, known, already answered, or a duplicate.

It reads the ledger and the index and writes nothing. Of the rows, only the questions stay in memory, for the comparison
of later rows with them.
"""

import sqlite3
from collections.abc import Iterator, MutableSequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from typing import Protocol

from generator.content.duplicates.close_questions import MOST_CLOSE, CloseQuestions
from generator.content.duplicates.question_index import NearestQuestion, QuestionIndex
from generator.content.seo.canonical_pages import canonical_target
from generator.content.states import DECIDED
from generator.content.text import normalise_question
from generator.errors import QuestionListError, SlugError
from generator.questions.rows import Question
from generator.store.ledger.publications import Publications
from generator.store.ledger.review.redrafts import Redraft
from generator.store.ledger.runs.jobs import JobSummary
from generator.store.ledger.runs.new_jobs import Backend
from generator.store.ledger.storage.hashes import question_key
from generator.workflows.drafting.candidate import (
    Candidate,
    NearDuplicatePolicy,
    PlanDecision,
    Thresholds,
    look_up,
)
from generator.workflows.drafting.redo import RedoFilter
from generator.workflows.near_questions.requests import AskedPairs, NearQuestion, OpenPair
from generator.workflows.ports import HasCorpus, HasLedger, HasSettings


class TriageServices(HasSettings, HasLedger, HasCorpus, Protocol):
    """What deciding about candidates takes."""


class Triage:
    """Decides about the candidates of one list, in order.

    Args:
        backend: that of the model that will be asked.
        near: what is done with near duplicates.
        redo: which drafts are asked for again; None for none.
    """

    def __init__(
        self,
        services: TriageServices,
        backend: Backend,
        *,
        near: NearDuplicatePolicy,
        redo: RedoFilter | None = None,
    ) -> None:
        self._ledger = services.ledger
        self._publications = Publications(services.ledger)
        self._index = services.index
        self._site = services.settings.site
        self._thresholds = Thresholds.of(services.settings, backend, near)
        self._backend = backend
        self._near = near
        self._redo = redo
        self._is_alive = cache(services.ledger.runs.is_alive)
        self._has_redrafts = services.ledger.redrafts.any()
        self._questions: QuestionIndex[str] | None = None
        self._close: CloseQuestions[str] | None = None
        self._asked = AskedPairs()
        # An unnamed SQLite database lives in a temporary file that SQLite removes.
        self._rows = sqlite3.connect("", isolation_level=None)
        self._rows.execute(
            "CREATE TABLE row (identity TEXT PRIMARY KEY, key TEXT, line INTEGER) WITHOUT ROWID"
        )
        self._rows.execute("CREATE INDEX row_key ON row (key)")

    def close(self) -> None:
        """Remove the temporary database of the rows."""
        self._rows.close()

    def needs_lookup(self, candidate: Candidate) -> bool:
        """Whether the corpus must be searched for a candidate. The earlier rows of the list are not considered."""
        is_known, written = self._ledger.jobs.has_question, candidate.question.written
        return not is_known(candidate.question_key) and not (written and is_known(question_key(written)))

    def open_questions(
        self, rows: MutableSequence[Candidate | QuestionListError], most: int | None
    ) -> list[NearQuestion]:
        """The questions of the next rows that wait for the model to say whether an existing page would serve them.

        The rows are decided on trial: afterwards nothing of them counts.

        Args:
            rows: the next rows of the list. Those that are new are looked up in the corpus, and replaced by the result.
            most: no row counts after so many that the model would be asked to draft; None for no limit.
        """
        if self._thresholds.ask_from is None:
            return []
        new = [
            place for place, row in enumerate(rows) if isinstance(row, Candidate) and self.needs_lookup(row)
        ]
        if not new:
            return []
        for place in new:
            row = rows[place]
            if isinstance(row, Candidate) and not row.is_looked_up:
                rows[place] = look_up(self._index, row, self._thresholds)
        found: list[NearQuestion] = []
        asked = 0
        with self._trial():
            for row in rows:
                if isinstance(row, QuestionListError):
                    continue
                if most is not None and asked >= most:
                    break
                decided = self.decide(row)
                asked += decided.is_asked
                if decided.open_pairs:
                    found.append(decided.near_question)
        return found

    def note_asked(self, asked: AskedPairs) -> None:
        """Take note of the questions whose pairs stay open in this run."""
        self._asked.undecided |= asked.undecided
        self._asked.elsewhere |= asked.elsewhere

    @contextmanager
    def _trial(self) -> Iterator[None]:
        """Within the block, rows may be decided; afterwards they are forgotten."""
        questions, close = self._earlier_questions(), self._close_questions()
        sizes = len(questions), len(close)
        self._rows.execute("SAVEPOINT trial")
        try:
            yield
        finally:
            self._rows.execute("ROLLBACK TO trial")
            self._rows.execute("RELEASE trial")
            questions.truncate(sizes[0])
            close.truncate(sizes[1])

    def decide(self, candidate: Candidate) -> Candidate:
        """The candidate with the decision on it. Later rows of the list are compared with it.

        A question that was planned with its list number in front keeps that job. The corpus is searched here unless
        the candidate is looked up already.
        """
        line = self._line_of(candidate.identity)
        if line is not None:
            return replace(candidate, decision="duplicate", reason=f"the same question as in line {line}")
        decided = (
            self._withdrawn(candidate)
            or self._known(candidate)
            or self._known_as_written(candidate.question)
            or self._conflict(candidate)
            or self._compared(candidate)
        )
        self._rows.execute(
            "INSERT INTO row VALUES (?, ?, ?)", (candidate.identity, candidate.key, candidate.question.line)
        )
        return decided

    def _line_of(self, identity: str) -> int | None:
        row = self._rows.execute("SELECT line FROM row WHERE identity = ?", (identity,)).fetchone()
        return row[0] if row else None

    def _withdrawn(self, candidate: Candidate) -> Candidate | None:
        """The candidate with a decision if its article was withdrawn from the site; else None."""
        key = candidate.key
        withdrawal = self._publications.withdrawal_of(key) if key else None
        for other in self._publications.withdrawn_question(candidate.question_key):
            if key is None or other.key.split("/")[0] == key.split("/")[0]:
                withdrawal = withdrawal or other
        if withdrawal is None:
            return None
        reason = f"withdrawn: {withdrawal.reason}"
        return replace(candidate, decision="published", reason=reason, existing=withdrawal.key)

    def _known(self, candidate: Candidate) -> Candidate | None:
        """The candidate with a decision if its question was planned earlier; else None."""
        jobs = [
            job
            for job in self._ledger.jobs.of_question(candidate.question_key)
            if self._counts(job) and self._same_subject(job, candidate.question)
        ]
        if not jobs:
            return None
        job = jobs[-1]
        redraft = self._ledger.redrafts.newest(job.draft) if self._has_redrafts and job.draft else None
        decision = self._decision_on(job, redraft)
        return replace(
            candidate,
            decision=decision,
            reason="held as a near duplicate" if decision == "near_duplicate" else "",
            existing=job.key,
            earlier=job,
            redraft=redraft,
        )

    def _decision_on(self, job: JobSummary, redraft: Redraft | None) -> PlanDecision:
        """The decision on a question that has this job; ``redraft`` is the newest one of its draft."""
        if job.backend != self._backend:
            return "drafted"
        if self._is_redone(job):
            return "redo"
        if job.state == "claimed" and job.claimed_by is not None and self._is_alive(job.claimed_by):
            return "busy"
        if _is_closed(job):
            return "drafted"
        if redraft is not None and redraft.is_queued and _may_be_redrafted(job):
            return "redo"
        if job.state in ("planned", "failed", "claimed"):
            return "resume"
        if job.state == "batched":
            return "resume" if job.unsent else "batched"
        if job.state == "held" and job.draft_state != "rejected":
            return "resume" if self._near == "allow" else "near_duplicate"
        return "drafted"

    def _is_redone(self, job: JobSummary) -> bool:
        """Whether a job is asked again, with today's settings. A planned one is not if a reply was paid for."""
        if self._redo is None or job.state == "held" or not self._redo.includes(job):
            return False
        return job.state != "planned" or not self._ledger.calls.has_reply(job.id)

    def _known_as_written(self, question: Question) -> Candidate | None:
        """The candidate with a decision if its question was planned with its list number in front; else None.

        Earlier versions read the number as a part of the question.
        """
        if question.written is None:
            return None
        try:
            as_written = Candidate.of(replace(question, text=question.written))
        except SlugError:
            return None
        return self._known(as_written)

    def _counts(self, job: JobSummary) -> bool:
        """Whether an earlier job counts in this run.

        In a run of the offline model, every job counts. In a run of a real model, an offline job counts only if a
        person edited, approved or published its draft; the model is asked again for the others, rejected ones included.
        """
        is_final = bool(job.draft_edited) or job.draft_state in DECIDED
        return job.backend == self._backend or self._backend == "offline" or is_final

    @staticmethod
    def _same_subject(job: JobSummary, question: Question) -> bool:
        return job.subject is None or question.subject is None or job.subject == question.subject

    def _conflict(self, candidate: Candidate) -> Candidate | None:
        """The candidate with a decision if another question has the address that it would get; else None."""
        key = candidate.key
        if key is None:
            return None
        other_row = self._rows.execute("SELECT line FROM row WHERE key = ?", (key,)).fetchone()
        if other_row:
            reason = f"gives the same address as the other question in line {other_row[0]}: {key}"
            return replace(candidate, decision="unreadable", reason=reason, existing=key)
        text = normalise_question(candidate.question.text)
        other_jobs = [
            job
            for job in self._ledger.jobs.of_article(key)
            if (job.backend == self._backend or job.draft_state) and normalise_question(job.question) != text
        ]
        if other_jobs:
            reason = f"its address {key} is that of the draft of {other_jobs[-1].question!r}"
            return replace(candidate, decision="unreadable", reason=reason, existing=key)
        return None

    def _compared(self, candidate: Candidate) -> Candidate:
        """The candidate, new unless an article, an earlier question or an earlier row asks the same."""
        if not candidate.is_looked_up:
            candidate = look_up(self._index, candidate, self._thresholds)
        if candidate.published is not None:
            return self._published(candidate, candidate.published)
        if self._near == "allow":
            return candidate
        nearest = candidate.nearest or self._earlier_questions().nearest(candidate.question.text)
        if nearest is not None:
            return _near_duplicate(candidate, self._kept(nearest))
        if self._thresholds.ask_from is not None:
            candidate = self._judged(candidate)
        if candidate.decision != "near_duplicate":
            question, key = candidate.question, candidate.key or f"line {candidate.question.line}"
            self._earlier_questions().add(question.text, key)
            if self._thresholds.ask_from is not None:
                self._close_questions().add(question.text, key)
        return candidate

    def _published(self, candidate: Candidate, key: str) -> Candidate:
        """The candidate as published; where its page names another one as its canonical page, at that one."""
        keeper = self._canonical_of(key)
        if keeper is None:
            return replace(candidate, decision="published", existing=key)
        reason = f"published as {key}, whose canonical page is {keeper}"
        return replace(candidate, decision="published", reason=reason, existing=keeper)

    def _kept(self, nearest: NearestQuestion[str]) -> NearestQuestion[str]:
        """The near question, or the page that is kept in its place."""
        keeper = self._canonical_of(nearest.key)
        row = self._index.get(keeper) if keeper is not None else None
        return nearest if row is None else nearest._replace(key=row.key, question=row.question)

    def _canonical_of(self, key: str) -> str | None:
        """The article that a published one names as its canonical page; None where it names none."""
        row = self._index.get(key)
        target = canonical_target(self._site, row.canonical) if row is not None and row.canonical else None
        return None if target is None else str(target)

    def _judged(self, candidate: Candidate) -> Candidate:
        """The candidate with what the model said about the close questions, and with those that it was not asked about."""
        if candidate.question_key in self._asked.elsewhere:
            return replace(candidate, decision="busy")
        close = [*candidate.close, *self._close_questions().close_to(candidate.question.text)]
        close.sort(key=lambda each: -each.similarity)
        pairs: dict[str, OpenPair] = {}
        for each in close:
            pair = OpenPair(*each)
            pairs.setdefault(pair.question_key, pair)
        nearest = dict(list(pairs.items())[:MOST_CLOSE])
        verdicts = self._ledger.same_page.of(candidate.question_key, nearest)
        for key, pair in nearest.items():
            said = verdicts.get(key)
            if said is not None and said.verdict == "same":
                why = f"one page would serve both ({said.model}: {said.reason})"
                return _near_duplicate(candidate, self._kept(NearestQuestion(*pair)), why)
        if candidate.question_key in self._asked.undecided:
            return candidate
        return replace(
            candidate, open_pairs=tuple(pair for key, pair in nearest.items() if key not in verdicts)
        )

    def _earlier_questions(self) -> QuestionIndex[str]:
        """The questions of the ledger and of the earlier rows."""
        if self._questions is None:
            self._questions = QuestionIndex(self._thresholds.same)
            for key, question in self._ledger.jobs.questions(self._backend):
                self._questions.add(question, key or "an earlier question")
        return self._questions

    def _close_questions(self) -> CloseQuestions[str]:
        """The same questions, for those that may ask the same."""
        if self._close is None:
            self._close = CloseQuestions(self._thresholds.least, self._thresholds.same)
            for key, question in self._ledger.jobs.questions(self._backend):
                self._close.add(question, key or "an earlier question")
        return self._close


def _is_closed(job: JobSummary) -> bool:
    """Whether a person wrote, approved or dropped the draft of a job that has not ended well, so it is not asked again."""
    if job.state in ("planned", "failed") and (job.draft_edited or job.draft_state in DECIDED):
        return True
    return job.state == "failed" and job.draft_state == "rejected"


def _may_be_redrafted(job: JobSummary) -> bool:
    """Whether a queued redraft of the draft of a job can be planned now."""
    is_decided = job.draft_edited or job.draft_state in DECIDED or job.draft_state == "rejected"
    return not is_decided and job.state not in ("claimed", "batched", "held")


def _near_duplicate(candidate: Candidate, nearest: NearestQuestion[str], why: str = "") -> Candidate:
    reason = f"near duplicate ({nearest.similarity:.2f}) of {nearest.key}: {nearest.question}"
    return replace(
        candidate,
        decision="near_duplicate",
        reason=f"{reason} {why}".rstrip(),
        existing=nearest.key,
        nearest=nearest,
    )
