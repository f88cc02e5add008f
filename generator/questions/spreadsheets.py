"""Reads the rows of a sheet of a workbook: .xlsx, .xlsm, .xls, .xlsb and .ods, formulas by their values."""

import datetime
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from generator.content.text import one_line
from generator.errors import UsageError
from generator.questions.column_guess import guess_columns
from generator.questions.columns import Columns, KnownNames
from generator.questions.lines import Item, UnsupportedFormat, ends_with_question_mark
from generator.questions.list_format import columns_of_header
from generator.questions.separators import begins_like_question
from generator.questions.tables import TableRow, column_items, single_items

MAX_BYTES = 50_000_000
_MAX_TITLE_ROWS = 20
_SAMPLE_SIZE = 50
_MAGIC = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


@dataclass(frozen=True)
class SheetRows:
    """The rows of a sheet.

    Args:
        items: the rows below the header.
        has_header: whether the columns have names; otherwise each row is one question.
        guess: what was guessed, in words; empty if the reading is certain.
    """

    items: Iterator[Item]
    has_header: bool
    guess: str


def may_be_workbook(head: bytes) -> bool:
    """Whether a file begins like a workbook."""
    return head.startswith(_MAGIC)


def read_workbook(data: bytes, sheet: str | None, names: KnownNames) -> SheetRows | None:
    """Read a sheet of a workbook: the one with this name, or the first that is visible. None if it is no workbook.

    Raises:
        UnsupportedFormat: it is protected or too large, or it is not certain where the questions are.
        UsageError: there is no sheet with this name.
    """
    workbook = _opened(data)
    if workbook is None:
        return None
    chosen = _chosen_sheet(workbook, sheet)
    rows = _sheet_rows(workbook, chosen)
    others = [name for name in workbook.sheet_names if name != chosen]
    return _read_sheet(rows, chosen, others if sheet is None else [], names)


def _chosen_sheet(workbook: CalamineWorkbook, wanted: str | None) -> str:
    names = workbook.sheet_names
    if wanted is None:
        tables = [
            sheet.name
            for sheet in workbook.sheets_metadata
            if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
        ]
        return (tables or names)[0]
    found = [name for name in names if name == wanted] or [
        name for name in names if one_line(name).casefold() == one_line(wanted).casefold()
    ]
    if not found:
        raise UsageError(f"--sheet: there is no sheet {wanted!r}, only {', '.join(map(repr, names))}")
    return found[0]


def _rows(sheet: CalamineSheet) -> list[TableRow]:
    """The rows that are not empty, without empty cells at their ends."""
    first = sheet.start[0] + 1 if sheet.start else 1
    rows = []
    for number, cells in enumerate(sheet.to_python(skip_empty_area=True), start=first):
        texts = [_cell_text(cell) for cell in cells]
        while texts and not texts[-1].strip():
            texts.pop()
        if texts:
            rows.append(TableRow(number, texts))
    return rows


def _cell_text(cell: object) -> str:
    """A cell as text: whole numbers without decimals, dates as YYYY-MM-DD."""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime.datetime):
        at_midnight = cell.time() == datetime.time()
        return cell.date().isoformat() if at_midnight else cell.isoformat(" ")
    return str(cell)


