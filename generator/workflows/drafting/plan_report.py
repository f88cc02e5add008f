"""Counts the decisions on the rows of a list while it is planned."""

from collections import Counter
from dataclasses import dataclass, field

from generator.content.states import DraftState, JobState
from generator.errors import QuestionListError
from generator.questions.rows import Question
from generator.workflows.drafting.candidate import Candidate, PlanDecision
from generator.workflows.engine.noted_report import NotedReport
from generator.workflows.engine.plan_decisions import count_asked

FIRST_NEW = 5
"""How many of the new questions a plan shows."""


@dataclass
class PlanReport(NotedReport):
    """The decisions on the rows of a list; a note for each row that a person should look at.

    Attributes:
        counts: rows by decision.
        before: rows with the decision ``drafted``, by the state of the draft; where there is none, of the job.
        unlisted: rows that are asked, by subject, where the site does not list the subject.
        unfinished: rows drafted earlier whose draft needs a fix or was refused.
        by_subject: rows that are asked, by subject; under "" those whose subject the model chooses.
        first_new: the first new questions of the list.
        near_questions: rows that are near to others in words, and that the model was not asked about.
        limited: whether planning ended at the limit of the request, before the end of the list.
    """

    counts: Counter[PlanDecision] = field(default_factory=Counter)
    before: Counter[DraftState | JobState] = field(default_factory=Counter)
    unlisted: Counter[str] = field(default_factory=Counter)
    by_subject: Counter[str] = field(default_factory=Counter)
    first_new: list[Question] = field(default_factory=list)
    unfinished: int = 0
    near_questions: int = 0
    limited: bool = False

    def add(self, row: Candidate | QuestionListError) -> None:
        """Count one row."""
        if isinstance(row, QuestionListError):
            self._count("unreadable", str(row))
            return
        self._count(row.decision, row.message)
        if row.is_asked:
            self.by_subject[row.question.subject or ""] += 1
        if row.decision == "new" and len(self.first_new) < FIRST_NEW:
            self.first_new.append(row.question)
        self.near_questions += bool(row.open_pairs)
        earlier = row.earlier
        if row.decision == "drafted" and earlier is not None:
            self.before[earlier.draft_state or earlier.state] += 1
            self.unfinished += earlier.draft_state in ("needs_fix", "refused")

    def _count(self, decision: PlanDecision, message: str) -> None:
        self.counts[decision] += 1
        if decision in ("unreadable", "near_duplicate", "duplicate") and message:
            self.note(message)

    @property
    def to_ask(self) -> int:
        """For how many questions a run asks the model."""
        return count_asked(self.counts)

    @property
    def needs_person(self) -> bool:
        """Whether there are rows that only a person can decide on or correct."""
        return bool(self.counts["unreadable"] or self.counts["near_duplicate"])
