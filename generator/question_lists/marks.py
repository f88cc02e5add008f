"""Takes the marks of a list off its questions: bullets, numbers, check boxes, quotes, bold type.

A question may begin with a number itself, so numbers are marks only where all rows carry them in order.
"""

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from generator.question_lists.lines import Bad, Cells, Item, OtherForm

_LOOKED_AT = 50

_LABEL = r"(?:q|question|frage|pregunta|domanda|pergunta|vraag)"
_BULLET = re.compile(
    rf"\s*(?:[-*+>\u2022\u2023\u25a0-\u25ff\u2013\u2014\u00b7]\s+|\[[ xX]?\]\s+|[\u2610-\u2612\u2713\u2714]\s*|{_LABEL}\s*:\s+)",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    rf"\s*(?:{_LABEL}\s*\.?\s*(?P<labelled>\d{{1,4}})\s*[.:)]|\(?(?P<plain>\d{{1,4}})(?:\\?\.|\))|\(?(?P<letter>[a-z])\))\s+",
    re.IGNORECASE,
)
_BOLD = re.compile(r"(\*\*|__)(?=\S)((?:(?!\1).)+)(?<=\S)\1")
_QUOTED = re.compile(
    r"(?:\"([^\"]+)\"|'([^']+)'|\u201c([^\u201c\u201d]+)\u201d|\u201e([^\u201c\u201d\u201e]+)[\u201c\u201d]|\u00ab([^\u00ab\u00bb]+)\u00bb)\s*[,;]?\s*"
)


class _Marks(NamedTuple):
    """Which marks all rows carry."""

    bullets: bool = False
    numbers: bool = False
    quotes: bool = False

    def off(self, text: str) -> str:
        """A question without them."""
        text = _without_bullets(text)
        if self.numbers and (found := _NUMBER.match(text)):
            text = _without_bullets(text[found.end() :])
        if bold := _BOLD.fullmatch(text.strip()):
            text = bold[2]
        if self.quotes and (quoted := _QUOTED.fullmatch(text.strip())):
            text = next(filter(None, quoted.groups()))
        return text

    def missing(self, text: str) -> str | None:
        """What a row lacks or has that the first ones do not."""
        if self.bullets != bool(_BULLET.match(text)):
            return "no item of a list, unlike" if self.bullets else "an item of a list, unlike"
        numbered = _NUMBER.match(_without_bullets(text))
        return "no number, unlike" if self.numbers and not numbered else None


def without_marks(items: Iterable[Item], *, by_line: bool) -> Iterator[Item]:
    """The rows with their questions as they are meant.

    Args:
        by_line: each line is a row, so that a row without the marks of the others may be a piece of one.

    Raises:
        OtherForm: some of the first rows carry marks and some do not.
    """
    waiting = iter(items)
    first = list(itertools.islice(waiting, _LOOKED_AT))
    rows = [(item.line, text) for item in first if (text := _question(item)) is not None]
    if by_line:
        _refuse_mixture(rows)
    marks = _marks_of([text for _, text in rows])
    for item in itertools.chain(first, waiting):
        text = _question(item)
        if text is None or isinstance(item, Bad):
            yield item
        elif by_line and (reason := marks.missing(text)):
            yield Bad(item.line, f"{reason} the lines above: one question a line, all marked or none")
        else:
            yield Cells(item.line, {**item.values, "question": marks.off(text)})


def _question(item: Item) -> str | None:
    """The text of a row's question, if it has one."""
    text = None if isinstance(item, Bad) else item.values.get("question")
    return text if isinstance(text, str) and text.strip() else None


def _without_bullets(text: str) -> str:
    while found := _BULLET.match(text):
        text = text[found.end() :]
    return text


def _marks_of(texts: Sequence[str]) -> _Marks:
    if not texts:
        return _Marks()
    plain = [_without_bullets(text) for text in texts]
    numbers = _in_order(plain)
    bare = [_Marks(numbers=numbers).off(text) for text in plain]
    return _Marks(
        bullets=any(map(_BULLET.match, texts)),
        numbers=numbers,
        quotes=all(_QUOTED.fullmatch(text.strip()) for text in bare) and (len(bare) > 1 or "?" in bare[0]),
    )


def _in_order(texts: Sequence[str]) -> bool:
    """Whether all rows begin with a number, and those count up, or are all the same as Markdown allows."""
    found = [_NUMBER.match(text) for text in texts]
    numbers = [_value(match) for match in found if match]
    if len(numbers) < len(texts):
        return False
    if len(numbers) == 1:
        return numbers == [1] or bool(found[0] and found[0]["labelled"])
    return len(set(numbers)) == 1 or all(a < b for a, b in itertools.pairwise(numbers))


def _value(found: re.Match[str]) -> int:
    if found["letter"]:
        return ord(found["letter"].casefold()) - ord("a") + 1
    return int(found["labelled"] or found["plain"])


def _refuse_mixture(rows: Sequence[tuple[int, str]]) -> None:
    """Refuse lines of which some are items of a list and some are not, or items on several levels."""
    bullets = [line for line, text in rows if _BULLET.match(text)]
    plain = [line for line, text in rows if not _BULLET.match(text)]
    if bullets and plain:
        raise OtherForm(plain[0], f"no item of a list, which line {bullets[0]} is: one question a line")
    if bullets and len({len(text) - len(text.lstrip()) for _, text in rows}) > 1:
        raise OtherForm(bullets[0], "a list on several levels: one question a line")
    found = [(line, _NUMBER.match(_without_bullets(text))) for line, text in rows]
    numbered = [(line, match) for line, match in found if match]
    labelled = any(match["labelled"] for _, match in numbered)
    bare = [line for line, match in found if not match]
    values = [_value(match) for _, match in numbered]
    counts = len(values) > 1 and all(a < b for a, b in itertools.pairwise(values))
    if bare and (labelled or counts):
        raise OtherForm(bare[0], f"no number, which line {numbered[0][0]} has: one question a line")
