"""The format of a list, as detected from its first lines, and the refusal of columns that are not certain."""

from collections.abc import Sequence
from typing import Literal, NamedTuple, NoReturn

from generator.content.text import one_line
from generator.questions.columns import Columns, KnownNames
from generator.questions.lines import Line, UnsupportedFormat

MAX_TITLE_LINES = 10
"""Within so many lines at the beginning, titles may be above a header."""


class ListFormat(NamedTuple):
    """The format of a list."""

    reader: Literal["csv", "bars", "text", "jsonl", "json", "yaml"]
    first_row_line: int = 1
    """The first row begins on this line or below it."""
    delimiter: str = ","
    columns: Columns | None = None
    """None if each row is a question."""
    has_header: bool = False
    """Whether the line above the rows says that they are questions."""
    guess: str = ""
    """What was guessed, in words for a person; empty if the reading is certain."""


def columns_of_header(cells: Sequence[str], names: KnownNames) -> tuple[Columns, str]:
    """The columns that a header names, and what was guessed about them, in words.

    Args:
        cells: for which ``names.is_header`` holds.
    """
    fields = names.fields(cells, queries=True) or []
    is_guess = names.fields(cells) is None
    guess = f"the questions in the column {one_line(cells[fields.index('question')])!r}" if is_guess else ""
    return Columns(tuple(cells), tuple(fields)), guess


def refuse_columns(line: Line, cells: Sequence[str]) -> NoReturn:
    columns = ", ".join(repr(one_line(cell)[:40]) for cell in cells[:8])
    raise UnsupportedFormat(
        line.number,
        f"there is no column 'question', only {columns}; name the column of the questions 'question' in the first"
        " line, or, if each line is one question, write 'question' alone there and, in CSV, each question in quotes",
    )
