"""Counts what becomes of the rows of a list while it is planned."""

from collections import Counter
from dataclasses import dataclass, field

from generator.errors import QuestionListError
from generator.workflows.drafting.candidate import Candidate, PlanDecision
from generator.workflows.engine.noted_report import NotedReport
from generator.workflows.engine.plan_decisions import count_asked


@dataclass
class PlanReport(NotedReport):
    """What became of the rows of a list; ``notes`` are lines for a person, one a row that needs a look."""

    counts: Counter[PlanDecision] = field(default_factory=Counter)
    unlisted: Counter[str] = field(default_factory=Counter)
    unfinished: int = 0
    """Rows drafted before whose draft is not a good one."""
    limited: bool = False

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
            self.note(message)

    @property
    def to_ask(self) -> int:
        """How many questions a run has to ask the model for."""
        return count_asked(self.counts)

    @property
    def needs_person(self) -> bool:
        """Whether rows were left that only a person can settle."""
        return bool(self.counts["unreadable"] or self.counts["near_duplicate"])
