"""Tells whether the lines of a list without a header hold several columns, which nothing names."""

import re
from collections.abc import Callable, Sequence

from generator.question_lists.tables import csv_cells

IsSubject = Callable[[str], bool]

_MOST_CHARS = 2_000  # of a line; no question is longer
_NAME_WORDS = 3
_BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|\{[^{}]*\}|\$[^$]*\$|`[^`]*`")
# Before a comma that separates cells: a word, or a number or date that begins the line. N,N-dimethylaniline is one cell.
_WORD_OR_ID = r"(?:(?<=[^\W\d_]{2})|(?<=^\d)|(?<=^\d\d)|(?<=^\d{3})|(?<=^\d{4})|(?<=^\d{4}-\d\d-\d\d))"
_SEPARATORS = {
    "\t": re.compile(r"\t"),
    ";": re.compile(";"),
    "|": re.compile(r"\s\|\s|(?<!\|)\|(?!\|)"),
    ",": re.compile(rf"(?<=[?.!]),(?=\S)|{_WORD_OR_ID},(?=[^\W\d_]{{2}})"),
}
# With what a question, or its second half, begins that is none by its mark.
OPENINGS = frozenset((
    "analyse", "analyze", "assess", "calculate", "compare", "contrast", "critique", "define", "derive",
    "describe", "differentiate", "discuss", "distinguish", "evaluate", "examine", "explain", "find",
    "give", "identify", "illustrate", "interpret", "justify", "list", "name", "outline", "prove", "show",
    "solve", "state", "summarise", "summarize", "what", "why", "who", "when", "where", "how", "which",
    "is", "are", "can", "do", "does", "did", "was", "were", "and", "or",
    "in", "for", "from", "if", "to", "with",
))  # fmt: skip


def columns_without_names(
    lines: Sequence[str], is_subject: IsSubject, *, under_header: bool = False
) -> list[str] | None:
    """The cells of the first line, where all lines certainly hold several; None where each may be one question.

    Args:
        under_header: the line above says that there is one column, so that only what no question looks like counts.
    """
    rows = [line[:_MOST_CHARS].strip() for line in lines]
    for delimiter in _SEPARATORS if rows else ():
        split = [_cells(row, delimiter) for row in rows]
        if len(split[0]) == 1 or len({len(cells) for cells in split}) > 1:
            continue
        if under_header:
            found = not _is_spaced(split) and _has_names(split) and all(map(_asks, split))
        else:
            found = _is_table(split, delimiter, rows, is_subject)
        if found:
            return [cell.strip() for cell in split[0]]
    return None


def _cells(row: str, delimiter: str) -> list[str]:
    """The cells of a line. Where one stands in quotes the separator counts as in CSV, elsewhere not within brackets."""
    if re.search(rf'(?:^|{re.escape(delimiter)})\s*"', row) and (cells := csv_cells(row, delimiter)):
        return cells
    masked = _BRACKETED.sub(lambda found: "x" * len(found[0]), row)
    cells, start = [], 0
    for cut in _SEPARATORS[delimiter].finditer(masked):
        cells.append(row[start : cut.start()])
        start = cut.end()
    return [*cells, row[start:]]


def _is_table(
    split: Sequence[Sequence[str]], delimiter: str, rows: Sequence[str], is_subject: IsSubject
) -> bool:
    several = len(split) > 1
    if delimiter == "\t":
        return True
    if delimiter == "|":
        drawn = len(split[0]) == 2 or all(" | " in row for row in rows)  # a pair of bars is an absolute value
        return drawn and several and _has_names(split)
    if delimiter == ";" and not _is_spaced(split):
        return several or _has_names(split)
    return several and (delimiter == ";" or not _is_spaced(split)) and _has_subjects(split, is_subject)


def _is_spaced(split: Sequence[Sequence[str]]) -> bool:
    """Whether a space stands behind a separator, as in a sentence."""
    return any(cell.startswith(" ") for cells in split for cell in cells[1:])


def _has_names(split: Sequence[Sequence[str]]) -> bool:
    """Whether there is a short cell beside the question in every row."""
    return all(any(map(_is_name, cells)) for cells in split)


def _has_subjects(split: Sequence[Sequence[str]], is_subject: IsSubject) -> bool:
    """Whether a column holds subjects, or short names that repeat or beside which every cell begins like a sentence."""
    begins = not any(cell.lstrip()[:1].islower() for cells in split for cell in cells)
    return any(
        all(is_subject(cell.strip()) for cell in column)
        or (all(map(_is_name, column)) and (begins or len(set(column)) < len(column)))
        for column in zip(*split, strict=True)
    )


def _is_name(cell: str) -> bool:
    words = cell.casefold().split()
    if "?" in cell or cell.rstrip().endswith((".", "!")) or len(words) > _NAME_WORDS:
        return False
    return not words or words[0] not in OPENINGS


def _asks(cells: Sequence[str]) -> bool:
    return any("?" in cell for cell in cells)
