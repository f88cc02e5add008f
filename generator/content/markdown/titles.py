"""Recognises the titles of sections in documents that have no Markdown headings.

A title is a line of its own with text below it: underlined, in bold type, numbered ("2.1 Scope"), in capitals, or a
short line without a full stop.
"""

import re
from typing import NamedTuple

from generator.content.markdown.headings import bold_opening, clean_heading

_HEADING = re.compile(r"^ {0,3}(#{1,6})[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*$")
_UNDERLINED = re.compile(r"(?P<title>\S[^\n]*)\n {0,3}(?P<line>={3,}|-{3,})[ \t]*$")
_NUMBERED = re.compile(
    r"(?:§[ \t]*)?(?P<number>\d{1,3}(?:\.\d{1,3}){0,4})[.)]?[ \t]+(?P<title>[^\W\d_][^\n]*)$"
)
_LIST_ITEM = re.compile(r"^[ \t]*(?:\d{1,3}[.)]|[-*+•])[ \t]")
_MARKS = re.compile(r"[|`<>{}\[\]$]|https?:")
_SENTENCE_END = re.compile(r"[.!?][\"'”’)\]*_]*(?:\s|$)")
_MOST_WORDS = 10
_MOST_CHARS = 80
_FEWEST_TEXT_WORDS = 5
# The levels of titles that are no Markdown headings, which have the levels 1 to 6.
_CAPITALS_LEVEL = 7
_BOLD_LEVEL = 8
_UNMARKED_LEVEL = 9
_NUMBERED_LEVEL = 10
LABEL_LEVEL = 20
"""The level of the bold opening of a paragraph."""


class Title(NamedTuple):
    """A title; ``level`` is higher for titles of parts, ``text`` has no formatting."""

    level: int
    text: str


def heading_of(block: str) -> Title | None:
    """The Markdown heading that the block is; None for any other block."""
    match = _HEADING.match(block)
    return Title(len(match[1]), clean_heading(match[2])) if match and "\n" not in block else None


def split_title(block: str, following: str, *, in_list: bool = False) -> tuple[Title | None, str]:
    """The title that a block is or begins with, and the rest of the block.

    Args:
        following: the block below, empty for none. A line without text below it is no title.
        in_list: whether the block above is a numbered item, so that a number is that of the next item.
    """
    underlined = _UNDERLINED.match(block)
    if underlined and _is_text(following) and _is_short(underlined["title"]):
        return Title(1 if underlined["line"][0] == "=" else 2, clean_heading(underlined["title"])), ""
    first, _, rest = block.partition("\n")
    title = _title_of(first)
    if title is None or (in_list and title.level == _NUMBERED_LEVEL):
        return None, block
    if rest:
        stands_out = title.level != _UNMARKED_LEVEL and title.level != _NUMBERED_LEVEL
        return (title, rest) if stands_out and _is_text(rest) else (None, block)
    below = _title_of(following.partition("\n")[0])
    if below and (below.level > title.level or title.level >= _NUMBERED_LEVEL):
        return (title, "") if below.level > title.level else (None, block)
    return (title, "") if _is_text(following) else (None, block)


def _title_of(line: str) -> Title | None:
    """The title that a line may be; ``level`` is that of its number."""
    line = line.strip()
    numbered = _NUMBERED.match(line)
    text = numbered["title"] if numbered else line
    level = _CAPITALS_LEVEL if text.isupper() else _UNMARKED_LEVEL
    bold = bold_opening(text)
    if bold:
        if text[bold.end() :].strip(" \t:："):
            return None
        text, level = bold["heading"], _BOLD_LEVEL
    elif _LIST_ITEM.match(text):
        return None
    if numbered:
        level = _NUMBERED_LEVEL + numbered["number"].count(".")
    if not _is_short(text) or not text[:1].isupper():
        return None
    return Title(level, clean_heading(text))


def _is_short(text: str) -> bool:
    plain = text.strip().rstrip(":：")
    return (
        bool(plain)
        and len(plain) <= _MOST_CHARS
        and len(plain.split()) <= _MOST_WORDS
        and plain[-1] not in ".!?;,…"
        and not _MARKS.search(plain)
    )


def _is_text(block: str) -> bool:
    """Whether a block is text below a title: a sentence, or a list."""
    first = block.split("\n", 1)[0]
    if _LIST_ITEM.match(first):
        return True
    if heading_of(first):
        return False
    return len(block.split()) >= _FEWEST_TEXT_WORDS and bool(_SENTENCE_END.search(block))
