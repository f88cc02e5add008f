"""Counts and notes what one pass over the batches did."""

from dataclasses import dataclass, field

from generator.errors import BudgetExceeded
from generator.workflows.batch.answer_recorder import RecordingReport


@dataclass
class BatchReport:
    """What a pass did.

    Unlike the notes of a ``NotedReport``, these have no limit: they are about batches and files, of which there
    are few, and the note on a batch can be withdrawn.

    Args:
        sent: the numbers of the batches that were sent, or whose files were exported.
        collected: the numbers of the batches whose answers were recorded.
        requests: how many requests were written to files.
        left: how many jobs need a reply and are in no batch.
        unanswered: how many requests ended without an answer.
        returned_to_queue: how many jobs are planned again, instead of going into a follow-up batch.
        refused: how many batches the provider refused whole.
        notes: lines for a person, each once.
        recording: counts the lines of the response files.
        over_budget: set where a request had no room under the cap.
    """

    sent: list[int] = field(default_factory=list)
    collected: list[int] = field(default_factory=list)
    requests: int = 0
    left: int = 0
    unanswered: int = 0
    returned_to_queue: int = 0
    refused: int = 0
    notes: list[str] = field(default_factory=list)
    recording: RecordingReport = field(default_factory=RecordingReport)
    over_budget: BudgetExceeded | None = None
    _passed_over: dict[int, str] = field(default_factory=dict)

    @property
    def passed_over(self) -> int:
        """The number of batches that the provider does not know, or whose answers it does not deliver."""
        return len(self._passed_over)

    def note(self, line: str) -> None:
        """Add a line for a person, unless it is already there."""
        if line not in self.notes:
            self.notes.append(line)

    def pass_over(self, batch: int, note: str) -> None:
        """Record that the pass does not wait for a batch, and why: in place of an earlier note on it."""
        if self._passed_over.get(batch) != note:
            self.withdraw(batch)
            self._passed_over[batch] = note
            self.note(note)

    def is_passed_over(self, batch: int) -> bool:
        """Whether the pass does not wait for a batch."""
        return batch in self._passed_over

    def withdraw(self, batch: int) -> None:
        """Remove the note on a batch that was passed over and is closed after all."""
        if note := self._passed_over.pop(batch, None):
            self.notes.remove(note)
