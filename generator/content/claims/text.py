"""Splits Markdown into the sentences in which claims are found, and compares texts without their marks."""

import re
import unicodedata

from generator.content.language.sentences import sentence_spans
from generator.content.markdown.spans import non_prose_regions

# A list item, a table row and a table cell end the sentence before them.
_BREAK = re.compile(
    r"\n[ \t]*(?=(?:[-*+]|\d{1,3}[.)])[ \t]|\||#{1,6}[ \t])|(?<=\|)[ \t]*|(?<![ \t])[ \t]*(?=\|)"
)
# The mark of a list item, and a label in bold with a colon.
_LEADING = re.compile(
    r"[ \t]*(?:(?:[-*+]|\d{1,3}[.)]|#{1,6}|>)[ \t]+)*(?:\*\*[^*\n]{1,120}(?::\*\*|\*\*:)[ \t]*(?=\S))?"
)
_CODE = frozenset({"fence", "indented-code", "inline-code", "html"})
_MARKS = re.compile(r"\*\*|__|(?<!\w)[*_]|[*_](?!\w)|`")
_QUOTES = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "−": "-", "\u00a0": " "})


def claim_sentences(markdown: str) -> list[tuple[int, int]]:
    """The offsets of the sentences of a Markdown text, in order; code is left out, formulas are not.

    Each list item and each table cell is split alone. A sentence begins after the mark and the
    bold label of its list item.
    """
    visible = without_code(markdown)
    found: list[tuple[int, int]] = []
    at = 0
    for mark in (*_BREAK.finditer(visible), None):
        stop = mark.start() if mark else len(visible)
        start = at + len(_leading(visible, at, stop))
        found += ((start + first, start + last) for first, last in sentence_spans(visible[start:stop]))
        at = mark.end() if mark else stop
    return found


def plain(text: str) -> str:
    """A text for comparisons: one line, straight quotes and hyphens, no emphasis marks, NFKC."""
    text = unicodedata.normalize("NFKC", text).translate(_QUOTES)
    return " ".join(_MARKS.sub("", text).split())


def contains(text: str, quote: str) -> bool:
    """Whether a text has a quotation, apart from white space, emphasis marks and the form of quotes and hyphens."""
    wanted = plain(quote)
    return bool(wanted) and wanted in plain(text)


def _leading(text: str, start: int, end: int) -> str:
    found = _LEADING.match(text, start, end)
    return found.group() if found else ""


def without_code(markdown: str) -> str:
    """The text with spaces in the place of code and HTML; offsets stay the same."""
    parts: list[str] = []
    end = 0
    for region in non_prose_regions(markdown):
        if region.kind in _CODE:
            parts += markdown[end : region.start], " " * (region.end - region.start)
            end = region.end
    return "".join(parts) + markdown[end:]
