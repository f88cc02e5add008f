"""The base of reports on many items: a bounded number of lines for a person, and a count of those left out."""

from dataclasses import dataclass, field
from typing import ClassVar


@dataclass(kw_only=True)
class NotedReport:
    """A report with lines for a person.

    Attributes:
        notes: the first lines, at most ``MOST_NOTES``.
        dropped_notes: how many further lines were left out.
    """

    notes: list[str] = field(default_factory=list)
    dropped_notes: int = 0

    MOST_NOTES: ClassVar[int] = 1_000

    def note(self, line: str) -> None:
        """Add a line, or only count it where there are ``MOST_NOTES`` already."""
        if len(self.notes) < self.MOST_NOTES:
            self.notes.append(line)
        else:
            self.dropped_notes += 1
