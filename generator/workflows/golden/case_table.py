"""Adds a row to the table of a golden set; every other byte of the file stays as it is."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, NamedTuple

from generator.content.text import normalise_question
from generator.errors import UsageError
from generator.store.files import read_file, write_file

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

COLUMNS = ("subject", "question", "kind", "trap", "expect", "facts", "notes", "sources", "reason")
_DELIMITERS = (",", ";", "\t")
_BOM = "\ufeff"


class AddedRow(NamedTuple):
    """What became of a row.

    Args:
        line: on which it begins, from 1.
        is_new: False where the table has its question already, and nothing was written.
        dropped: the values for which the table has no column.
    """

    line: int
    is_new: bool
    dropped: tuple[str, ...] = ()


def add_row(file: Path, values: Mapping[str, str]) -> AddedRow:
    """Add a row to a table; a new one where there is no file.

    Args:
        values: by the names of ``COLUMNS``.

    Raises:
        UsageError: the file is not a CSV table with a column of questions.
        StorageError: the file cannot be written, or someone else changed it meanwhile.
    """
    data = read_file(file)
    if not data:
        _write(file, data, _lines([COLUMNS, [values.get(name, "") for name in COLUMNS]], ",", "\n"))
        return AddedRow(2, is_new=True)
    text = _decoded(file, data)
    header, delimiter = _header(file, text)
    newline = "\r\n" if "\r\n" in text else "\n"
    at = header.index("question")
    line = 1
    reader = csv.reader(io.StringIO(text.removeprefix(_BOM), newline=""), delimiter=delimiter)
    for row in reader:
        known = row[at] if at < len(row) else ""
        if line > 1 and normalise_question(known) == normalise_question(values["question"]):
            return AddedRow(line, is_new=False)
        line = reader.line_num + 1
    gap = "" if text.endswith(("\n", "\r")) else newline
    row_text = _lines([[values.get(name, "") for name in header]], delimiter, newline)
    _write(file, data, text + gap + row_text)
    dropped = tuple(name for name, value in values.items() if value and name not in header)
    return AddedRow(line, is_new=True, dropped=dropped)


def _decoded(file: Path, data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise UsageError(f"{file} is not UTF-8") from error


def _header(file: Path, text: str) -> tuple[list[str], str]:
    first = text.removeprefix(_BOM).splitlines()[0] if text.removeprefix(_BOM).strip() else ""
    for delimiter in _DELIMITERS:
        names = [name.strip().casefold() for name in next(csv.reader([first], delimiter=delimiter), [])]
        if "question" in names:
            return names, delimiter
    raise UsageError(f"{file} is not a CSV table whose first line names a column question")


def _lines(rows: list[list[str] | tuple[str, ...]], delimiter: str, newline: str) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=newline).writerows(rows)
    return out.getvalue()


def _write(file: Path, before: bytes | None, text: str) -> None:
    write_file(file, text.encode(), durable=True, expect=lambda found: found == before)
