"""Reads the raw rows of a question list from a file or a stream, in any known format.

A row that cannot be read is returned as a ``BadRow`` with its line and reason; a file that is not a question list is
refused as a whole. CSV, text and JSON Lines are streamed: memory does not grow with the list.
``generator.questions.rows`` validates the cells.
"""

import io
import itertools
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, cast

from generator.errors import UsageError
from generator.questions import json_and_yaml
from generator.questions.format_detection import ListFormat, SuffixFormat, detect_format
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
from generator.questions.marks import remove_marks
from generator.questions.not_questions import reject_titles
from generator.questions.refused_formats import refuse_binary
from generator.questions.separators import IsSubject
from generator.questions.tables import bar_records, column_items, csv_records, single_items

__all__ = ["BadRow", "RawRow", "CommentCounter", "Item", "read_rows"]

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


def read_rows(
    source: Path | BinaryIO, name: str, is_subject: IsSubject, comments: CommentCounter
) -> Iterator[Item]:
    """Yield the rows in order.

    Args:
        source: a file, or a stream of bytes.
        name: the name in messages; its suffix decides the format where the content does not show it.
        is_subject: whether a text is the name of a subject of the site.
        comments: counts the comments, which are left out.

    Raises:
        UsageError: the file cannot be read, is not a list in a known format, or contains no row.
    """
    try:
        if isinstance(source, Path):
            with source.open("rb") as stream:
                yield from _refuse_empty(_read_items(stream, name, is_subject, comments))
        else:
            yield from _refuse_empty(_read_items(source, name, is_subject, comments))
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
    stream: BinaryIO, name: str, is_subject: IsSubject, comments: CommentCounter
) -> Iterator[Item]:
    head = read_head(stream)
    refuse_binary(head)
    list_format = detect_format(
        split_head(head), _FORMAT_BY_SUFFIX.get(Path(name).suffix.lower()), is_subject
    )
    if list_format.reader in ("json", "yaml"):
        data = head + stream.read(json_and_yaml.MAX_BYTES + 1 - len(head))
        read = json_and_yaml.json_items if list_format.reader == "json" else json_and_yaml.yaml_items
        return remove_marks(read(data), rows_are_lines=False)
    rows_are_lines = list_format.reader == "text" or (list_format.reader == "csv" and not list_format.header)
    rejoined = cast(BinaryIO, io.BufferedReader(PeekedStream(head, stream)))
    all_lines = read_lines(rejoined)
    for line in itertools.islice(all_lines, list_format.first_row_line - 1):
        is_header = list_format.has_header and line.number == list_format.first_row_line - 1
        if not is_header:  # a header may begin with '#'
            comments.add(line)
    items = remove_marks(_read_line_items(all_lines, list_format, comments), rows_are_lines=rows_are_lines)
    return reject_titles(items, is_subject) if rows_are_lines and not list_format.has_header else items


def _read_line_items(
    lines: Iterable[Line], list_format: ListFormat, comments: CommentCounter
) -> Iterator[Item]:
    """The rows of a format that is read line by line; ``lines`` begin behind the header."""
    if list_format.reader != "csv":
        lines = comments.count_in(lines)
    if list_format.reader == "jsonl":
        return json_and_yaml.jsonl_items(lines)
    if list_format.reader == "text":
        return _read_text_items(lines)
    header_line = list_format.first_row_line - 1
    if list_format.reader == "bars":
        hint = "write a bar inside a cell as \\|"
        return column_items(bar_records(lines), list_format.header, header_line, hint)
    records = csv_records(lines, list_format.delimiter, comments)
    if not list_format.header:
        return single_items(records)
    hint = "put a cell that contains the separator in quotes"
    return column_items(records, list_format.header, header_line, hint)


def _read_text_items(lines: Iterable[Line]) -> Iterator[Item]:
    for line in lines:
        if line.problem:
            yield BadRow(line.number, line.problem)
        elif not line.is_skipped:
            yield RawRow(line.number, {"question": line.text})
