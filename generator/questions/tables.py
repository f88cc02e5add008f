"""Reads lists that are tables: CSV with any separator, and tables drawn with bars as in Markdown."""

import csv
import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from generator.content.display import plural
from generator.questions.columns import Columns, duplicate_field
from generator.questions.lines import (
    BadRow,
    CommentCounter,
    Item,
    Line,
    RawRow,
    UnsupportedFormat,
    ends_with_question_mark,
)

MAX_RECORD_LINES = 11  # a longer record has a quote that was never closed

_UNCLOSED_QUOTE = "a quote is opened and not closed; add the closing quote"
_TABLE_RULE = re.compile(r"[\s|:+=-]+")
_BAR = re.compile(r"(?<!\\)\|")
# Box-drawing characters and their plain equivalents: bars, lines, and joints.
_PLAIN_BARS = dict.fromkeys(range(9472, 9600), "+")
_PLAIN_BARS |= dict.fromkeys(map(ord, "\u2502\u2503\u2506\u2507\u250a\u250b\u254e\u254f\u2551"), "|")
_PLAIN_BARS |= dict.fromkeys(map(ord, "\u2500\u2501\u2504\u2505\u2508\u2509\u254c\u254d\u2550"), "-")
# The row of types that some databases and data frames print under the names of the columns.
_COLUMN_TYPE = re.compile(
    r"varchar|text|str|string|object|bool(?:ean)?|date|timestamp|double|float|decimal|bigint|[iuf]\d+|u?int(?:eger)?\d*"
)
# The count of rows that they print below the table.
_FOOTER = re.compile(r"\(?\d+ rows?(?: in set.*|\s+\d+ columns?)?\)?")


class TableRow(NamedTuple):
    """The cells of a row as written, without empty cells at the end.

    Args:
        line: the line on which the row begins, from 1.
    """

    line: int
    cells: list[str]


def csv_cells(text: str, delimiter: str) -> list[str]:
    """The cells of one line of CSV, without empty cells at the end; an empty list if it is not valid CSV."""
    try:
        return _without_empty_end(next(csv.reader([text], delimiter=delimiter, strict=True), []))
    except csv.Error:
        return []


def bar_cells(text: str) -> list[str]:
    """The cells of one row of a table drawn with bars."""
    text = with_plain_bars(text).strip().removeprefix("|")
    if text.endswith("|") and not text.endswith("\\|"):
        text = text[:-1]
    return [cell.replace("\\|", "|").strip() for cell in _BAR.split(text)]


def are_column_types(cells: Sequence[str]) -> bool:
    """Whether a row holds only the types of the columns, as some tables have under their header."""
    return all(map(_COLUMN_TYPE.fullmatch, cells))


def with_plain_bars(text: str) -> str:
    """A line of a table with plain characters instead of box-drawing ones."""
    return text if text.isascii() else text.translate(_PLAIN_BARS)


def is_table_rule(text: str) -> bool:
    """Whether a line is a horizontal rule of a table drawn with bars."""
    may_be_box, text = not text.isascii(), with_plain_bars(text)
    is_drawn = (may_be_box or "--" in text or "==" in text) and ("|" in text or "+" in text)
    return is_drawn and bool(_TABLE_RULE.fullmatch(text))


def csv_records(
    lines: Iterable[Line], delimiter: str, comments: CommentCounter
) -> Iterator[TableRow | BadRow]:
    """Yield the rows of CSV. After a row that is not valid, reading continues with the next line."""
    feed = _LineFeed(lines, comments)
    reader = csv.reader(feed, delimiter=delimiter, strict=True)
    while True:
        feed.start_record()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except _UnclosedQuote:
            feed.rewind_record()
            yield BadRow(feed.record_lines[0].number, _UNCLOSED_QUOTE)
            continue
        except csv.Error as error:
            feed.rewind_record()
            is_unclosed = "end of data" in str(error)
            reason = (
                _UNCLOSED_QUOTE if is_unclosed else f"the row is not valid CSV: {error}; check its quotes"
            )
            yield BadRow(feed.record_lines[0].number, reason)
            continue
        problem = next((line for line in feed.record_lines if line.problem), None)
        if problem is not None and problem.problem:
            yield BadRow(problem.number, problem.problem)
        elif any(cell.strip() for cell in cells):
            yield TableRow(feed.record_lines[0].number, _without_empty_end(cells))


