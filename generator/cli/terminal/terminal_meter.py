"""A progress bar on a terminal."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn


class TerminalMeter:
    """One task of a ``rich`` progress display; see ``output.Meter``."""

    def __init__(self, progress: Progress, task: TaskID) -> None:
        self._progress = progress
        self._task = task

    def __call__(self, done: int, total: int | None = None, text: str = "") -> None:
        """Show how far the work is."""
        self._progress.update(self._task, completed=done, total=total, text=text)

    def status(self, text: str) -> bool:
        """Show what the work waits for."""
        self._progress.update(self._task, status=text)
        return True


@contextmanager
def terminal_meter(label: str) -> Iterator[TerminalMeter]:
    """Show a bar on stderr during the block."""
    columns = (
        TextColumn("{task.description:<10}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[text]}"),
        TextColumn("{task.fields[status]}", markup=False),
    )
    with Progress(*columns, console=Console(stderr=True), transient=False) as progress:
        yield TerminalMeter(progress, progress.add_task(label, total=None, text="", status=""))
