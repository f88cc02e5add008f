"""Takes the marks of a list off its questions: bullets, numbers, check boxes, quotes, bold type.

A question may begin with such a mark itself, so marks are taken off only where all rows carry them.
"""

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from generator.questions.lines import BadRow, Item, RawRow, UnsupportedFormat
from generator.questions.numbering import LABEL, Row, first_unnumbered, numbering_of
from generator.questions.separators import opens_question

_LOOKED_AT = 50
_MOST_CHARS = 2_000  # a longer text is no question, and is refused as that

_BOX = r"(?:\[[ xX]?\]\s+|[\u2610-\u2612\u2713\u2714]\s*|(?-i:TODO|DONE):?\s+)"
_CAPITAL = r"(?=\s*[\"'\u201c\u201e\u00bf(\[]?(?-i:[^\W\d_a-z\u00df-\u00f6\u00f8-\u00ff]))"
_CLOSE = (
    r"(?:[-\u2013\u2014\u00a7]|\*(?!\S[^*]*\*))"  # without a space behind it; a pair of stars is emphasis
)
_SYMBOL = "[\u2190-\u21ff\u25a0-\u27bf\u2b00-\u2bff\ue000-\uf8ff\U0001f300-\U0001faff]"
_USUAL = r"(?:[-+\u2013\u2014\u00b7~\u00bb]|\*+)"
_ANY = r"[^\w\s\"'\u201c\u201d\u201e\u00ab\u00bf\u00a1(\[{$\\#]{1,3}\s+"
_BULLET = (
    rf"(?:{_USUAL}\s+|o\t\s*"  # what a text may hold as well
    r"|[\u2022\u2023\u2043\u2219\u25aa\u25cf\u25cb\u25e6\uf0b7\uf0a7]\s*"  # what is a bullet and nothing else
    rf"|(?:{_SYMBOL}\ufe0f?\s*|{_ANY}|{_CLOSE}|(?-i:o)\s+){_CAPITAL})"
)
_BULLETS = re.compile(
    rf"\s*(?:>\s+)*+(?:{_BULLET})?{_BOX}?(?:{LABEL}\s*[-:.)\u2013\u2014]\s+)?", re.IGNORECASE
)
# A sign before a digit or a formula, which belongs to it.
_SIGNED = re.compile(
    r"\s*[-+>\u2013]\s+(?!\(?\d{1,4}[.)]\s)(?:[\d$\\]|\(?\w{1,2}\s*(?:[*/=^<>\u00d7\u00b7\u00f7]|\+\s*\w|\s-\s)|\w\()"
)
# What a list of plain rows may hold as the beginning of a question, though it is a bullet where all rows have it.
_DOUBTFUL = re.compile(rf"{_CLOSE}\S|(?!{_USUAL}){_ANY}|>\s+(?-i:[a-z])")
_BOXED = re.compile(_BOX)
_BOLD = re.compile(r"(\*\*|__)(?=\S)((?:(?!\1).)+)(?<=\S)\1")
_EMPHASIS = re.compile(r"([*_`]|~~)(?=\S)((?:(?!\1).)+)(?<=\S)\1")
_LINK = re.compile(r"\[([^\[\]]+)\]\([^()\s]*\)")
_TAIL = re.compile(r"(?<=\S)\s*[,;]+\s*$")
_QUOTED_AS_CSV = re.compile(r'"((?:[^"]|"")*)"')
_QUOTED = re.compile(
    r"(?:\"((?:[^\"]|\"\")+)\"|'([^']+)'|\u201c([^\u201c\u201d]+)\u201d|\u201e([^\u201c\u201d\u201e]+)[\u201c\u201d]|\u00ab([^\u00ab\u00bb]+)\u00bb)\s*[,;]?\s*"
)
_OPTION = re.compile(r"\s*(?:[-*]\s+)?\(?(?P<letter>[a-z])[.):]\s*(?=\S)", re.IGNORECASE)
# When a line was written, or the file and line that it comes from.
_PLACE = re.compile(
    r"[\[(<]?(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|\d{1,2}:\d{2}(?::\d{2})?)(?!\w)|\d{4}-\d\d-\d\dT\d"
    r"|[\w./\\-]*\.\w{1,5}:(?:\d+:)?(?=\S)|\d+:(?=[^\W\d_])"
)
_ALL_OR_NONE = "mark every line or none, and write one question on each line"


class _Marks(NamedTuple):
    """Which marks all rows carry; ``signs`` tells whether a sign before a digit is a bullet too."""

    bullets: bool = False
    signs: bool = False
    numbers: re.Pattern[str] | None = None
    bold: bool = False
    emphasis: bool = False
    links: bool = False
    quotes: bool = False
    doubled: bool = False
    tail: bool = False

    def off(self, text: str) -> str:
        """A question without them."""
        if self.tail:
            text = _TAIL.sub("", text)
        if self.bullets and (self.signs or not _SIGNED.match(text)):
            text = _without_bullets(text)
        text = self._bare(text)
        if self.numbers and (found := self.numbers.match(text)):
            text = text[found.end() :]
            if box := _BOXED.match(text):
                text = text[box.end() :]
        text = self._bare(text)
        if self.emphasis and (emphasis := _EMPHASIS.fullmatch(text.strip())):
            text = emphasis[2]
        if self.links and (link := _LINK.fullmatch(text.strip())):
            text = link[1]
        if self.quotes and (quoted := _QUOTED.fullmatch(text.strip())):
            text = next(filter(None, quoted.groups())).replace('""', '"')
        elif self.doubled and '""' in text and (quoted := _QUOTED_AS_CSV.fullmatch(text.strip())):
            text = quoted[1].replace('""', '"')
        return text

    def _bare(self, text: str) -> str:
        """A text without the bold type around it."""
        bold = _BOLD.fullmatch(text.strip()) if self.bold else None
        return bold[2] if bold else text

    def missing(self, text: str) -> str | None:
        """What a line lacks or has that the first ones do not."""
        if self.bullets and not _is_bulleted(text):
            return f"this line is not a list item, unlike the lines above; {_ALL_OR_NONE}"
        if not self.bullets and _is_item(text):
            return f"this line is a list item, unlike the lines above; {_ALL_OR_NONE}"
        if self.numbers and not self.numbers.match(self._bare(_without_bullets(text))):
            return f"this line has no number, unlike the lines above; {_ALL_OR_NONE}"
        return None


