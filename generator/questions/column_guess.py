"""Guesses which column of a table without known column names holds the questions, from the cells alone.

A wrong guess would cost money, so a column is chosen only if it is the only one whose cells are questions.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

from generator.questions.columns import Columns, KnownNames
from generator.questions.lines import ends_with_question_mark
from generator.questions.separators import begins_like_question, is_short_cell

_MIN_SHARE = 0.8  # of the rows
_MIN_WORDS = 3
_OPENING_MARKS = "\"'\u201c\u201e\u00ab\u00bf("


class GuessedColumns(NamedTuple):
    """What the columns seem to hold.

    Args:
        first_is_header: whether the first row names the columns, in words that are not known.
        words: the guess in words, for a person.
    """

    columns: Columns
    first_is_header: bool
    words: str


def guess_columns(
    rows: Sequence[Sequence[str]], names: KnownNames, *, delimiter: str = "", has_header: bool | None = None
) -> GuessedColumns | None:
    """The columns of a table, by its first rows; None if it is not certain which column holds the questions.

    Args:
        delimiter: the separator between the cells; empty if the cells are certain, as in a sheet.
        has_header: whether the first row names the columns; None if that is not known.
    """
    width = _usual_width(rows)
    if width < 2:
        return None
    alike = [[*row, *[""] * (width - len(row))] for row in rows if len(row) <= width]
    is_uneven = len(alike) < _MIN_SHARE * len(rows) or len(rows[0]) > width
    if is_uneven or (delimiter and _has_uneven_spaces(alike)):
        return None
    at = _question_column(alike[1:] or alike, width, in_prose=delimiter == ",")
    if at is None:
        return None
    first = alike[0]
    is_first_question = _is_question(first[at], in_prose=delimiter == ",")
    first_is_header = not is_first_question if has_header is None else has_header
    if first_is_header and has_header is None and not _could_be_header(first, names):
        return None
    body = alike[1:] if first_is_header else alike
    subject_at = next((n for n in range(width) if n != at and _are_subjects(body, n, names)), None)
    columns = _columns(first if first_is_header else [""] * width, at, subject_at)
    return GuessedColumns(columns, first_is_header, _words(at, subject_at, first_is_header))


def _usual_width(rows: Sequence[Sequence[str]]) -> int:
    """The most frequent number of cells; of equally frequent ones, the largest. Empty cells at the end do not count."""
    counts = Counter(map(len, rows))
    return max(counts, key=lambda width: (counts[width], width), default=0)


def _columns(written: Sequence[str], at: int, subject_at: int | None) -> Columns:
    fields = [f"column {n}" for n in range(1, len(written) + 1)]
    fields[at] = "question"
    if subject_at is not None:
        fields[subject_at] = "subject"
    return Columns(tuple(written), tuple(fields))


def _words(at: int, subject_at: int | None, first_is_header: bool) -> str:
    subjects = "" if subject_at is None else f" and the subjects in column {subject_at + 1}"
    header = "names of columns that are not known" if first_is_header else "no names of columns"
    return f"{header}, with the questions in column {at + 1}{subjects}"


def _question_column(rows: Sequence[Sequence[str]], width: int, *, in_prose: bool) -> int | None:
    """The only column whose cells are questions; None if several could be, or another has question marks too."""
    found = [
        n
        for n in range(width)
        if _share(rows, n, lambda cell: _is_question(cell, in_prose=in_prose)) >= _MIN_SHARE
    ]
    if len(found) != 1:
        return None
    others = [n for n in range(width) if n != found[0]]
    has_marks = any(_share(rows, n, lambda cell: "?" in cell) > 1 - _MIN_SHARE for n in others)
    return None if has_marks else found[0]


def _share(rows: Sequence[Sequence[str]], column: int, holds: Callable[[str], bool]) -> float:
    return sum(holds(row[column]) for row in rows) / len(rows)


def _is_question(cell: str, *, in_prose: bool) -> bool:
    """Whether a cell is a question by itself.

    Args:
        in_prose: whether the separator is one that occurs within sentences; then the cell must not be a part of one.
    """
    text = cell.strip()
    opens = begins_like_question(text)
    if len(text.split()) < (2 if opens else _MIN_WORDS):
        return False
    if in_prose and text.lstrip(_OPENING_MARKS)[:1].islower():
        return False
    return ends_with_question_mark(text) or (opens and not in_prose)


def _has_uneven_spaces(rows: Sequence[Sequence[str]]) -> bool:
    """Whether a space follows some separators and not others, as where a separator is a part of a sentence."""
    return len({cell[:1] == " " for row in rows for cell in row[1:] if cell.strip()}) > 1


def _could_be_header(cells: Sequence[str], names: KnownNames) -> bool:
    """Whether a row could name the columns: short different names, and none of them a value such as a subject."""
    texts = [cell.strip() for cell in cells]
    is_value = any(names.is_subject(text) or any(map(str.isdigit, text)) for text in texts if text)
    return all(map(is_short_cell, texts)) and len(set(texts)) == len(texts) and not is_value


def _are_subjects(rows: Sequence[Sequence[str]], column: int, names: KnownNames) -> bool:
    cells = [row[column].strip() for row in rows if row[column].strip()]
    return bool(cells) and all(map(names.is_subject, cells))
