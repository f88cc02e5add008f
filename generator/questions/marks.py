"""Removes list marks from questions: bullets, numbers, check boxes, quotes, bold type.

A question itself may begin with a mark, so marks are removed only if all rows have them.
"""

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from generator.questions.lines import BadRow, Item, UnsupportedFormat
from generator.questions.numbering import LABEL, Row, first_unnumbered, numbering_pattern
from generator.questions.separators import begins_like_question

_SAMPLE_SIZE = 50
_MAX_CHARS = 2_000  # longer texts are not changed; the validation of rows refuses them

_CHECK_BOX = r"(?:\[[ xX]?\]\s+|[\u2610-\u2612\u2713\u2714]\s*|(?-i:TODO|DONE):?\s+)"
_BEFORE_CAPITAL = r"(?=\s*[\"'\u201c\u201e\u00bf(\[]?(?-i:[^\W\d_a-z\u00df-\u00f6\u00f8-\u00ff]))"
_TIGHT_BULLET = (
    r"(?:[-\u2013\u2014\u00a7]|\*(?!\S[^*]*\*))"  # without a space after it; a pair of stars is emphasis
)
_SYMBOL = "[\u2190-\u21ff\u25a0-\u27bf\u2b00-\u2bff\ue000-\uf8ff\U0001f300-\U0001faff]"
_USUAL_BULLET = r"(?:[-+\u2013\u2014\u00b7~\u00bb]|\*+)"
_ANY_BULLET = r"[^\w\s\"'\u201c\u201d\u201e\u00ab\u00bf\u00a1(\[{$\\#]{1,3}\s+"
_BULLET = (
    rf"(?:{_USUAL_BULLET}\s+|o\t\s*"  # may be text as well
    r"|[\u2022\u2023\u2043\u2219\u25aa\u25cf\u25cb\u25e6\uf0b7\uf0a7]\s*"  # always a bullet
    rf"|(?:{_SYMBOL}\ufe0f?\s*|{_ANY_BULLET}|{_TIGHT_BULLET}|(?-i:o)\s+){_BEFORE_CAPITAL})"
)
_LEADING_BULLETS = re.compile(
    rf"\s*(?:>\s+)*+(?:{_BULLET})?{_CHECK_BOX}?(?:{LABEL}\s*[-:.)\u2013\u2014]\s+)?", re.IGNORECASE
)
# A sign that belongs to the digit or formula after it.
_SIGNED_START = re.compile(
    r"\s*[-+>\u2013]\s+(?!\(?\d{1,4}[.)]\s)(?:[\d$\\]|\(?\w{1,2}\s*(?:[*/=^<>\u00d7\u00b7\u00f7]|\+\s*\w|\s-\s)|\w\()"
)
# A bullet if all rows have it; in a list of plain rows it may be the beginning of a question.
_DOUBTFUL_BULLET = re.compile(rf"{_TIGHT_BULLET}\S|(?!{_USUAL_BULLET}){_ANY_BULLET}|>\s+(?-i:[a-z])")
# In a cell, which is one question whatever the other cells have.
_OWN_MARK = re.compile(r"\s*(?:[-*+\u2022\u2013]\s+)?(?:\(?\d{1,4}[.)]\s+)?")
_LEADING_CHECK_BOX = re.compile(_CHECK_BOX)
_BOLD = re.compile(r"(\*\*|__)(?=\S)((?:(?!\1).)+)(?<=\S)\1")
_EMPHASIS = re.compile(r"([*_`]|~~)(?=\S)((?:(?!\1).)+)(?<=\S)\1")
_LINK = re.compile(r"\[([^\[\]]+)\]\([^()\s]*\)")
_TRAILING_SEPARATOR = re.compile(r"(?<=\S)\s*[,;]+\s*$")
_QUOTED_AS_CSV = re.compile(r'"((?:[^"]|"")*)"')
_QUOTED = re.compile(
    r"(?:\"((?:[^\"]|\"\")+)\"|'([^']+)'|\u201c([^\u201c\u201d]+)\u201d|\u201e([^\u201c\u201d\u201e]+)[\u201c\u201d]"
    r"|\u00ab([^\u00ab\u00bb]+)\u00bb)\s*[,;]?\s*"
)
_ANSWER_OPTION = re.compile(r"\s*(?:[-*]\s+)?\(?(?P<letter>[a-z])[.):]\s*(?=\S)", re.IGNORECASE)
# The time at which a line was written, or the file and line from which it comes.
_LOG_PREFIX = re.compile(
    r"[\[(<]?(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|\d{1,2}:\d{2}(?::\d{2})?)(?!\w)"
    r"|\d{4}-\d\d-\d\dT\d"
    r"|[\w./\\-]*\.\w{1,5}:(?:\d+:)?(?=\S)|\d+:(?=[^\W\d_])"
)
_ALL_OR_NONE = "mark every line or none, and write one question on each line"


