"""What reports on many items share: lines for a person, a bounded number of them, and how many more there were."""

from dataclasses import dataclass, field
from typing import ClassVar


@dataclass(kw_only=True)
class NotedReport:
    """A report whose ``notes`` are the first lines for a person; ``dropped_notes`` counts the rest."""

    notes: list[str] = field(default_factory=list)
    dropped_notes: int = 0

    MOST_NOTES: ClassVar[int] = 1_000

    def note(self, line: str) -> None:
        """Keep a line, or count it where there are many."""
        if len(self.notes) < self.MOST_NOTES:
            self.notes.append(line)
        else:
            self.dropped_notes += 1
