"""Recognises the numbers of a list in front of its questions.

A question itself may begin with a number. A number belongs to the list only if every row has one and they count up.
"""

import itertools
import re
from collections.abc import Sequence
from typing import NamedTuple

from generator.questions.lines import UnsupportedFormat
from generator.questions.separators import begins_like_question

LABEL = r"(?:q|question|frage|pregunta|domanda|pergunta|vraag)"
_COUNTED = rf"(?:{LABEL}|no|nr|num|number|nummer|item|exercise|problem|task|aufgabe)"
Row = tuple[int, str]  # the line number and the text of a question

_STYLES = {
    name: re.compile(rf"\s*{pattern}\s+", re.IGNORECASE)
    for name, pattern in (
        ("label", rf"{LABEL}\s*\.?\s*(?P<value>\d{{1,4}})\s*(?P<sign>[.:)])"),
        ("number", r"\(?(?P<value>\d{1,4})(?P<sign>\\?\.|\))"),
        ("letter", r"\(?(?P<value>[a-z])(?P<sign>\))"),
        ("roman", r"\(?(?P<value>[ivxl]{1,6})(?P<sign>\))"),
    )
}
# A number with any marks around it, such as "1.What", "[1] What", "No. 1 What", "**Q1:** What" or "I. What". It belongs
# to the list if every row has the same marks and the numbers are 1, 2, 3 and so on.
_FRAME = re.compile(
    rf"\s*(?P<before>[^\w\s\"'\u201c\u201e\u00ab\u00bf\u00a1$\\-]*\s*(?:{_COUNTED}[^\w\"']*)?)"
    r"(?P<value>\d{1,4}|[ivxl]{1,6}|[a-z])"
    r"(?P<after>[.:)\]>/\\*_,;|\u00b0\u00ba\u20e3\ufe0f\u3001\s\u2013\u2014-]+)"
    r"(?=[\"'\u201c\u201e\u00ab\u00bf(\[$]?[^\W_])",
    re.IGNORECASE,
)
_FIRST_YEAR = 1_000
_MIN_UNMARKED_ROWS = 3  # of a list whose rows begin with a number and a space, or with a letter
# Either a number of the list or the beginning of a question: "1.What", "1 What", "1: What", "A. What".
_AMBIGUOUS = re.compile(
    r"\s*\[?(?:(?P<value>\d{1,4})(?:\.(?=[^\W\d_])|\s*[:/\]]\s*(?=[^\W\d_])|\s*[-\u2013\u2014,]\s+|\s+(?=[^\W\d_]))"
    r"|(?P<letter>[a-z])[.:]\s+)",
    re.IGNORECASE,
)
_SECTION = re.compile(r"\s*(?P<value>\d{1,3}(?:\.\d{1,3})+)\.?\)?\s+")  # "1.2 What"
_VALUE_PATTERNS = {
    "number": re.compile(r"\d{1,4}"),
    "letter": re.compile("[a-z]"),
    "roman": re.compile("[ivxl]{1,6}"),
}
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50}
_NUMBER_ALL_LINES = "number the lines 1., 2., 3. and so on, or remove the numbers"


class _Number(NamedTuple):
    """The number in front of a row; ``style`` is a key of ``_STYLES``, ``sign`` the marks around the number."""

    line: int
    style: str
    sign: str
    value: int


def numbering_pattern(rows: Sequence[Row]) -> re.Pattern[str] | None:
    """The pattern of the list's numbers in front of the rows.

    Returns:
        None if there are no numbers, or they belong to the questions.

    Raises:
        UnsupportedFormat: every row has a number, but they do not count up, or may belong to the questions.
    """
    for name, pattern in _STYLES.items():
        found = [_parse_number(row, name) for row in rows]
        numbers = [number for number in found if number]
        if rows and len(numbers) == len(rows):
            if len(rows) == 1:
                return pattern if name == "label" or (name, numbers[0].value) == ("number", 1) else None
            _refuse_disorder(numbers)
            return pattern
    if frame := _frame_pattern(rows):
        return frame
    _refuse_ambiguous(rows)
    return None


def _frame_pattern(rows: Sequence[Row]) -> re.Pattern[str] | None:
    """The pattern of numbers with the same marks in front of every row: 1, 2, 3 and so on."""
    found = [match for _, text in rows if (match := _FRAME.match(text))]
    frames = {(_spaced_pattern(match["before"]), _spaced_pattern(match["after"])) for match in found}
    if not found or len(found) < len(rows) or len(frames) != 1:
        return None
    values = [match["value"].casefold() for match in found]
    style = "number" if values[0].isdigit() else "letter" if values[0] == "a" else "roman"
    before, after = found[0]["before"], found[0]["after"]
    rests = [text[match.end() :] for match, (_, text) in zip(found, rows, strict=True)]
    if not _is_list_frame(before, after, style, rests) or not all(
        map(_VALUE_PATTERNS[style].fullmatch, values)
    ):
        return None
    if [_numeric_value(value, style) for value in values] != list(range(1, len(rows) + 1)):
        return None
    return re.compile(
        rf"\s*{_spaced_pattern(before)}{_VALUE_PATTERNS[style].pattern}{_spaced_pattern(after)}",
        re.IGNORECASE,
    )