class _Marks(NamedTuple):
    """The marks that all rows have.

    Args:
        signs_are_bullets: whether a sign before a digit is a bullet too.
        numbers: the pattern of the numbers; None if there are none.
        csv_quotes: whether quotes inside quotes are doubled, as in CSV.
        trailing_separator: whether a comma or semicolon follows every question.
    """

    bullets: bool = False
    signs_are_bullets: bool = False
    numbers: re.Pattern[str] | None = None
    bold: bool = False
    emphasis: bool = False
    links: bool = False
    quotes: bool = False
    csv_quotes: bool = False
    trailing_separator: bool = False

    def remove_from(self, text: str) -> str:
        """The question without these marks."""
        if self.trailing_separator:
            text = _TRAILING_SEPARATOR.sub("", text)
        if self.bullets and (self.signs_are_bullets or not _SIGNED_START.match(text)):
            text = _without_bullets(text)
        text = self._without_bold(text)
        if self.numbers and (found := self.numbers.match(text)):
            text = text[found.end() :]
            if box := _LEADING_CHECK_BOX.match(text):
                text = text[box.end() :]
        text = self._without_bold(text)
        if self.emphasis and (emphasis := _EMPHASIS.fullmatch(text.strip())):
            text = emphasis[2]
        if self.links and (link := _LINK.fullmatch(text.strip())):
            text = link[1]
        if self.quotes and (quoted := _QUOTED.fullmatch(text.strip())):
            text = next(filter(None, quoted.groups())).replace('""', '"')
        elif self.csv_quotes and '""' in text and (quoted := _QUOTED_AS_CSV.fullmatch(text.strip())):
            text = quoted[1].replace('""', '"')
        return text

    def _without_bold(self, text: str) -> str:
        """The text without bold type around the whole of it."""
        bold = _BOLD.fullmatch(text.strip()) if self.bold else None
        return bold[2] if bold else text

    def mismatch_reason(self, text: str) -> str | None:
        """Why a line has other marks than the first lines; None if it has the same."""
        if self.bullets and not _is_bulleted(text):
            return f"this line is not a list item, unlike the lines above; {_ALL_OR_NONE}"
        if not self.bullets and _is_list_item(text):
            return f"this line is a list item, unlike the lines above; {_ALL_OR_NONE}"
        if self.numbers and not self.numbers.match(self._without_bold(_without_bullets(text))):
            return f"this line has no number, unlike the lines above; {_ALL_OR_NONE}"
        return None


def remove_marks(items: Iterable[Item], *, rows_are_lines: bool) -> Iterator[Item]:
    """Yield the rows without list marks; ``RawRow.written`` is the question before the change.

    Args:
        items: the rows.
        rows_are_lines: whether each line is a row. If so, a row without the marks of the others may be a part of
            another row, and is refused. If not, the cells show where a question ends, and marks are removed only if
            several rows all have them.

    Raises:
        UnsupportedFormat: some of the first rows have marks and some do not, or their numbers do not count up.
    """
    remaining = iter(items)
    sample = list(itertools.islice(remaining, _SAMPLE_SIZE))
    rows = [(item.line, text) for item in sample if (text := _question_text(item)) is not None]
    if rows_are_lines:
        _refuse_answer_options(rows)
        _refuse_mixed_lines(rows)
    marks = _common_marks(rows, rows_are_lines)
    for item in itertools.chain(sample, remaining):
        text = _question_text(item)
        if text is None or isinstance(item, BadRow):
            yield item
        elif rows_are_lines and (reason := marks.mismatch_reason(text)):
            yield BadRow(item.line, reason)
        else:
            bare = marks.remove_from(text)
            values = {**item.values, "question": bare if rows_are_lines else _without_own_mark(bare)}
            yield item._replace(values=values, written=text)


