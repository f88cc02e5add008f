"""Reads the raw rows of a list file in any form that is known, from a file or a stream.

What cannot be read as a row is an item of the result like any other, with its line and reason; a file that as a
whole is no list is refused. CSV, text and JSON Lines are streamed: memory does not grow with the list. What the
cells mean is ``generator.questions.rows``.
"""

import io
import itertools
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, cast

from generator.errors import UsageError
from generator.questions import json_and_yaml
from generator.questions.format_detection import Kind, ListFormat, form_of
from generator.questions.lines import (
    BadRow,
    CommentCounter,
    Item,
    Line,
    PeekedStream,
    RawRow,
    UnsupportedFormat,
    head_lines,
    lines,
    read_head,
)
from generator.questions.marks import without_marks
from generator.questions.not_questions import without_titles
from generator.questions.refused_formats import refuse_binary
from generator.questions.separators import IsSubject
from generator.questions.tables import bar_records, column_items, csv_records, single_items

__all__ = ["BadRow", "RawRow", "CommentCounter", "Item", "read_rows"]

_KINDS: dict[str, Kind] = {
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
    """The rows in order.

    Args:
        source: a file, or a stream of bytes.
        name: tells the form by its suffix, as far as the content does not show another.
        is_subject: whether a text is the name of a subject of the site.
        comments: counts those that are left out.

    Raises:
        UsageError: the file cannot be read, or as a whole is no list in a form that is known, or holds no row.
    """
    try:
        if isinstance(source, Path):
            with source.open("rb") as stream:
                yield from _not_empty(_items(stream, name, is_subject, comments))
        else:
            yield from _not_empty(_items(source, name, is_subject, comments))
    except UnsupportedFormat as error:
        raise UsageError(f"{name}:{error.line}: {error.reason}") from error
    except OSError as error:
        raise UsageError(f"{name}: cannot be read: {error.strerror or error}") from error


def _not_empty(items: Iterable[Item]) -> Iterator[Item]:
    count = 0
    for count, item in enumerate(items, 1):  # noqa: B007
        yield item
    if not count:
        raise UnsupportedFormat(1, "the list holds no question")


def _items(stream: BinaryIO, name: str, is_subject: IsSubject, comments: CommentCounter) -> Iterator[Item]:
    head = read_head(stream)
    refuse_binary(head)
    form = form_of(head_lines(head), _KINDS.get(Path(name).suffix.lower()), is_subject)
    if form.reader in ("json", "yaml"):
        data = head + stream.read(json_and_yaml.MAX_BYTES + 1 - len(head))
        read = json_and_yaml.json_items if form.reader == "json" else json_and_yaml.yaml_items
        return without_marks(read(data), by_line=False)
    by_line = form.reader == "text" or (form.reader == "csv" and not form.header)
    rejoined = cast(BinaryIO, io.BufferedReader(PeekedStream(head, stream)))
    all_lines = lines(rejoined)
    for line in itertools.islice(all_lines, form.begin - 1):
        if not (form.named and line.number == form.begin - 1):  # a header that begins with '#' is no comment
            comments.note(line)
    items = without_marks(_line_items(all_lines, form, comments), by_line=by_line)
    return without_titles(items, is_subject) if by_line and not form.named else items


def _line_items(rows: Iterable[Line], form: ListFormat, comments: CommentCounter) -> Iterator[Item]:
    """The rows of a form that is read line by line."""
    if form.reader != "csv":
        rows = comments.noted(rows)
    if form.reader == "jsonl":
        return json_and_yaml.jsonl_items(rows)
    if form.reader == "text":
        return _text_items(rows)
    if form.reader == "bars":
        hint = "a bar within a cell is written \\|"
        return column_items(bar_records(rows), form.header, form.begin - 1, hint)
    records = csv_records(rows, form.delimiter, comments)
    if not form.header:
        return single_items(records)
    hint = "a cell that holds the separator must stand in quotes"
    return column_items(records, form.header, form.begin - 1, hint)


def _text_items(rows: Iterable[Line]) -> Iterator[Item]:
    for line in rows:
        if line.problem:
            yield BadRow(line.number, line.problem)
        elif not line.skipped:
            yield RawRow(line.number, {"question": line.text})
