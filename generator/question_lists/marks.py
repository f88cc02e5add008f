"""Takes the marks of a list off its questions: bullets, numbers, check boxes, quotes, bold type.

A question may begin with such a mark itself, so marks are taken off only where all rows carry them.
"""

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from generator.question_lists.lines import Bad, Cells, Item, OtherForm
from generator.question_lists.numbering import LABEL, Row, first_unnumbered, numbering_of

_LOOKED_AT = 50
_MOST_CHARS = 2_000  # a longer text is no question, and is refused as that

_BOX = r"(?:\[[ xX]?\]\s+|[\u2610-\u2612\u2713\u2714]\s*)"
_BULLETS = re.compile(
    rf"\s*(?:>\s+)*+(?:[-*+\u2022\u2023\u25a0-\u25ff\u2013\u2014\u00b7]\s+)?{_BOX}?(?:{LABEL}\s*:\s+)?",
    re.IGNORECASE,
)
# A sign before a digit or a formula, which belongs to it.
_SIGNED = re.compile(
    r"\s*[-+>\u2013]\s+(?!\(?\d{1,4}[.)]\s)(?:[\d$\\]|\(?\w{1,2}\s*(?:[*/=^<>\u00d7\u00b7\u00f7]|\+\s*\w|\s-\s)|\w\()"
)
_BOXED = re.compile(_BOX)
_BOLD = re.compile(r"(\*\*|__)(?=\S)((?:(?!\1).)+)(?<=\S)\1")
_QUOTED = re.compile(
    r"(?:\"([^\"]+)\"|'([^']+)'|\u201c([^\u201c\u201d]+)\u201d|\u201e([^\u201c\u201d\u201e]+)[\u201c\u201d]|\u00ab([^\u00ab\u00bb]+)\u00bb)\s*[,;]?\s*"
)
_ALL_OR_NONE = "mark every line or none, and write one question on each line"


class _Marks(NamedTuple):
    """Which marks all rows carry; ``signs`` tells whether a sign before a digit is a bullet too."""

    bullets: bool = False
    signs: bool = False
    numbers: re.Pattern[str] | None = None
    bold: bool = False
    quotes: bool = False

    def off(self, text: str) -> str:
        """A question without them."""
        if self.bullets and (self.signs or not _SIGNED.match(text)):
            text = _without_bullets(text)
        if self.numbers and (found := self.numbers.match(text)):
            text = text[found.end() :]
            if box := _BOXED.match(text):
                text = text[box.end() :]
        if self.bold and (bold := _BOLD.fullmatch(text.strip())):
            text = bold[2]
        if self.quotes and (quoted := _QUOTED.fullmatch(text.strip())):
            text = next(filter(None, quoted.groups()))
        return text

    def missing(self, text: str) -> str | None:
        """What a line lacks or has that the first ones do not."""
        if self.bullets and not _is_bulleted(text):
            return f"this line is not a list item, unlike the lines above; {_ALL_OR_NONE}"
        if not self.bullets and _is_item(text):
            return f"this line is a list item, unlike the lines above; {_ALL_OR_NONE}"
        if self.numbers and not self.numbers.match(_without_bullets(text)):
            return f"this line has no number, unlike the lines above; {_ALL_OR_NONE}"
        return None


def without_marks(items: Iterable[Item], *, by_line: bool) -> Iterator[Item]:
    """The rows with their questions as they are meant; what a question was before is kept with it as ``written``.

    Args:
        by_line: each line is a row, so that a row without the marks of the others may be a piece of one. Otherwise a
            cell is a question as its writer put it, and loses only what several rows all carry.

    Raises:
        OtherForm: some of the first rows carry marks and some do not, or their numbers do not count up.
    """
    waiting = iter(items)
    first = list(itertools.islice(waiting, _LOOKED_AT))
    rows = [(item.line, text) for item in first if (text := _question(item)) is not None]
    if by_line:
        _refuse_mixture(rows)
    marks = _marks_of(rows, by_line)
    for item in itertools.chain(first, waiting):
        text = _question(item)
        if text is None or isinstance(item, Bad):
            yield item
        elif by_line and (reason := marks.missing(text)):
            yield Bad(item.line, reason)
        else:
            yield Cells(item.line, {**item.values, "question": marks.off(text)}, text)


def _question(item: Item) -> str | None:
    """The text of a row's question, if it has one."""
    text = None if isinstance(item, Bad) else item.values.get("question")
    return text if isinstance(text, str) and text.strip() and len(text) <= _MOST_CHARS else None


def _without_bullets(text: str) -> str:
    found = _BULLETS.match(text)
    return text[found.end() :] if found else text


def _is_bulleted(text: str) -> bool:
    return _without_bullets(text) != text.lstrip()


def _is_item(text: str) -> bool:
    """Whether a text begins with a bullet that is certainly no sign of a number."""
    return _is_bulleted(text) and not _SIGNED.match(text)


def _marks_of(rows: Sequence[Row], by_line: bool) -> _Marks:
    texts = [text for _, text in rows]
    if not texts:
        return _Marks()
    several = len(texts) > 1
    bullets = all(map(_is_bulleted, texts)) and (
        (by_line and several) or (any(map(_is_item, texts)) and (by_line or several))
    )
    marks = _Marks(bullets=bullets, signs=by_line)
    marks = marks._replace(numbers=numbering_of([(line, marks.off(text)) for line, text in rows]))
    bare = [marks.off(text).strip() for text in texts]
    marks = marks._replace(bold=by_line or (several and all(map(_BOLD.fullmatch, bare))))
    bare = [marks.off(text).strip() for text in texts]
    quotes = all(map(_QUOTED.fullmatch, bare)) and (several or (by_line and "?" in bare[0]))
    return marks._replace(quotes=quotes)


def _refuse_mixture(rows: Sequence[Row]) -> None:
    """Refuse lines of which some are items of a list and some are not, or items on several levels."""
    items = [line for line, text in rows if _is_item(text)]
    plain = [line for line, text in rows if not _is_bulleted(text)]
    if items and plain:
        raise OtherForm(plain[0], f"this line is not a list item, but line {items[0]} is one; {_ALL_OR_NONE}")
    if items and len({len(text) - len(text.lstrip()) for _, text in rows}) > 1:
        raise OtherForm(
            items[0], "this list has several levels; write one question on each line, all on one level"
        )
    if found := first_unnumbered([(line, _without_bullets(text) if items else text) for line, text in rows]):
        raise OtherForm(found[0], f"this line has no number, but line {found[1]} has one; {_ALL_OR_NONE}")