def _is_list_frame(before: str, after: str, style: str, rests: Sequence[str]) -> bool:
    """Whether the marks around the numbers are those of a list.

    The numbers of ``1-Butanol``, ``1 mole`` and ``1 Samuel`` are not.
    """
    has_marks = bool(before.strip() or after.strip())
    all_capitalised = all(rest.lstrip("\"'\u201c\u201e\u00ab\u00bf([$")[:1].isupper() for rest in rests)
    if any(before.count(mark) != after.count(mark) for mark in "*_"):
        return False
    if len(rests) == 1:
        return style == "number" and begins_like_question(rests[0])
    if style != "number":
        enough = style == "roman" or len(rests) >= _MIN_UNMARKED_ROWS
        return after.strip() != "" and after[-1:].isspace() and all_capitalised and enough
    if any(char.isspace() for char in after):
        return has_marks or (len(rests) >= _MIN_UNMARKED_ROWS and all(map(begins_like_question, rests)))
    return all_capitalised and after[-1] not in "-,\u2013\u2014_*"


def _spaced_pattern(text: str) -> str:
    """The pattern of a text, with any amount of white space where the text has some."""
    return r"\s+".join(map(re.escape, re.split(r"\s+", text)))


def first_unnumbered(rows: Sequence[Row]) -> tuple[int, int] | None:
    """In a numbered list with unnumbered lines: the first unnumbered line and the first numbered one.

    None if all lines are numbered, or the numbers are not those of a list.
    """
    found = [(line, _parse_any_number((line, text))) for line, text in rows]
    numbers = [number for _, number in found if number]
    unnumbered = [line for line, number in found if not number]
    has_label = any(number.style == "label" for number in numbers)
    counts_up = any(b.value in (a.value + 1, 1) or b.value > a.value for a, b in itertools.pairwise(numbers))
    return (unnumbered[0], numbers[0].line) if unnumbered and (has_label or counts_up) else None


def _parse_number(row: Row, style: str) -> _Number | None:
    line, text = row
    found = _STYLES[style].match(text)
    if not found:
        return None
    sign = f"{'(' if found[0].lstrip().startswith('(') else ''}{found['sign']}"
    return _Number(line, style, sign, _numeric_value(found["value"], style))


def _parse_any_number(row: Row) -> _Number | None:
    return next(filter(None, (_parse_number(row, style) for style in _STYLES)), None)


def _numeric_value(text: str, style: str) -> int:
    if style == "letter":
        return ord(text.casefold()) - ord("a") + 1
    if style == "roman":
        digits = [_ROMAN[digit] for digit in text.casefold()]
        return sum(-a if a < b else a for a, b in itertools.pairwise([*digits, 0]))
    return int(text)


def _refuse_disorder(numbers: Sequence[_Number]) -> None:
    """Refuse numbers unless all increase, or each is one more than the last or 1."""
    first, steps = numbers[0], list(itertools.pairwise(numbers))
    lettered = first.style in ("letter", "roman")
    if all(a.value < b.value for a, b in steps) and (first.value == 1 or not lettered):
        return
    if other := next((number for number in numbers if number.sign != first.sign), None):
        raise UnsupportedFormat(other.line, _other_style_reason(first.line))
    if lettered and first.value != 1:
        raise UnsupportedFormat(
            first.line, f"the letters in front of the lines do not begin at a; {_NUMBER_ALL_LINES}"
        )
    for a, b in steps:
        if b.value not in (a.value + 1, 1):
            raise UnsupportedFormat(
                b.line,
                f"the numbers of the list do not count up: {b.value} after {a.value}; {_NUMBER_ALL_LINES}",
            )


def _refuse_ambiguous(rows: Sequence[Row]) -> None:
    """Refuse rows that all begin with something like the number of a list, but in different or unclear ways."""
    if len(rows) < 2:
        return
    numbers = [_parse_any_number(row) for row in rows]
    if all(numbers):
        first = rows[0][0]
        raise UnsupportedFormat(rows[1][0], _other_style_reason(first))
    sections = [_SECTION.match(text) for _, text in rows]
    if all(b or (a and a.style == "number") for a, b in zip(numbers, sections, strict=True)):
        values = [
            tuple(map(int, section["value"].split("."))) if section else (number.value if number else 0,)
            for number, section in zip(numbers, sections, strict=True)
        ]
        if values[0][0] == 1 and all(a < b and b[0] <= a[0] + 1 for a, b in itertools.pairwise(values)):
            raise UnsupportedFormat(
                rows[0][0], f"every line begins with the number of a section; {_NUMBER_ALL_LINES}"
            )
    found = [_AMBIGUOUS.match(text) for _, text in rows]
    counts = [
        _numeric_value(match["letter"], "letter") if match["letter"] else int(match["value"])
        for match in found
        if match
    ]
    begins_low = counts[:1] == [1] or (len(counts) >= _MIN_UNMARKED_ROWS and counts[0] < _FIRST_YEAR)
    if len(counts) == len(rows) and begins_low and _are_consecutive(counts):
        raise UnsupportedFormat(
            rows[0][0],
            f"the numbers at the beginning of the lines may be part of the questions; {_NUMBER_ALL_LINES}",
        )


def _are_consecutive(values: Sequence[int]) -> bool:
    """Whether values increase by one, or restart at 1 after they did."""
    steps = list(itertools.pairwise(values))
    return all(b in (a + 1, 1) for a, b in steps) and any(b == a + 1 for a, b in steps)


def _other_style_reason(line: int) -> str:
    return (
        f"this line is numbered in another way than line {line}, like the second level of a list;"
        " write one question on each line, all numbered in the same way"
    )
