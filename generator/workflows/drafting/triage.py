"""Decides for each question of a list whether it is new, known, answered already, or a double.

Reads the ledger and the index, writes nothing. Of the rows only the questions stay in memory, to find near duplicates.
"""

import sqlite3
from dataclasses import replace
from typing import Protocol

from generator.content.duplicates.question_index import QuestionIndex
from generator.content.states import DECIDED
from generator.content.text import normalise_question
from generator.errors import SlugError
from generator.questions.rows import Question
from generator.store.ledger.hashes import question_key
from generator.store.ledger.jobs import JobSummary
from generator.store.ledger.new_jobs import Backend
from generator.store.ledger.publications import Publications
from generator.workflows.drafting.candidate import Candidate, NearDuplicatePolicy, PlanDecision, look_up
from generator.workflows.drafting.redo import RedoFilter
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
        self._similarity = services.settings.duplicates.similarity
        self._backend = backend
        self._near = near
        self._redo = redo
        self._asked: QuestionIndex[str] | None = None
        # An unnamed SQLite database lives in a temporary file that SQLite removes.
        self._seen = sqlite3.connect("", isolation_level=None)
        self._seen.execute(
            "CREATE TABLE row (identity TEXT PRIMARY KEY, key TEXT, line INTEGER) WITHOUT ROWID"
        )
        self._seen.execute("CREATE INDEX row_key ON row (key)")

    def close(self) -> None:
        self._seen.close()

    def needs_lookup(self, candidate: Candidate) -> bool:
        """Whether the corpus has to be searched for a candidate, as far as is known before the rows in front of it."""
        known, written = self._ledger.jobs.has_question, candidate.question.written
        return not known(candidate.question_key) and not (written and known(question_key(written)))

    def decide(self, candidate: Candidate) -> Candidate:
        """The candidate with the decision about it; remembers it for those behind it in the list.

        One that was planned with the marks of its list comes back as it was planned. The corpus is searched here
        where that was not done before.
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
        self._seen.execute(
            "INSERT INTO row VALUES (?, ?, ?)", (candidate.identity, candidate.key, candidate.question.line)
        )
        return decided

    def _line_of(self, identity: str) -> int | None:
        found = self._seen.execute("SELECT line FROM row WHERE identity = ?", (identity,)).fetchone()
        return found[0] if found else None

    def _withdrawn(self, candidate: Candidate) -> Candidate | None:
        """The question was answered and taken off the site on purpose."""
        key = candidate.key
        found = self._publications.withdrawal_of(key) if key else None
        for item in self._publications.withdrawn_question(candidate.question_key):
            if key is None or item.key.split("/")[0] == key.split("/")[0]:
                found = found or item
        if found is None:
            return None
        reason = f"withdrawn: {found.reason}"
        return replace(candidate, decision="published", reason=reason, existing=found.key)

    def _known(self, candidate: Candidate) -> Candidate | None:
        """The question was planned before."""
        same = [
            job
            for job in self._ledger.jobs.of_question(candidate.question_key)
            if self._counts(job) and self._same_subject(job, candidate.question)
        ]
        if not same:
            return None
        job = same[-1]
        decision = self._decision_on(job)
        held = decision == "near_duplicate"
        return replace(
            candidate,
            decision=decision,
            reason="held as a near duplicate" if held else "",
            existing=job.key,
            earlier=job,
        )

    def _decision_on(self, job: JobSummary) -> PlanDecision:
        """What is done with a question that has this job."""
        if job.backend != self._backend:
            return "drafted"
        if self._redo and job.state not in ("planned", "held", "failed") and self._redo.includes(job):
            return "redo"
        if job.state in ("planned", "failed", "claimed"):
            return "resume"
        if job.state == "batched":
            return "resume" if job.unsent else "batched"
        if job.state == "held" and job.draft_state != "rejected":
            return "resume" if self._near == "allow" else "near_duplicate"
        return "drafted"

    def _known_as_written(self, question: Question) -> Candidate | None:
        """The question was planned with the marks of its list in front, which were once read as a part of it."""
        if question.written is None:
            return None
        try:
            marked = Candidate.of(replace(question, text=question.written))
        except SlugError:
            return None
        return self._known(marked)

    def _counts(self, job: JobSummary) -> bool:
        """Whether an earlier job bears on this run: for a real model, offline drafts only once a person took them up."""
        taken_up = bool(job.draft_edited) or job.draft_state in DECIDED
        return job.backend == self._backend or self._backend == "offline" or taken_up

    @staticmethod
    def _same_subject(job: JobSummary, question: Question) -> bool:
        return job.subject is None or question.subject is None or job.subject == question.subject

    def _conflict(self, candidate: Candidate) -> Candidate | None:
        """Another question holds the address this one would get."""
        key = candidate.key
        if key is None:
            return None
        other = self._seen.execute("SELECT line FROM row WHERE key = ?", (key,)).fetchone()
        if other:
            reason = f"gives the same address as the other question in line {other[0]}: {key}"
            return replace(candidate, decision="unreadable", reason=reason, existing=key)
        asked = normalise_question(candidate.question.text)
        holders = [
            job
            for job in self._ledger.jobs.of_article(key)
            if (job.backend == self._backend or job.draft_state) and normalise_question(job.question) != asked
        ]
        if holders:
            reason = f"its address {key} is held by the draft of {holders[-1].question!r}"
            return replace(candidate, decision="unreadable", reason=reason, existing=key)
        return None

    def _compared(self, candidate: Candidate) -> Candidate:
        """New, unless an article, or another draft or row in other words, asks the same."""
        if not candidate.is_looked_up:
            candidate = look_up(self._index, candidate, self._similarity)
        if candidate.published is not None:
            return replace(candidate, decision="published", existing=candidate.published)
        if self._near == "allow":
            return candidate
        nearest = candidate.nearest or self._asked_before().nearest(candidate.question.text)
        if nearest is not None:
            return replace(
                candidate,
                decision="near_duplicate",
                reason=f"near duplicate ({nearest.similarity:.2f}) of {nearest.key}: {nearest.question}",
                existing=nearest.key,
                nearest=nearest,
            )
        question = candidate.question
        self._asked_before().add(question.text, candidate.key or f"line {question.line}")
        return candidate

    def _asked_before(self) -> QuestionIndex[str]:
        """The questions of the ledger, and those of the list so far."""
        if self._asked is None:
            self._asked = QuestionIndex(self._similarity)
            for key, question in self._ledger.jobs.questions(self._backend):
                self._asked.add(question, key or "an earlier question")
        return self._asked