def without_marks(items: Iterable[Item], *, by_line: bool) -> Iterator[Item]:
    """The rows with their questions as they are meant; what a question was before is kept with it as ``written``.

    Args:
        by_line: each line is a row, so that a row without the marks of the others may be a piece of one. Otherwise a
            cell is a question as its writer put it, and loses only what several rows all carry.

    Raises:
        UnsupportedFormat: some of the first rows carry marks and some do not, or their numbers do not count up.
    """
    waiting = iter(items)
    first = list(itertools.islice(waiting, _LOOKED_AT))
    rows = [(item.line, text) for item in first if (text := _question(item)) is not None]
    if by_line:
        _refuse_options(rows)
        _refuse_mixture(rows)
    marks = _marks_of(rows, by_line)
    for item in itertools.chain(first, waiting):
        text = _question(item)
        if text is None or isinstance(item, BadRow):
            yield item
        elif by_line and (reason := marks.missing(text)):
            yield BadRow(item.line, reason)
        else:
            yield RawRow(item.line, {**item.values, "question": marks.off(text)}, text)


def _question(item: Item) -> str | None:
    """The text of a row's question, if it has one."""
    text = None if isinstance(item, BadRow) else item.values.get("question")
    return text if isinstance(text, str) and text.strip() and len(text) <= _MOST_CHARS else None


def _without_bullets(text: str) -> str:
    found = _BULLETS.match(text)
    return text[found.end() :] if found else text


def _is_bulleted(text: str) -> bool:
    return _without_bullets(text) != text.lstrip()


def _is_item(text: str) -> bool:
    """Whether a text begins with a bullet that is certainly no sign of a number."""
    if not _is_bulleted(text) or _SIGNED.match(text):
        return False
    return not _DOUBTFUL.match(text) or opens_question(_without_bullets(text))


def _marks_of(rows: Sequence[Row], by_line: bool) -> _Marks:
    texts = [text for _, text in rows]
    if not texts:
        return _Marks()
    several = len(texts) > 1
    bullets = all(map(_is_bulleted, texts)) and (
        (by_line and several) or (any(map(_is_item, texts)) and (by_line or several))
    )
    tail = all(map(_TAIL.search, texts)) and (several or "?" in texts[0])
    marks = _Marks(bullets=bullets, signs=by_line, tail=tail)

    def all_are(pattern: re.Pattern[str]) -> bool:
        bare = [marks.off(text).strip() for text in texts]
        return all(map(pattern.fullmatch, bare)) and (several or (by_line and "?" in bare[0]))

    marks = marks._replace(bold=by_line or all_are(_BOLD))
    marks = marks._replace(numbers=numbering_of([(line, marks.off(text)) for line, text in rows]))
    marks = marks._replace(bold=marks.bold or all_are(_BOLD))  # behind the number
    marks = marks._replace(emphasis=all_are(_EMPHASIS))
    marks = marks._replace(links=all_are(_LINK))
    return marks._replace(quotes=all_are(_QUOTED), doubled=by_line)


def _refuse_options(rows: Sequence[Row]) -> None:
    """Refuse lines that give the answers to choose from, lettered a and b, under a question without a letter."""
    letters = [found and found["letter"].casefold() for _, text in rows for found in [_OPTION.match(text)]]
    for n, (above, first, second) in enumerate(zip(letters, letters[1:], letters[2:], strict=False), 1):
        if not above and (first, second) == ("a", "b"):
            raise UnsupportedFormat(
                rows[n][0],
                "this line is an answer to choose, not a question; keep the lines of the questions only",
            )


def _refuse_mixture(rows: Sequence[Row]) -> None:
    """Refuse lines of which some are items of a list and some are not, items on several levels, and lines of a log."""
    items = [line for line, text in rows if _is_item(text)]
    plain = [line for line, text in rows if not _is_bulleted(text)]
    if items and plain:
        raise UnsupportedFormat(
            plain[0], f"this line is not a list item, but line {items[0]} is one; {_ALL_OR_NONE}"
        )
    if items and len({len(text) - len(text.lstrip()) for _, text in rows}) > 1:
        raise UnsupportedFormat(
            items[0], "this list has several levels; write one question on each line, all on one level"
        )
    if len(rows) > 1 and all(_PLACE.match(text) for _, text in rows):
        raise UnsupportedFormat(
            rows[0][0], "every line begins with a date, a time or the place that it was found in; remove them"
        )
    if found := first_unnumbered([(line, _without_bullets(text) if items else text) for line, text in rows]):
        raise UnsupportedFormat(
            found[0], f"this line has no number, but line {found[1]} has one; {_ALL_OR_NONE}"
        )
