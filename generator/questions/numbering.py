"""Tells which numbers in front of the questions are the numbers of the list, and which belong to the questions.

A question may begin with a number of its own, so a number belongs to the list only where every row has one and they
count up.
"""

import itertools
import re
from collections.abc import Sequence
from typing import NamedTuple

from generator.questions.lines import UnsupportedFormat
from generator.questions.separators import opens_question

LABEL = r"(?:q|question|frage|pregunta|domanda|pergunta|vraag)"
_COUNTED = rf"(?:{LABEL}|no|nr|num|number|nummer|item|exercise|problem|task|aufgabe)"
Row = tuple[int, str]  # the line and the text of a question

_STYLES = {
    name: re.compile(rf"\s*{pattern}\s+", re.IGNORECASE)
    for name, pattern in (
        ("label", rf"{LABEL}\s*\.?\s*(?P<value>\d{{1,4}})\s*(?P<sign>[.:)])"),
        ("number", r"\(?(?P<value>\d{1,4})(?P<sign>\\?\.|\))"),
        ("letter", r"\(?(?P<value>[a-z])(?P<sign>\))"),
        ("roman", r"\(?(?P<value>[ivxl]{1,6})(?P<sign>\))"),
    )
}
# A number in whatever marks, such as "1.What", "[1] What", "No. 1 What", "**Q1:** What" or "I. What". It belongs to the
# list where every row has it in the same marks and it counts up from 1 by one.
_FRAME = re.compile(
    rf"\s*(?P<before>[^\w\s\"'\u201c\u201e\u00ab\u00bf\u00a1$\\-]*\s*(?:{_COUNTED}[^\w\"']*)?)"
    r"(?P<value>\d{1,4}|[ivxl]{1,6}|[a-z])"
    r"(?P<after>[.:)\]>/\\*_,;|\u00b0\u00ba\u20e3\ufe0f\u3001\s\u2013\u2014-]+)(?=[\"'\u201c\u201e\u00ab\u00bf(\[$]?[^\W_])",
    re.IGNORECASE,
)
_FIRST_YEAR = 1_000
_FEWEST_BARE = 3  # rows that begin with a number and a space, or with a letter
# What may be a number of the list and may be the beginning of a question: "1.What", "1 What", "1: What", "A. What".
_UNCERTAIN = re.compile(
    r"\s*\[?(?:(?P<value>\d{1,4})(?:\.(?=[^\W\d_])|\s*[:/\]]\s*(?=[^\W\d_])|\s*[-\u2013\u2014,]\s+|\s+(?=[^\W\d_]))|(?P<letter>[a-z])[.:]\s+)",
    re.IGNORECASE,
)
_SECTION = re.compile(r"\s*(?P<value>\d{1,3}(?:\.\d{1,3})+)\.?\)?\s+")  # "1.2 What"
_PARTS = {"number": re.compile(r"\d{1,4}"), "letter": re.compile("[a-z]"), "roman": re.compile("[ivxl]{1,6}")}
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50}
_NUMBER_THEM = "number the lines 1., 2., 3. and so on, or remove the numbers"


class _Number(NamedTuple):
    """The number in front of a row; ``style`` tells how it is written."""

    line: int
    style: str
    sign: str
    value: int


def numbering_of(rows: Sequence[Row]) -> re.Pattern[str] | None:
    """The pattern of the numbers in front of the rows; None where they belong to the questions, or there are none.

    Raises:
        UnsupportedFormat: every row has a number, and they do not count up, or may belong to the questions.
    """
    for name, pattern in _STYLES.items():
        found = [_number(row, name) for row in rows]
        numbers = [number for number in found if number]
        if rows and len(numbers) == len(rows):
            if len(rows) == 1:
                return pattern if name == "label" or (name, numbers[0].value) == ("number", 1) else None
            _refuse_disorder(numbers)
            return pattern
    if frame := _frame_of(rows):
        return frame
    _refuse_uncertain(rows)
    return None


def _frame_of(rows: Sequence[Row]) -> re.Pattern[str] | None:
    """The pattern of the numbers that count up from 1 in the same marks in front of every row."""
    found = [match for _, text in rows if (match := _FRAME.match(text))]
    frames = {(_spaced(match["before"]), _spaced(match["after"])) for match in found}
    if not found or len(found) < len(rows) or len(frames) != 1:
        return None
    values = [match["value"].casefold() for match in found]
    style = "number" if values[0].isdigit() else "letter" if values[0] == "a" else "roman"
    before, after = found[0]["before"], found[0]["after"]
    rests = [text[match.end() :] for match, (_, text) in zip(found, rows, strict=True)]
    if not _is_frame(before, after, style, rests) or not all(map(_PARTS[style].fullmatch, values)):
        return None
    if [_value(value, style) for value in values] != list(range(1, len(rows) + 1)):
        return None
    return re.compile(rf"\s*{_spaced(before)}{_PARTS[style].pattern}{_spaced(after)}", re.IGNORECASE)


