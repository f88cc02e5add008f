"""Tells whether the lines of a list without a header hold several columns, which nothing names."""

import re
from collections.abc import Callable, Sequence

from generator.questions.lines import asks
from generator.questions.tables import csv_cells

IsSubject = Callable[[str], bool]

_MOST_CHARS = 2_000  # of a line; no question is longer
_NAME_WORDS = 3
_LABEL_WORDS = 6
_TABLE_SHARE = 0.8  # of the rows of a table; the others hold the separator within a cell, or are no rows
_BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|\{[^{}]*\}|\$[^$]*\$|`[^`]*`")
# Before a comma that separates cells: a word, or a number or date that begins the line. N,N-dimethylaniline is one cell.
_WORD_OR_ID = r"(?:(?<=[^\W\d_]{2})|(?<=^\d)|(?<=^\d\d)|(?<=^\d{3})|(?<=^\d{4})|(?<=^\d{4}-\d\d-\d\d))"
_SEPARATORS = {
    "\t": re.compile(r"\t"),
    ";": re.compile(";"),
    "|": re.compile(r"\s\|\s|(?<!\|)\|(?!\|)"),
    ",": re.compile(rf"(?<=[?.!]),(?=\S)|{_WORD_OR_ID},(?=[^\W\d_]{{2}})"),
}
_AROUND = "\"'\u201c\u201e\u00ab\u00bf( \t"
_ID = re.compile(r"\d[\d.:/-]*")
_FRONT = re.compile(r"([^:\u2013\u2014?]{2,60}?)\s*(?::|\s[-\u2013\u2014])\s+\S")
_BACK = re.compile(r"\?\s+[-\u2013\u2014]\s+([^?]{2,60})$|\?\s*[(\[]([^?()\[\]]{2,60})[)\]]$")
_BESIDE = (
    re.compile(r"(?P<label>[^,;|\t?]+)[,;|\t](?P<question>.+)"),
    re.compile(r"(?P<question>.+\?)\s*[,;|\t](?P<label>[^,;|\t?]+)"),
)
# A mark of a list with a tab behind it, as it is copied out of a text document.
_TABBED_MARK = re.compile(r"^\s*(?:[^\w\s\"']+|\(?\w{1,4}[^\w\s\"',;|]+|o)\t(?=\s*\S)")
# With what a question, or its second half, begins that is none by its mark.
OPENINGS = frozenset((
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


def columns_without_names(
    lines: Sequence[str], is_subject: IsSubject, *, under_header: bool = False
) -> list[str] | None:
    """The cells of the first line, where the lines certainly hold several; None where each may be one question.

    Args:
        under_header: the line above says that there is one column, so that only what no question looks like counts.
    """
    rows = [_TABBED_MARK.sub("", line[:_MOST_CHARS].strip()).rstrip(",; \t") for line in lines]
    if len(rows) > 1 and (labels := [_subject_at_edge(row, is_subject) for row in rows]) and all(labels):
        return [label for label in labels[:1] if label]
    for delimiter in _SEPARATORS if rows else ():
        split = [_cells(row, delimiter) for row in rows]
        if len(split[0]) == 1:
            continue
        if under_header:
            found = not _is_spaced(split) and all(map(_is_labelled, split))
        else:
            found = _is_table(split, delimiter, is_subject)
        if found:
            return [cell.strip() for cell in split[0]]
    return None


def has_tabbed_mark(text: str) -> bool:
    """Whether a line begins with the mark of a list and a tab, which separates no columns."""
    return bool(_TABBED_MARK.match(text))


def cell_beside_question(text: str, is_subject: IsSubject) -> str | None:
    """The subject, number or date in front of a question or behind it, with a separator between the two."""
    for found in filter(None, (pattern.fullmatch(text) for pattern in _BESIDE)):
        label, question = found["label"].strip(), found["question"]
        spaced = question[:1].isspace() or label != found["label"]
        known = is_subject(label) or _ID.fullmatch(label)
        if known and (_is_question(question, by_opening=spaced) or (not spaced and opens_question(question))):
            return label
        if (
            not spaced
            and text[found.start("question") - 1] in ";|"
            and asks(question)
            and opens_question(question)
        ):
            return label
    return None


def _subject_at_edge(row: str, is_subject: IsSubject) -> str | None:
    """The subject that stands in front of a line or behind it, with a colon or a dash between."""
    front, back = _FRONT.match(row), _BACK.search(row)
    labels = [label for found in (front, back) if found for label in found.groups() if label]
    return next((label for label in labels if is_subject(label)), None)


def opens_question(text: str) -> bool:
    """Whether a text begins with a capital letter and a word that opens questions."""
    first = text.strip(_AROUND).split(maxsplit=1)[:1]
    return bool(first) and first[0][0].isupper() and first[0].rstrip(":,").casefold() in OPENINGS


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


def _is_table(split: Sequence[Sequence[str]], delimiter: str, is_subject: IsSubject) -> bool:
    even = len({len(cells) for cells in split}) == 1
    close = not _is_spaced(split)
    several = len(split) > 1
    if delimiter == "\t" and even:
        return True
    if delimiter == ";" and even and close:
        answered = several and all(any(map(asks, cells[:-1])) for cells in split)
        if answered or all(map(_has_name, split)):
            return True
    if several and _are_labelled(split):
        return True
    return several and even and (delimiter != "," or close) and _has_subjects(split, is_subject, delimiter)


def _is_spaced(split: Sequence[Sequence[str]]) -> bool:
    """Whether a space stands behind a separator, as in a sentence."""
    return any(cell.startswith(" ") for cells in split for cell in cells[1:])


def _are_labelled(split: Sequence[Sequence[str]]) -> bool:
    """Whether nearly all rows, or all under a first one that may name the columns, hold a question beside short cells."""
    labelled = list(map(_is_labelled, split))
    named = not labelled[0] and len(split[0]) == len(split[1]) and not any(map(asks, split[0]))
    return all(labelled[1:]) if named else sum(labelled) >= max(2, _TABLE_SHARE * len(split))


def _is_labelled(cells: Sequence[str]) -> bool:
    spaced = any(cell.startswith(" ") for cell in cells[1:])
    others = [cell for cell in cells if not _is_question(cell, by_opening=spaced)]
    return len(others) == len(cells) - 1 > 0 and all(_is_name(cell, _LABEL_WORDS) for cell in others)


def _is_question(cell: str, *, by_opening: bool) -> bool:
    """Whether a cell is a question, which begins with a capital letter and, where asked for, like one."""
    first = cell.strip(_AROUND)[:1]
    begins = opens_question(cell) if by_opening else first.isalnum() and not first.islower()
    return begins and asks(cell)


def _has_name(cells: Sequence[str]) -> bool:
    """Whether there is a short cell beside the question."""
    return any(map(_is_name, cells))


def _has_subjects(split: Sequence[Sequence[str]], is_subject: IsSubject, delimiter: str) -> bool:
    """Whether a column holds subjects or numbers, or short names that repeat or stand beside cells that begin like sentences."""
    begins = delimiter != "|" and not any(cell.lstrip()[:1].islower() for cells in split for cell in cells)
    return any(
        all(is_subject(cell.strip()) or _ID.fullmatch(cell.strip()) for cell in column)
        or (all(map(_is_name, column)) and (begins or len(set(column)) < len(column)))
        for column in zip(*split, strict=True)
    )


def _is_name(cell: str, most_words: int = _NAME_WORDS) -> bool:
    words = cell.casefold().split()
    if "?" in cell or cell.rstrip().endswith((".", "!")) or len(words) > most_words:
        return False
    return not words or words[0] not in OPENINGS
