"""Reads lists that are tables: CSV under any separator, and tables drawn with bars as in Markdown."""

import csv
import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from generator.content.display import plural
from generator.questions.columns import doubled, fields_of
from generator.questions.lines import BadRow, CommentCounter, Item, Line, RawRow, UnsupportedFormat, asks

MAX_RECORD_LINES = 11  # a field with more line breaks is a quote that was never closed

_UNCLOSED = "broken row: a quote is opened and not closed"
_RULE = re.compile(r"[\s|:+=-]+")
_BAR = re.compile(r"(?<!\\)\|")
# Box-drawing characters as the plain ones: bars, lines, and what joins them.
_BOX = dict.fromkeys(range(9472, 9600), "+")
_BOX |= dict.fromkeys(map(ord, "\u2502\u2503\u2506\u2507\u250a\u250b\u254e\u254f\u2551"), "|")
_BOX |= dict.fromkeys(map(ord, "\u2500\u2501\u2504\u2505\u2508\u2509\u254c\u254d\u2550"), "-")
# The row of types that some databases and data frames print under the names of the columns.
_TYPE = re.compile(
    r"varchar|text|str|string|object|bool(?:ean)?|date|timestamp|double|float|decimal|bigint|[iuf]\d+|u?int(?:eger)?\d*"
)
# What they print below the rows.
_FOOTER = re.compile(r"\(?\d+ rows?(?: in set.*|\s+\d+ columns?)?\)?")


class TableRow(NamedTuple):
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
    text = plain_bars(text).strip().removeprefix("|")
    if text.endswith("|") and not text.endswith("\\|"):
        text = text[:-1]
    return [cell.replace("\\|", "|").strip() for cell in _BAR.split(text)]


def are_types(cells: Sequence[str]) -> bool:
    """Whether a row holds the types of the columns, which some tables have under their names."""
    return all(map(_TYPE.fullmatch, cells))


def plain_bars(text: str) -> str:
    """A line of a table with plain bars in the place of box-drawing characters."""
    return text if text.isascii() else text.translate(_BOX)


def is_rule(text: str) -> bool:
    """Whether a line is the one that a table drawn with bars has under its header."""
    boxed, text = not text.isascii(), plain_bars(text)
    drawn = (boxed or "--" in text or "==" in text) and ("|" in text or "+" in text)
    return drawn and bool(_RULE.fullmatch(text))


def csv_records(
    lines: Iterable[Line], delimiter: str, comments: CommentCounter
) -> Iterator[TableRow | BadRow]:
    """The rows of CSV; a broken one costs only its first line."""
    feed = _Feed(lines, comments)
    reader = csv.reader(feed, delimiter=delimiter, strict=True)
    while True:
        feed.start()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except _Unclosed:
            feed.resync()
            yield BadRow(feed.taken[0].number, _UNCLOSED)
            continue
        except csv.Error as error:
            feed.resync()
            at_end = "end of data" in str(error)
            yield BadRow(feed.taken[0].number, _UNCLOSED if at_end else f"broken row: {error}")
            continue
        problem = next((line for line in feed.taken if line.problem), None)
        if problem is not None and problem.problem:
            yield BadRow(problem.number, problem.problem)
        elif any(cell.strip() for cell in cells):
            yield TableRow(feed.taken[0].number, _trimmed(cells))


def bar_records(lines: Iterable[Line]) -> Iterator[TableRow | BadRow]:
    """The rows of a table drawn with bars.

    Raises:
        UnsupportedFormat: a cell goes on in the next line.
    """
    begun = False
    above: list[str] = []
    for line in lines:
        if line.problem:
            yield BadRow(line.number, line.problem)
        elif not (line.skipped or is_rule(line.text) or (not begun and are_types(bar_cells(line.text)))):
            begun = True
            cells = bar_cells(line.text)
            if any(_goes_on(one, other, "" in cells) for one, other in zip(above, cells, strict=False)):
                raise UnsupportedFormat(
                    line.number,
                    "a cell of the row above goes on in this line; print the table wider, or export it as CSV",
                )
            above = cells
            yield from _bar_record(line)


def _goes_on(above: str, cell: str, others_empty: bool) -> bool:
    """Whether a cell is the rest of the one above it: a sentence that has not ended, and goes on in lower case."""
    open_above = above[:1].isupper() and above[-1] not in ".?!"
    return open_above and cell[:1].islower() and (others_empty or asks(cell))


def _bar_record(line: Line) -> Iterator[TableRow | BadRow]:
    cells = _trimmed(bar_cells(line.text))
    if _FOOTER.fullmatch(" ".join(cells)):
        return
    if "|" not in plain_bars(line.text):
        yield BadRow(line.number, "not a row of the table above")
    elif any(cell.endswith("\u2026") for cell in cells):
        yield BadRow(
            line.number, "a cell of this row is cut off; print the table in full, or export it as CSV"
        )
    else:
        yield TableRow(line.number, cells)


def column_items(
    records: Iterable[TableRow | BadRow], header: Sequence[str], line: int, hint: str
) -> Iterator[Item]:
    """The rows under a header, which lists put together from several may repeat.

    Args:
        header: the cells of the header, one of which names the column of the questions.
        line: of the header.
        hint: how a cell that holds the separator is written.

    Raises:
        UnsupportedFormat: two columns hold the same.
    """
    names = fields_of(header) or []
    twice = doubled(names)
    if twice:
        raise UnsupportedFormat(line, f"two columns are named {twice!r}")
    repeated = [cell.strip() for cell in header]
    for record in records:
        if isinstance(record, BadRow):
            yield record
        elif len(record.cells) > len(names):
            yield BadRow(
                record.line,
                f"broken row: {plural(len(record.cells), 'cell')} under {plural(len(names), 'column')}; {hint}",
            )
        elif [cell.strip() for cell in record.cells] != repeated:
            yield RawRow(record.line, dict(zip(names, record.cells, strict=False)))


def single_items(records: Iterable[TableRow | BadRow]) -> Iterator[Item]:
    """A list of questions alone, one a row."""
    for record in records:
        if isinstance(record, BadRow):
            yield record
        elif len(record.cells) == 1:
            yield RawRow(record.line, {"question": record.cells[0]})
        else:
            yield BadRow(
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

    def __init__(self, lines: Iterable[Line], comments: CommentCounter) -> None:
        self._lines = iter(lines)
        self._comments = comments
        self._returned: deque[Line] = deque()
        self.taken: list[Line] = []

    def __iter__(self) -> "_Feed":
        return self

    def __next__(self) -> str:
        line = self._next()
        while not self.taken and line.skipped:
            self._comments.note(line)
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