def _question_text(item: Item) -> str | None:
    """The question of a row; None if it has none, or one longer than ``_MAX_CHARS``."""
    text = None if isinstance(item, BadRow) else item.values.get("question")
    return text if isinstance(text, str) and text.strip() and len(text) <= _MAX_CHARS else None


def _without_own_mark(text: str) -> str:
    """The text without a bullet or number in front of a question that is whole without it."""
    found = _OWN_MARK.match(text)
    return text[found.end() :] if found and begins_like_question(text[found.end() :]) else text


def _without_bullets(text: str) -> str:
    found = _LEADING_BULLETS.match(text)
    return text[found.end() :] if found else text


def _is_bulleted(text: str) -> bool:
    return _without_bullets(text) != text.lstrip()


def _is_list_item(text: str) -> bool:
    """Whether a text certainly begins with a bullet, not with the sign of a number."""
    if not _is_bulleted(text) or _SIGNED_START.match(text):
        return False
    return not _DOUBTFUL_BULLET.match(text) or begins_like_question(_without_bullets(text))


def _common_marks(rows: Sequence[Row], rows_are_lines: bool) -> _Marks:
    texts = [text for _, text in rows]
    if not texts:
        return _Marks()
    several = len(texts) > 1
    bullets = all(map(_is_bulleted, texts)) and (
        (rows_are_lines and several) or (any(map(_is_list_item, texts)) and (rows_are_lines or several))
    )
    trailing_separator = all(map(_TRAILING_SEPARATOR.search, texts)) and (several or "?" in texts[0])
    marks = _Marks(bullets=bullets, signs_are_bullets=rows_are_lines, trailing_separator=trailing_separator)

    def all_are(pattern: re.Pattern[str]) -> bool:
        bare = [marks.remove_from(text).strip() for text in texts]
        return all(map(pattern.fullmatch, bare)) and (several or (rows_are_lines and "?" in bare[0]))

    marks = marks._replace(bold=rows_are_lines or all_are(_BOLD))
    marks = marks._replace(
        numbers=numbering_pattern([(line, marks.remove_from(text)) for line, text in rows])
    )
    marks = marks._replace(bold=marks.bold or all_are(_BOLD))  # after the number
    marks = marks._replace(emphasis=all_are(_EMPHASIS))
    marks = marks._replace(links=all_are(_LINK))
    return marks._replace(quotes=all_are(_QUOTED), csv_quotes=rows_are_lines)


def _refuse_answer_options(rows: Sequence[Row]) -> None:
    """Refuse answer options, which have the letters a and b, under a question without a letter."""
    letters = [
        found and found["letter"].casefold() for _, text in rows for found in [_ANSWER_OPTION.match(text)]
    ]
    for n, (above, first, second) in enumerate(zip(letters, letters[1:], letters[2:], strict=False), 1):
        if not above and (first, second) == ("a", "b"):
            raise UnsupportedFormat(
                rows[n][0],
                "this line is an answer option, not a question; remove the answer options",
            )


def _refuse_mixed_lines(rows: Sequence[Row]) -> None:
    """Refuse mixtures of list items and other lines, lists with several levels, and lines of a log."""
    items = [line for line, text in rows if _is_list_item(text)]
    plain = [line for line, text in rows if not _is_bulleted(text)]
    if items and plain:
        raise UnsupportedFormat(
            plain[0], f"this line is not a list item, but line {items[0]} is one; {_ALL_OR_NONE}"
        )
    if items and len({len(text) - len(text.lstrip()) for _, text in rows}) > 1:
        raise UnsupportedFormat(
            items[0], "this list has several levels; write one question on each line, all on one level"
        )
    if len(rows) > 1 and all(_LOG_PREFIX.match(text) for _, text in rows):
        raise UnsupportedFormat(
            rows[0][0],
            "every line begins with a date, a time or a place in a file; remove it from every line",
        )
    if found := first_unnumbered([(line, _without_bullets(text) if items else text) for line, text in rows]):
        raise UnsupportedFormat(
            found[0], f"this line has no number, but line {found[1]} has one; {_ALL_OR_NONE}"
        )
