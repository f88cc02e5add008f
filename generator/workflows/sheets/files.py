"""Writes and reads tables of texts as .xlsx and .csv files. What is written is read back unchanged."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from generator.content.tables.csv_cells import guarded, unguarded
from generator.errors import UsageError
from generator.questions.encodings import utf8_stream
from generator.questions.lines import UnsupportedFormat
from generator.questions.spreadsheets import may_be_workbook, read_sheets
from generator.store.files import read_file, write_file
from generator.workflows.sheets.columns import HASH, NUMBER

if TYPE_CHECKING:
    from collections.abc import Sequence

_BOM = "\ufeff"  # tells Excel that the text is UTF-8
_DELIMITERS = (",", ";", "\t")
_HEAD_BYTES = 65_536
_WIDTHS = {"question": 40, "answer": 80, "description": 50, "keywords": 40, "comment": 40, "comments": 40}
_USUAL_WIDTH = 18


class SheetRow(NamedTuple):
    """A row of a table: its number in the sheet, from 1, and its cells by the names of their columns in lower case."""

    number: int
    cells: dict[str, str]


def check_target(file: Path) -> None:
    """Refuse a file that cannot be written to.

    Raises:
        UsageError: its name does not end in .xlsx or .csv, or it exists: a person's edits may be in it.
    """
    if file.suffix.lower() not in (".xlsx", ".csv"):
        raise UsageError(f"{file}: the name must end in .xlsx or .csv")
    if file.exists():
        raise UsageError(f"{file} exists; edits in it would be lost: choose another name, or remove it")


def write_table(file: Path, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Write a table of texts, none of which a spreadsheet program takes for a formula, a number or a date.

    Raises:
        UsageError: as :func:`check_target`.
        StorageError: the file cannot be written.
    """
    check_target(file)
    data = _workbook(header, rows) if file.suffix.lower() == ".xlsx" else _csv(header, rows)
    write_file(file, data, durable=True, expect=lambda found: found is None)


def read_table(file: Path) -> list[SheetRow]:
    """Read a table that :func:`write_table` wrote and a spreadsheet program may have saved again.

    Raises:
        UsageError: it cannot be read, or has not the columns of a table of drafts, or two columns with one name.
    """
    data = read_file(file)
    if data is None:
        raise UsageError(f"{file} does not exist")
    try:
        lines = _workbook_lines(data) if may_be_workbook(data[:8]) else _csv_lines(data)
    except UnsupportedFormat as error:
        raise UsageError(f"{file}: {error}") from error
    except csv.Error as error:
        raise UsageError(f"{file} is not valid CSV: {error}") from error
    if not lines:
        raise UsageError(
            f"{file} is no table of drafts: its first row must name the columns, {NUMBER} and {HASH} among them"
        )
    (_, header), *rows = lines
    names = [_name(cell) for cell in header]
    twice = next((name for name in names if name and names.count(name) > 1), None)
    if twice:
        raise UsageError(f"{file} has two columns {twice!r}: rename or remove one")
    return [
        SheetRow(
            number,
            {name: cell for name, cell in zip(names, _padded(cells, len(names)), strict=False) if name},
        )
        for number, cells in rows
        if any(cell.strip() for cell in cells)
    ]


def _workbook(header: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    import xlsxwriter  # type: ignore[import-untyped]  # for one command only

    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as workbook:
        # Cells of the format "text": what a person types into them stays as typed.
        text = workbook.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        bold = workbook.add_format({"num_format": "@", "bold": True, "valign": "top"})
        sheet = workbook.add_worksheet("Drafts")
        sheet.freeze_panes(1, 0)
        for column, name in enumerate(header):
            sheet.set_column(column, column, _WIDTHS.get(name, _USUAL_WIDTH))
            sheet.write_string(0, column, name, bold)
        for line, cells in enumerate(rows, start=1):
            sheet.set_row(line, 60)
            for column, cell in enumerate(cells):
                sheet.write_string(line, column, cell, text)
    return buffer.getvalue()


def _csv(header: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(map(guarded, header))
    writer.writerows([guarded(cell) for cell in row] for row in rows)
    return (_BOM + out.getvalue()).encode()


def _workbook_lines(data: bytes) -> list[tuple[int, list[str]]]:
    """The rows of the first sheet with the columns of drafts, from its header on; empty without one."""
    for rows in read_sheets(data).values():
        for at, row in enumerate(rows[:20]):
            if _is_header(row.cells):
                return [(line, cells) for line, cells in rows[at:]]
    return []


def _csv_lines(data: bytes) -> list[tuple[int, list[str]]]:
    """The rows of a CSV file with the columns of drafts; empty if it has none of them."""
    stream = io.BytesIO(data)
    head = stream.read(_HEAD_BYTES)
    content = utf8_stream(head, stream)[0].read()
    try:
        text = content.decode().removeprefix(_BOM)
    except UnicodeDecodeError as error:
        line = 1 + content[: error.start].count(b"\n")
        raise UnsupportedFormat(line, "this line is not UTF-8; save the sheet as CSV UTF-8") from error
    first = text.splitlines()[0] if text else ""
    skipped = 1 if first.lower().startswith("sep=") else 0  # a line that only Excel understands
    for delimiter in _DELIMITERS:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        rows: list[tuple[int, list[str]]] = []
        for number, cells in enumerate(reader, start=1 - skipped):
            if number > 0:
                rows.append((number, [unguarded(cell) for cell in cells]))
            if number == 1 and not _is_header(cells):
                break
        else:
            return rows
    return []


def _is_header(cells: Sequence[str]) -> bool:
    return {NUMBER, HASH} <= {_name(cell) for cell in cells}


def _name(cell: str) -> str:
    return " ".join(cell.split()).casefold()


def _padded(cells: list[str], width: int) -> list[str]:
    return [*cells, *[""] * (width - len(cells))]
