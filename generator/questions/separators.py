"""Recognises lists without a header whose lines have several columns."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from generator.questions.columns import IsSubject
from generator.questions.lines import ends_with_question_mark
from generator.questions.tables import csv_cells

_MAX_CHARS = 2_000  # of a line that are examined; questions are shorter
_MAX_NAME_WORDS = 3
_MAX_LABEL_WORDS = 6
_MIN_TABLE_SHARE = 0.8  # of the rows of a table; other rows have the separator inside a cell, or are not rows
_BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|\{[^{}]*\}|\$[^$]*\$|`[^`]*`")
# Before a comma that separates cells: a word, or a number or date at the beginning of the line.
# N,N-dimethylaniline is one cell.
_WORD_OR_ID = r"(?:(?<=[^\W\d_]{2})|(?<=^\d)|(?<=^\d\d)|(?<=^\d{3})|(?<=^\d{4})|(?<=^\d{4}-\d\d-\d\d))"
_SEPARATORS = {
    "\t": re.compile(r"\t"),
    ";": re.compile(";"),
    "|": re.compile(r"\s\|\s|(?<!\|)\|(?!\|)"),
    ",": re.compile(rf"(?<=[?.!]),(?=\S)|{_WORD_OR_ID},(?=[^\W\d_]{{2}})"),
}
_OPENING_MARKS = "\"'\u201c\u201e\u00ab\u00bf( \t"
_ID = re.compile(r"\d[\d.:/-]*")
_LABEL_IN_FRONT = re.compile(r"([^:\u2013\u2014?]{2,60}?)\s*(?::|\s[-\u2013\u2014])\s+\S")
_LABEL_BEHIND = re.compile(r"\?\s+[-\u2013\u2014]\s+([^?]{2,60})$|\?\s*[(\[]([^?()\[\]]{2,60})[)\]]$")
_CELL_BESIDE_QUESTION = (
    re.compile(r"(?P<label>[^,;|\t?]+)[,;|\t](?P<question>.+)"),
    re.compile(r"(?P<question>.+\?)\s*[,;|\t](?P<label>[^,;|\t?]+)"),
)
# A list mark followed by a tab, as copied from a text document.
_TABBED_MARK = re.compile(r"^\s*(?:[^\w\s\"']+|\(?\w{1,4}[^\w\s\"',;|]+|o)\t(?=\s*\S)")
# The first words of questions and instructions, and of the second half of a question.
QUESTION_OPENINGS = frozenset((
    "analyse", "analyze", "assess", "calculate", "compare", "contrast", "critique", "define", "derive",
    "describe", "differentiate", "discuss", "distinguish", "evaluate", "examine", "explain", "find",
    "give", "identify", "illustrate", "interpret", "justify", "list", "name", "outline", "prove", "show",
    "solve", "state", "summarise", "summarize", "what", "why", "who", "when", "where", "how", "which",
    "is", "are", "can", "do", "does", "did", "was", "were", "and", "or",
    "provide", "could", "would", "should", "will", "has", "have", "had", "may", "must", "whose", "whom", "at", "on",
    "under", "during", "after", "before", "wie", "warum", "wer", "wo", "wann", "welche", "welcher", "welches",
    "qu\u00e9", "c\u00f3mo", "cu\u00e1l", "por", "comment", "pourquoi", "quel", "quelle",
    "in", "for", "from", "if", "to", "with",
))  # fmt: skip


class NamelessColumns(NamedTuple):
    """Columns without a header.

    Args:
        delimiter: the separator; empty if a colon, a dash or brackets separate the cells.
        cells: those of the first line.
    """

    delimiter: str
    cells: list[str]


def columns_without_names(
    lines: Sequence[str], is_subject: IsSubject, *, under_header: bool = False
) -> NamelessColumns | None:
    """The columns of the lines, if they certainly have several.

    Args:
        lines: the first lines of the list that are neither blank nor comments.
        is_subject: whether a text is the name of a subject of the site.
        under_header: whether a header above says that there is one column; then only a question beside short cells
            counts as several columns.

    Returns:
        None if each line may be one question.
    """
    rows = [_TABBED_MARK.sub("", line[:_MAX_CHARS].strip()).rstrip(",; \t") for line in lines]
    if (
        len(rows) > 1
        and (labels := [_subject_at_either_end(row, is_subject) for row in rows])
        and all(labels)
    ):
        return NamelessColumns("", [label for label in labels[:1] if label])
    for delimiter in _SEPARATORS if rows else ():
        split = [_split_cells(row, delimiter) for row in rows]
        if len(split[0]) == 1:
            continue
        if under_header:
            found = not _has_space_after_separator(split) and all(map(_is_labelled_question, split))
        else:
            found = _is_table(split, delimiter, is_subject)
        if found:
            return NamelessColumns(delimiter, [cell.strip() for cell in split[0]])
    return None


def has_tabbed_mark(text: str) -> bool:
    """Whether a line begins with a list mark and a tab; this tab does not separate columns."""
    return bool(_TABBED_MARK.match(text))


def cell_beside_question(text: str, is_subject: IsSubject) -> str | None:
    """The subject, number or date before or after a question, with a separator between them; None if there is none."""
    for found in filter(None, (pattern.fullmatch(text) for pattern in _CELL_BESIDE_QUESTION)):
        label, question = found["label"].strip(), found["question"]
        has_space = question[:1].isspace() or label != found["label"]
        is_known = is_subject(label) or _ID.fullmatch(label)
        if is_known and (
            _is_question(question, by_opening=has_space) or (not has_space and begins_like_question(question))
        ):
            return label
        if (
            not has_space
            and text[found.start("question") - 1] in ";|"
            and ends_with_question_mark(question)
            and begins_like_question(question)
        ):
            return label
    return None


def _subject_at_either_end(row: str, is_subject: IsSubject) -> str | None:
    """The subject before or after the text of a line, with a colon or a dash between them."""
    front, back = _LABEL_IN_FRONT.match(row), _LABEL_BEHIND.search(row)
    labels = [label for found in (front, back) if found for label in found.groups() if label]
    return next((label for label in labels if is_subject(label)), None)


def begins_like_question(text: str) -> bool:
    """Whether a text begins with a capitalised word of ``QUESTION_OPENINGS``."""
    first = text.strip(_OPENING_MARKS).split(maxsplit=1)[:1]
    return bool(first) and first[0][0].isupper() and first[0].rstrip(":,").casefold() in QUESTION_OPENINGS


def _split_cells(row: str, delimiter: str) -> list[str]:
    """The cells of a line: split as CSV if a cell is in quotes, otherwise without splitting inside brackets."""
    if re.search(rf'(?:^|{re.escape(delimiter)})\s*"', row) and (cells := csv_cells(row, delimiter)):
        return cells
    masked = _BRACKETED.sub(lambda found: "x" * len(found[0]), row)
    cells, start = [], 0
    for cut in _SEPARATORS[delimiter].finditer(masked):
        cells.append(row[start : cut.start()])
        start = cut.end()
    return [*cells, row[start:]]


def _is_table(split: Sequence[Sequence[str]], delimiter: str, is_subject: IsSubject) -> bool:
    same_length = len({len(cells) for cells in split}) == 1
    no_space = not _has_space_after_separator(split)
    several = len(split) > 1
    if delimiter == "\t" and same_length:
        return True
    if delimiter == ";" and same_length and no_space:
        question_before_end = several and all(
            any(map(ends_with_question_mark, cells[:-1])) for cells in split
        )
        if question_before_end or all(map(_has_short_cell, split)):
            return True
    if several and _are_labelled_questions(split):
        return True
    return (
        several
        and same_length
        and (delimiter != "," or no_space)
        and _has_label_column(split, is_subject, delimiter)
    )


def _has_space_after_separator(split: Sequence[Sequence[str]]) -> bool:
    """Whether a space follows a separator, as in a sentence."""
    return any(cell.startswith(" ") for cells in split for cell in cells[1:])


def _are_labelled_questions(split: Sequence[Sequence[str]]) -> bool:
    """Whether nearly all rows have a question beside short cells.

    All rows must have them if the first row may be a header.
    """
    labelled = list(map(_is_labelled_question, split))
    may_have_header = (
        not labelled[0] and len(split[0]) == len(split[1]) and not any(map(ends_with_question_mark, split[0]))
    )
    return all(labelled[1:]) if may_have_header else sum(labelled) >= max(2, _MIN_TABLE_SHARE * len(split))


def _is_labelled_question(cells: Sequence[str]) -> bool:
    has_space = any(cell.startswith(" ") for cell in cells[1:])
    others = [cell for cell in cells if not _is_question(cell, by_opening=has_space)]
    return len(others) == len(cells) - 1 > 0 and all(is_short_cell(cell, _MAX_LABEL_WORDS) for cell in others)


def _is_question(cell: str, *, by_opening: bool) -> bool:
    """Whether a cell ends with a question mark and begins with a capital letter or digit.

    With ``by_opening``, it must begin with a capitalised word of ``QUESTION_OPENINGS``.
    """
    first = cell.strip(_OPENING_MARKS)[:1]
    begins = begins_like_question(cell) if by_opening else first.isalnum() and not first.islower()
    return begins and ends_with_question_mark(cell)


def _has_short_cell(cells: Sequence[str]) -> bool:
    """Whether there is a cell as short as a name."""
    return any(map(is_short_cell, cells))


def _has_label_column(split: Sequence[Sequence[str]], is_subject: IsSubject, delimiter: str) -> bool:
    """Whether a column holds labels of the questions.

    Labels are subjects, numbers, or short names that repeat or are beside cells that begin like sentences.
    """
    like_sentences = delimiter != "|" and not any(
        cell.lstrip()[:1].islower() for cells in split for cell in cells
    )
    return any(
        all(is_subject(cell.strip()) or _ID.fullmatch(cell.strip()) for cell in column)
        or (all(map(is_short_cell, column)) and (like_sentences or len(set(column)) < len(column)))
        for column in zip(*split, strict=True)
    )


def is_short_cell(cell: str, most_words: int = _MAX_NAME_WORDS) -> bool:
    """Whether a cell is as short as a name, and neither a question nor a sentence."""
    words = cell.casefold().split()
    if "?" in cell or cell.rstrip().endswith((".", "!")) or len(words) > most_words:
        return False
    return not words or words[0] not in QUESTION_OPENINGS