def _read_sheet(rows: Sequence[TableRow], sheet: str, others: Sequence[str], names: KnownNames) -> SheetRows:
    sheet_guess = (
        f"the sheet {sheet!r} (--sheet chooses {', '.join(map(repr, others[:5]))})" if others else ""
    )
    hint = f"; --sheet chooses another sheet: {', '.join(map(repr, others[:5]))}" if others else ""
    if not rows:
        raise UnsupportedFormat(1, f"the sheet {sheet!r} is empty{hint}")
    width = max(len(row.cells) for row in rows)
    at = _header_row(rows, names)
    if at is not None:
        header = rows[at]
        _refuse_questions_above(rows[:at], header.line)
        columns, guess = columns_of_header(header.cells, names)
        columns = _widened(columns, width)
        return _with_columns(rows[at + 1 :], columns, header.line, sheet_guess, guess)
    used = [n for n in range(width) if any(n < len(row.cells) and row.cells[n].strip() for row in rows)]
    rows = [TableRow(row.line, [row.cells[n] if n < len(row.cells) else "" for n in used]) for row in rows]
    sample = [row.cells for row in rows[:_SAMPLE_SIZE]]
    if len(used) == 1 and _are_mostly_questions(sample):
        return SheetRows(single_items(rows), False, sheet_guess)
    guessed = guess_columns(sample, names)
    if guessed is None:
        cells = ", ".join(repr(one_line(cell)[:40]) for cell in rows[0].cells[:8])
        raise UnsupportedFormat(
            rows[0].line,
            f"no row of the sheet {sheet!r} has a column 'question'; the first is {cells}; name the column of the"
            f" questions 'question'{hint}",
        )
    body = rows[guessed.first_is_header :]
    return _with_columns(body, guessed.columns, rows[0].line, sheet_guess, guessed.words)


def _with_columns(rows: Sequence[TableRow], columns: Columns, line: int, *guesses: str) -> SheetRows:
    hint = "remove the cells beside the table"
    return SheetRows(column_items(rows, columns, line, hint), True, ", ".join(filter(None, guesses)))


def _header_row(rows: Sequence[TableRow], names: KnownNames) -> int | None:
    """The position of the row that names the columns; titles may be above it. None if there is none."""
    found = [n for n, row in enumerate(rows[:_MAX_TITLE_ROWS]) if names.is_header(row.cells, queries=True)]
    if not found:
        return None
    # A title such as "Questions" is above a header with more columns.
    return next((n for n in found if len(_filled(rows[n])) > 1), found[0])


def _are_mostly_questions(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the only cells of the rows are questions, most of them."""
    found = [
        cells[0] for cells in rows if ends_with_question_mark(cells[0]) or begins_like_question(cells[0])
    ]
    return len(found) * 2 > len(rows)


def _filled(row: TableRow) -> list[str]:
    return [cell for cell in row.cells if cell.strip()]


def _refuse_questions_above(rows: Sequence[TableRow], line: int) -> None:
    if any(ends_with_question_mark(cell) for row in rows for cell in row.cells):
        raise UnsupportedFormat(line, "this row names the columns; remove the rows above it")


def _widened(columns: Columns, width: int) -> Columns:
    """The columns, with columns without a name up to ``width``."""
    more = ("",) * (width - len(columns.names))
    return Columns((*columns.names, *more), (*columns.fields, *more))


def read_sheets(data: bytes) -> dict[str, list[TableRow]]:
    """The rows of every visible sheet of a workbook by its name, without empty rows.

    Raises:
        UnsupportedFormat: the workbook is protected, damaged or too large.
    """
    workbook = _opened(data)
    if workbook is None:
        raise UnsupportedFormat(1, "the workbook is damaged; save it again")
    visible = [
        sheet.name
        for sheet in workbook.sheets_metadata
        if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
    ]
    return {name: _sheet_rows(workbook, name) for name in visible}


def _opened(data: bytes) -> CalamineWorkbook | None:
    """A workbook; None if it is none. Raises UnsupportedFormat if it is protected or too large."""
    if len(data) > MAX_BYTES:
        raise UnsupportedFormat(
            1, f"the workbook is larger than {MAX_BYTES // 1_000_000} MB; save the sheet as CSV"
        )
    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(data))
    except PasswordError as error:
        raise UnsupportedFormat(1, "the workbook is protected by a password; save it without one") from error
    except CalamineError:
        return None


def _sheet_rows(workbook: CalamineWorkbook, name: str) -> list[TableRow]:
    try:
        return _rows(workbook.get_sheet_by_name(name))
    except CalamineError as error:
        raise UnsupportedFormat(1, f"the sheet {name!r} cannot be read: {one_line(str(error))}") from error
