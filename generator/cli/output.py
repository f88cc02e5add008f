"""What commands show: results on stdout, progress and notes on stderr, nothing that steers a terminal."""

import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from itertools import chain, islice
from typing import Any, Protocol

_CONTROLS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # but tab and line feed
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # writing direction
    "\U000e0000-\U000e007f]"  # tags, which nobody sees
)
_PAGE = 1_000
_BREAKS = re.compile("\\s*[\n\u2028\u2029]\\s*")


class Meter(Protocol):
    """A progress bar."""

    def __call__(self, done: int, total: int | None = None, text: str = "") -> None:
        """Show how far the work is."""
        ...


def safe(text: str) -> str:
    """Text from outside, harmless on a terminal."""
    return _CONTROLS.sub("", text)


def safe_line(text: str) -> str:
    """Text from outside as part of a line: whatever stands in it, it begins no other."""
    return _BREAKS.sub(" ", safe(text))


def encodable(text: str) -> str:
    """A name as the command line gave it, its undecodable bytes replaced: to be shown and stored, not opened."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def say(text: str = "") -> None:
    """A line of the result."""
    print(safe(text))  # noqa: T201


def say_line(text: str) -> None:
    """A line of the result that holds text from outside, and stays one line."""
    say(safe_line(text))


def note(text: str) -> None:
    """A line about the work."""
    print(safe(text), file=sys.stderr)  # noqa: T201


def notes(lines: Sequence[str], *, dropped: int = 0, most: int = 20) -> None:
    """The first lines, and how many there are more."""
    for line in lines[:most]:
        note(safe_line(line))
    more = len(lines) - most + dropped if len(lines) > most else dropped
    if more > 0:
        note(f"... and {more} more")


def say_commit(commit: str | None, error: str | None) -> None:
    """The hash of a commit, or why there is none."""
    if commit is not None:
        say(f"commit {commit[:12]}")
    if error is not None:
        note(f"not committed: {error}")


def say_json(value: Any) -> None:
    """One object on stdout, in ASCII, so that no terminal reads anything into it."""
    print(json.dumps(value, indent=2))  # noqa: T201


def table(rows: Iterable[Sequence[str]], *, header: Sequence[str] = (), indent: str = "") -> None:
    """Columns on stdout, numbers right and the rest left; a long list is shown as it is read, a thousand rows at a time.

    Rich's Table pads every line to the longest one, replaces tabs, and cuts or wraps at the width that it is given; for
    20,000 rows it takes 8 s, this function 0.2 s.
    """
    left = chain([header] if header else [], rows)
    while page := [[safe_line(cell) for cell in row] for row in islice(left, _PAGE)]:
        widths = [max(map(len, column)) for column in zip(*page, strict=True)]
        for row in page:
            cells = [
                cell.rjust(width) if _is_number(cell) else cell.ljust(width)
                for cell, width in zip(row, widths, strict=True)
            ]
            say(f"{indent}{'  '.join(cells)}".rstrip())


def _is_number(cell: str) -> bool:
    return bool(cell) and cell.lstrip("$-").replace(",", "").replace(".", "", 1).isdigit()


@contextmanager
def meter(label: str, *, quiet: bool = False) -> Iterator[Meter]:
    """A progress bar on stderr, for the length of the block; nothing where stderr is no terminal."""
    if quiet or not sys.stderr.isatty():
        yield lambda done, total=None, text="": None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description:<10}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[text]}"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=False) as progress:
        task = progress.add_task(label, total=None, text="")

        def show(done: int, total: int | None = None, text: str = "") -> None:
            progress.update(task, completed=done, total=total, text=text)

        yield show


class TerminalProgress:
    """Shows on stderr how far a workflow is. ``quiet`` leaves out bars and infos, where a program reads the result."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._quiet = quiet

    def bar(self, label: str) -> AbstractContextManager[Meter]:
        """A bar for the length of the block."""
        return meter(label, quiet=self._quiet)

    def note(self, text: str) -> None:
        """One line for a person."""
        note(text)

    def info(self, text: str) -> None:
        """One line for a person, left out where a program reads the result."""
        if not self._quiet:
            note(text)