def bar_records(lines: Iterable[Line]) -> Iterator[TableRow | BadRow]:
    """Yield the rows of a table drawn with bars.

    Raises:
        UnsupportedFormat: a cell continues in the next line.
    """
    has_begun = False
    cells_above: list[str] = []
    for line in lines:
        if line.problem:
            yield BadRow(line.number, line.problem)
        elif not (
            line.is_skipped
            or is_table_rule(line.text)
            or (not has_begun and are_column_types(bar_cells(line.text)))
        ):
            has_begun = True
            cells = bar_cells(line.text)
            if any(
                _is_continuation(above, cell, "" in cells)
                for above, cell in zip(cells_above, cells, strict=False)
            ):
                raise UnsupportedFormat(
                    line.number,
                    "this line continues a cell of the row above; print the table wider, or export it as CSV",
                )
            cells_above = cells
            yield from _bar_record(line)


def _is_continuation(above: str, cell: str, row_has_empty_cell: bool) -> bool:
    """Whether a cell continues the sentence of the cell above: that has not ended, and this begins in lower case."""
    is_open = above[:1].isupper() and above[-1] not in ".?!"
    return is_open and cell[:1].islower() and (row_has_empty_cell or ends_with_question_mark(cell))


def _bar_record(line: Line) -> Iterator[TableRow | BadRow]:
    cells = _without_empty_end(bar_cells(line.text))
    if _FOOTER.fullmatch(" ".join(cells)):
        return
    if "|" not in with_plain_bars(line.text):
        yield BadRow(
            line.number,
            "this line is not a row of the table above; separate its cells with bars, or remove it",
        )
    elif any(cell.endswith("\u2026") for cell in cells):
        yield BadRow(
            line.number, "a cell of this row is cut off; print the table in full, or export it as CSV"
        )
    else:
        yield TableRow(line.number, cells)


def column_items(
    records: Iterable[TableRow | BadRow], columns: Columns, line: int, hint: str
) -> Iterator[Item]:
    """Yield the rows under a header. Repetitions of the header, as in joined lists, are left out.

    Args:
        columns: one of them holds the questions.
        line: the line of the header, or above the first row.
        hint: tells the user how to write a cell that contains the separator.

    Raises:
        UnsupportedFormat: two columns hold the same field.
    """
    fields = columns.fields
    duplicate = duplicate_field(fields)
    if duplicate:
        raise UnsupportedFormat(line, f"two columns mean {duplicate!r}; rename or remove one")
    header_cells = _without_empty_end([cell.strip() for cell in columns.names])
    for record in records:
        if isinstance(record, BadRow):
            yield record
        elif len(record.cells) > len(fields):
            yield BadRow(
                record.line,
                f"the row has {plural(len(record.cells), 'cell')}, but the header has {plural(len(fields), 'column')};"
                f" {hint}",
            )
        elif [cell.strip() for cell in record.cells] != header_cells:
            values = dict(zip(fields, record.cells, strict=False))
            yield RawRow(record.line, values, kept=columns.kept(record.cells) or None)


def single_items(records: Iterable[TableRow | BadRow]) -> Iterator[Item]:
    """Yield the rows of a list with one column, the questions."""
    for record in records:
        if isinstance(record, BadRow):
            yield record
        elif len(record.cells) == 1:
            yield RawRow(record.line, {"question": record.cells[0]})
        else:
            yield BadRow(
                record.line,
                f"the row has {len(record.cells)} cells, but the list has one column;"
                " put a question that contains the separator in quotes",
            )


def _without_empty_end(cells: list[str]) -> list[str]:
    while cells and not cells[-1].strip():
        cells = cells[:-1]
    return cells


class _UnclosedQuote(Exception):
    """A quoted cell has more lines than ``MAX_RECORD_LINES``."""


class _LineFeed:
    """Feeds lines to ``csv.reader``. The lines of a record that is not valid can be read a second time.

    ``record_lines`` are the lines of the current record.
    """

    def __init__(self, lines: Iterable[Line], comments: CommentCounter) -> None:
        self._lines = iter(lines)
        self._comments = comments
        self._pending: deque[Line] = deque()
        self.record_lines: list[Line] = []

    def __iter__(self) -> "_LineFeed":
        return self

    def __next__(self) -> str:
        line = self._next()
        while not self.record_lines and line.is_skipped:
            self._comments.add(line)
            line = self._next()
        self.record_lines.append(line)
        if len(self.record_lines) > MAX_RECORD_LINES:
            raise _UnclosedQuote
        return "" if line.problem else line.text + "\n"

    def start_record(self) -> None:
        """Begin a record."""
        self.record_lines = []

    def rewind_record(self) -> None:
        """Read the lines of the current record again, except its first line."""
        self._pending.extendleft(reversed(self.record_lines[1:]))

    def _next(self) -> Line:
        return self._pending.popleft() if self._pending else next(self._lines)
