"""Reads the raw rows of a question list from a file or a stream, in any known format and encoding.

A row that cannot be read is returned as a ``BadRow`` with its line and reason; a file that is not a question list is
refused as a whole. CSV, text and JSON Lines are streamed: memory does not grow with the list.
``generator.questions.rows`` validates the cells.
"""

import io
import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, cast

from generator.errors import UsageError
from generator.questions import json_and_yaml
from generator.questions.columns import KnownNames
from generator.questions.encodings import utf8_stream
from generator.questions.format_detection import SuffixFormat, detect_format
from generator.questions.lines import (
    BadRow,
    CommentCounter,
    Item,
    Line,
    PeekedStream,
    RawRow,
    UnsupportedFormat,
    read_head,
    read_lines,
    split_head,
)
from generator.questions.list_format import ListFormat
from generator.questions.marks import remove_marks
from generator.questions.not_questions import reject_titles
from generator.questions.refused_formats import refuse_binary
from generator.questions.spreadsheets import MAX_BYTES as MAX_WORKBOOK_BYTES
from generator.questions.spreadsheets import may_be_workbook, read_workbook
from generator.questions.tables import bar_records, column_items, csv_records, single_items

__all__ = ["BadRow", "RawRow", "CommentCounter", "Item", "Reading", "read_rows"]

_FORMAT_BY_SUFFIX: dict[str, SuffixFormat] = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".txt": "text",
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".yaml": "yaml",
    ".yml": "yaml",
}


@dataclass
class Reading:
    """What is found out about a list while it is read.

    Attributes:
        comments: counts the comments, which are left out.
        guesses: what was guessed to read it, in words; complete when the first row is read.
        unclear_dates: in how many rows a date is not certain.
        first_unclear_date: the first such date, with its line.
    """

    comments: CommentCounter = field(default_factory=CommentCounter)
    guesses: list[str] = field(default_factory=list)
    unclear_dates: int = 0
    first_unclear_date: tuple[str, int] | None = None

    def add_guess(self, words: str) -> None:
        """Note a guess; nothing for empty words."""
        if words:
            self.guesses.append(words)

    def add_unclear_date(self, text: str, line: int) -> None:
        """Note a text in a column of dates that is not certainly a date."""
        self.unclear_dates += 1
        self.first_unclear_date = self.first_unclear_date or (text, line)


def read_rows(
    source: Path | BinaryIO, name: str, names: KnownNames, reading: Reading, *, sheet: str | None = None
) -> Iterator[Item]:
    """Yield the rows in order.

    Args:
        source: a file, or a stream of bytes.
        name: the name in messages; its suffix decides the format where the content does not show it.
        names: the names of columns and subjects.
        reading: receives what is found out about the list.
        sheet: the sheet of a workbook; None for the first one.

    Raises:
        UsageError: the file cannot be read, is not a list in a known format, or contains no row.
    """
    try:
        if isinstance(source, Path):
            with source.open("rb") as stream:
                yield from _refuse_empty(_read_items(stream, name, names, reading, sheet))
        else:
            yield from _refuse_empty(_read_items(source, name, names, reading, sheet))
    except UnsupportedFormat as error:
        raise UsageError(f"{name}:{error.line}: {error.reason}") from error
    except OSError as error:
        raise UsageError(f"{name}: cannot be read: {error.strerror or error}") from error


def _refuse_empty(items: Iterable[Item]) -> Iterator[Item]:
    count = 0
    for count, item in enumerate(items, 1):  # noqa: B007
        yield item
    if not count:
        raise UnsupportedFormat(1, "the list contains no question; add at least one")


def _read_items(
    stream: BinaryIO, name: str, names: KnownNames, reading: Reading, sheet: str | None
) -> Iterator[Item]:
    head = read_head(stream)
    if may_be_workbook(head):
        data = head + stream.read(MAX_WORKBOOK_BYTES + 1 - len(head))
        if found := read_workbook(data, sheet, names):
            reading.add_guess(found.guess)
            items = remove_marks(found.items, rows_are_lines=not found.has_header)
            return items if found.has_header else reject_titles(items, names)
    refuse_binary(head)
    if sheet is not None:
        raise UsageError(f"--sheet: {name} is not a workbook")
    text_stream, encoding = utf8_stream(head, stream)
    reading.add_guess(encoding.guess)
    return _read_text(text_stream, name, names, reading)


def _read_text(stream: BinaryIO, name: str, names: KnownNames, reading: Reading) -> Iterator[Item]:
    """The rows of a list in UTF-8."""
    head = read_head(stream)
    list_format = detect_format(split_head(head), _FORMAT_BY_SUFFIX.get(Path(name).suffix.lower()), names)
    reading.add_guess(list_format.guess)
    if list_format.reader in ("json", "yaml"):
        data = head + stream.read(max(0, json_and_yaml.MAX_BYTES + 1 - len(head)))
        read = json_and_yaml.json_items if list_format.reader == "json" else json_and_yaml.yaml_items
        return remove_marks(read(data, names), rows_are_lines=False)
    rows_are_lines = list_format.reader == "text" or (
        list_format.reader == "csv" and list_format.columns is None
    )
    rejoined = cast(BinaryIO, io.BufferedReader(PeekedStream(head, stream)))
    all_lines = read_lines(rejoined)
    for line in itertools.islice(all_lines, list_format.first_row_line - 1):
        is_header = list_format.has_header and line.number == list_format.first_row_line - 1
        if not is_header:  # a header may begin with '#'
            reading.comments.add(line)
    items = remove_marks(
        _read_line_items(all_lines, list_format, names, reading.comments), rows_are_lines=rows_are_lines
    )
    return reject_titles(items, names) if rows_are_lines and not list_format.has_header else items


def _read_line_items(
    lines: Iterable[Line], list_format: ListFormat, names: KnownNames, comments: CommentCounter
) -> Iterator[Item]:
    """The rows of a format that is read line by line; ``lines`` begin behind the header."""
    if list_format.reader != "csv":
        lines = comments.count_in(lines)
    if list_format.reader == "jsonl":
        return json_and_yaml.jsonl_items(lines, names)
    if list_format.reader == "text":
        return _read_text_items(lines)
    columns, header_line = list_format.columns, list_format.first_row_line - 1
    if list_format.reader == "bars" and columns is not None:
        hint = "write a bar inside a cell as \\|"
        return column_items(bar_records(lines), columns, header_line, hint)
    records = csv_records(lines, list_format.delimiter, comments)
    if columns is None:
        return single_items(records)
    hint = "put a cell that contains the separator in quotes"
    return column_items(records, columns, header_line, hint)


def _read_text_items(lines: Iterable[Line]) -> Iterator[Item]:
    for line in lines:
        if line.problem:
            yield BadRow(line.number, line.problem)
        elif not line.is_skipped:
            yield RawRow(line.number, {"question": line.text})