def _is_frame(before: str, after: str, style: str, rests: Sequence[str]) -> bool:
    """Whether what stands around the numbers makes them those of a list: ``1-Butanol``, ``1 mole`` and ``1 Samuel`` are none."""
    marked = bool(before.strip() or after.strip())
    capital = all(rest.lstrip("\"'\u201c\u201e\u00ab\u00bf([$")[:1].isupper() for rest in rests)
    if any(before.count(mark) != after.count(mark) for mark in "*_"):
        return False
    if len(rests) == 1:
        return style == "number" and opens_question(rests[0])
    if style != "number":
        enough = style == "roman" or len(rests) >= _FEWEST_BARE
        return after.strip() != "" and after[-1:].isspace() and capital and enough
    if any(char.isspace() for char in after):
        return marked or (len(rests) >= _FEWEST_BARE and all(map(opens_question, rests)))
    return capital and after[-1] not in "-,\u2013\u2014_*"


def _spaced(text: str) -> str:
    """The pattern of a text with white space of any length where it has some."""
    return r"\s+".join(map(re.escape, re.split(r"\s+", text)))


def first_unnumbered(rows: Sequence[Row]) -> tuple[int, int] | None:
    """Of lines of which some are items of a numbered list and some are not: the first that is not, and the first item."""
    found = [(line, _any_number((line, text))) for line, text in rows]
    numbers = [number for _, number in found if number]
    bare = [line for line, number in found if not number]
    labelled = any(number.style == "label" for number in numbers)
    counted = any(b.value in (a.value + 1, 1) or b.value > a.value for a, b in itertools.pairwise(numbers))
    return (bare[0], numbers[0].line) if bare and (labelled or counted) else None


def _number(row: Row, style: str) -> _Number | None:
    line, text = row
    found = _STYLES[style].match(text)
    if not found:
        return None
    sign = f"{'(' if found[0].lstrip().startswith('(') else ''}{found['sign']}"
    return _Number(line, style, sign, _value(found["value"], style))


def _any_number(row: Row) -> _Number | None:
    return next(filter(None, (_number(row, style) for style in _STYLES)), None)


def _value(text: str, style: str) -> int:
    if style == "letter":
        return ord(text.casefold()) - ord("a") + 1
    if style == "roman":
        digits = [_ROMAN[digit] for digit in text.casefold()]
        return sum(-a if a < b else a for a, b in itertools.pairwise([*digits, 0]))
    return int(text)


def _refuse_disorder(numbers: Sequence[_Number]) -> None:
    """Refuse numbers that neither go up all the way nor count on by one or begin at 1 again."""
    first, steps = numbers[0], list(itertools.pairwise(numbers))
    lettered = first.style in ("letter", "roman")
    if all(a.value < b.value for a, b in steps) and (first.value == 1 or not lettered):
        return
    if other := next((number for number in numbers if number.sign != first.sign), None):
        raise UnsupportedFormat(other.line, _levels(first.line))
    if lettered and first.value != 1:
        raise UnsupportedFormat(
            first.line, f"the letters in front of the lines do not begin at a; {_NUMBER_THEM}"
        )
    for a, b in steps:
        if b.value not in (a.value + 1, 1):
            raise UnsupportedFormat(
                b.line, f"the numbers of the list do not count up: {b.value} after {a.value}; {_NUMBER_THEM}"
            )


def _refuse_uncertain(rows: Sequence[Row]) -> None:
    """Refuse rows that all begin with something like the number of a list, but not in one certain way."""
    if len(rows) < 2:
        return
    certain = [_any_number(row) for row in rows]
    if all(certain):
        first = rows[0][0]
        raise UnsupportedFormat(rows[1][0], _levels(first))
    sections = [_SECTION.match(text) for _, text in rows]
    if all(b or (a and a.style == "number") for a, b in zip(certain, sections, strict=True)):
        values = [
            tuple(map(int, section["value"].split("."))) if section else (number.value if number else 0,)
            for number, section in zip(certain, sections, strict=True)
        ]
        if values[0][0] == 1 and all(a < b and b[0] <= a[0] + 1 for a, b in itertools.pairwise(values)):
            raise UnsupportedFormat(
                rows[0][0], f"every line begins with the number of a section; {_NUMBER_THEM}"
            )
    found = [_UNCERTAIN.match(text) for _, text in rows]
    counts = [
        _value(match["letter"], "letter") if match["letter"] else int(match["value"])
        for match in found
        if match
    ]
    begins = counts[:1] == [1] or (len(counts) >= _FEWEST_BARE and counts[0] < _FIRST_YEAR)
    if len(counts) == len(rows) and begins and _counts_on(counts):
        raise UnsupportedFormat(rows[0][0], f"every line begins with what may be its number; {_NUMBER_THEM}")


def _counts_on(values: Sequence[int]) -> bool:
    """Whether values count on by one, or begin at 1 again after they did."""
    steps = list(itertools.pairwise(values))
    return all(b in (a + 1, 1) for a, b in steps) and any(b == a + 1 for a, b in steps)


def _levels(line: int) -> str:
    return (
        f"this line is numbered in another way than line {line}, as the second level of a list is;"
        " write one question on each line, all numbered in the same way"
    )
