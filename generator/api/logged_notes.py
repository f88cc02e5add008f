"""What workflows say to a person, as events of the log: a script has no terminal that it must not disturb."""

from generator.events import emit
from generator.workflows.engine.progress import NoProgress


class LoggedNotes(NoProgress):
    """Shows no bars, and records each note as an event."""

    def note(self, text: str) -> None:
        """Record one line."""
        emit("note", text)

    def info(self, text: str) -> None:
        """Record one line."""
        emit("note", text)
