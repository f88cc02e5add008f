"""How a workflow reports its progress: bars and notes. The caller decides how they are shown."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol


class Bar(Protocol):
    """A progress bar."""

    def __call__(self, done: int, total: int | None = None, text: str = "") -> None:
        """Show how far the work is.

        Args:
            total: None where it is not known.
            text: shown beside the bar.
        """
        ...


class Progress(Protocol):
    """Receives what a workflow reports while it runs."""

    def bar(self, label: str) -> AbstractContextManager[Bar]:
        """A bar that is shown during the block."""
        ...

    def note(self, text: str) -> None:
        """Show one line to a person, at once."""
        ...

    def info(self, text: str) -> None:
        """Show one line to a person; left out where a program reads the result."""
        ...

    def status(self, text: str) -> bool:
        """Show beside the bar what the work waits for; empty once it goes on. False where no bar is shown."""
        ...


class NoProgress:
    """Shows nothing."""

    @contextmanager
    def bar(self, label: str) -> Iterator[Bar]:
        """A bar that is not shown."""
        yield lambda done, total=None, text="": None

    def note(self, text: str) -> None:
        """Show nothing."""

    def info(self, text: str) -> None:
        """Show nothing."""

    def status(self, text: str) -> bool:
        """Show nothing."""
        return False
