"""Spreadsheets of drafts as a person edits them: the cells of an exported file, and the file saved again."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from generator.workflows.sheets.files import read_table
from tests.support.workbooks import workbook

Rows = list[dict[str, str]]


def cells_of(file: Path) -> Rows:
    """The rows of a file by the names of their columns."""
    return [dict(row.cells) for row in read_table(file)]


def saved_again(file: Path, rows: Sequence[dict[str, str]]) -> Path:
    """The rows as a new file of the same kind, as a spreadsheet program writes it: with CRLF in CSV."""
    header = list(rows[0])
    table = [header, *([row[name] for name in header] for row in rows)]
    other = file.with_name(f"saved{file.suffix}")
    if file.suffix == ".xlsx":
        other.write_bytes(workbook(table))
    else:
        out = io.StringIO()
        csv.writer(out, delimiter=";", lineterminator="\r\n").writerows(table)
        other.write_bytes(out.getvalue().replace("\r\n", "\n").replace("\n", "\r\n").encode("utf-8-sig"))
    return other
