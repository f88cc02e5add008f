"""Cells of CSV files that spreadsheet programs would run as formulas: written as text, and read back unchanged."""

import csv
import io
import re
from collections.abc import Iterable

# What spreadsheet programs take for the beginning of a formula, some in Asian languages in full width.
_FORMULA = re.compile("'*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")


def guarded(text: str) -> str:
    """A text as a cell: with an apostrophe in front where a spreadsheet program would run it as a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def csv_row(cells: Iterable[str]) -> str:
    """A row of a CSV file without its line end; no cell is run as a formula."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="").writerow(map(guarded, cells))
    return buffer.getvalue()


def unguarded(cell: str) -> str:
    """The text of a cell that :func:`guarded` may have written."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
