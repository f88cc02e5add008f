"""How a workflow says how far it is: bars and notes, shown by whoever called it."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol


class Bar(Protocol):
    """A progress bar."""

    def __call__(self, done: int, total: int | None = None, text: str = "") -> None:
        """Show how far the work is; ``total`` None where that is not known."""
        ...


class Progress(Protocol):
    """Where a workflow reports while it runs."""

    def bar(self, label: str) -> AbstractContextManager[Bar]:
        """A bar for the length of the block."""
        ...

    def note(self, text: str) -> None:
        """One line for a person, now."""
        ...

    def info(self, text: str) -> None:
        """One line for a person, left out where a program reads the result."""
        ...


class NoProgress:
    """Shows nothing."""

    @contextmanager
    def bar(self, label: str) -> Iterator[Bar]:
        """A bar that nobody sees."""
        yield lambda done, total=None, text="": None

    def note(self, text: str) -> None:
        """A line that nobody sees."""

    def info(self, text: str) -> None:
        """A line that nobody sees."""
