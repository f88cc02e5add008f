"""Reads lists that are tables: CSV under any separator, and tables drawn with bars as in Markdown."""

import csv
import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from generator.question_lists.columns import doubled, fields_of
from generator.question_lists.lines import Bad, Cells, Item, Line, OtherForm

MAX_RECORD_LINES = 11  # a field with more line breaks is a quote that was never closed

_UNCLOSED = "broken row: a quote is opened and not closed"
_RULE = re.compile(r"[\s|:+=-]+")
_BAR = re.compile(r"(?<!\\)\|")


class Record(NamedTuple):
    """The cells of a row as they are written, without empty ones at its end."""

    line: int
    cells: list[str]


def csv_cells(text: str, delimiter: str) -> list[str]:
    """The cells of one line, without empty ones at its end; none where it is no CSV."""
    try:
        return _trimmed(next(csv.reader([text], delimiter=delimiter, strict=True), []))
    except csv.Error:
        return []


def bar_cells(text: str) -> list[str]:
    """The cells of one row of a table drawn with bars."""
    text = text.strip().removeprefix("|")
    if text.endswith("|") and not text.endswith("\\|"):
        text = text[:-1]
    return [cell.replace("\\|", "|").strip() for cell in _BAR.split(text)]


def is_rule(text: str) -> bool:
    """Whether a line is the one that a table drawn with bars has under its header."""
    drawn = ("--" in text or "==" in text) and ("|" in text or "+" in text)
    return drawn and bool(_RULE.fullmatch(text))


def csv_records(lines: Iterable[Line], delimiter: str) -> Iterator[Record | Bad]:
    """The rows of CSV; a broken one costs only its first line."""
    feed = _Feed(lines)
    reader = csv.reader(feed, delimiter=delimiter, strict=True)
    while True:
        feed.start()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except _Unclosed:
            feed.resync()
            yield Bad(feed.taken[0].number, _UNCLOSED)
            continue
        except csv.Error as error:
            feed.resync()
            at_end = "end of data" in str(error)
            yield Bad(feed.taken[0].number, _UNCLOSED if at_end else f"broken row: {error}")
            continue
        problem = next((line for line in feed.taken if line.problem), None)
        if problem is not None and problem.problem:
            yield Bad(problem.number, problem.problem)
        elif any(cell.strip() for cell in cells):
            yield Record(feed.taken[0].number, _trimmed(cells))


def bar_records(lines: Iterable[Line]) -> Iterator[Record | Bad]:
    """The rows of a table drawn with bars."""
    for line in lines:
        if line.problem:
            yield Bad(line.number, line.problem)
        elif "|" not in line.text and not line.skipped and not is_rule(line.text):
            yield Bad(line.number, "not a row of the table above")
        elif not line.skipped and not is_rule(line.text):
            yield Record(line.number, _trimmed(bar_cells(line.text)))


def column_items(
    records: Iterable[Record | Bad], header: Sequence[str], line: int, hint: str
) -> Iterator[Item]:
    """The rows under a header, which lists put together from several may repeat.

    Args:
        header: the cells of the header, one of which names the column of the questions.
        line: of the header.
        hint: how a cell that holds the separator is written.

    Raises:
        OtherForm: two columns hold the same.
    """
    names = fields_of(header) or []
    twice = doubled(names)
    if twice:
        raise OtherForm(line, f"two columns are named {twice!r}")
    repeated = [cell.strip() for cell in header]
    for record in records:
        if isinstance(record, Bad):
            yield record
        elif len(record.cells) > len(names):
            yield Bad(
                record.line, f"broken row: {len(record.cells)} cells under {len(names)} columns; {hint}"
            )
        elif [cell.strip() for cell in record.cells] != repeated:
            yield Cells(record.line, dict(zip(names, record.cells, strict=False)))


def single_items(records: Iterable[Record | Bad]) -> Iterator[Item]:
    """A list of questions alone, one a row."""
    for record in records:
        if isinstance(record, Bad):
            yield record
        elif len(record.cells) == 1:
            yield Cells(record.line, {"question": record.cells[0]})
        else:
            yield Bad(
                record.line,
                f"broken row: {len(record.cells)} cells in a list of one column;"
                " a question that holds the separator must stand in quotes",
            )


def _trimmed(cells: list[str]) -> list[str]:
    while cells and not cells[-1].strip():
        cells = cells[:-1]
    return cells


class _Unclosed(Exception):
    """A quoted field runs on for too many lines."""


class _Feed:
    """Gives lines to ``csv.reader`` and can take back those that a broken record swallowed."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._lines = iter(lines)
        self._returned: deque[Line] = deque()
        self.taken: list[Line] = []

    def __iter__(self) -> "_Feed":
        return self

    def __next__(self) -> str:
        line = self._next()
        while not self.taken and line.skipped:
            line = self._next()
        self.taken.append(line)
        if len(self.taken) > MAX_RECORD_LINES:
            raise _Unclosed
        return "" if line.problem else line.text + "\n"

    def start(self) -> None:
        """Begin a record."""
        self.taken = []

    def resync(self) -> None:
        """Give up the record: everything after its first line will be read again."""
        self._returned.extendleft(reversed(self.taken[1:]))

    def _next(self) -> Line:
        return self._returned.popleft() if self._returned else next(self._lines)
