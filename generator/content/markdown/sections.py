"""Splits a document into sections: the text under one title, or one numbered point.

Passages are made of sections. Titles are Markdown headings and what ``titles`` takes for one. Only the marks of titles
and points are removed; the text of a section is its Markdown without indentation. Lines inside a code fence begin no
section.
"""

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from generator.content.markdown.headings import bold_opening, clean_heading
from generator.content.markdown.titles import LABEL_LEVEL, Title, heading_of, split_title

_FENCE = re.compile(r"^ {0,3}(```+|~~~+)")
_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+")
_POINT = re.compile(r"^(?:\d{1,3}[.)]|[-*+])[ \t]+(.*)$")
_MAX_BOLD_CHARS = 120
_CALLOUT = re.compile(
    r"(?:note|warning|caution|danger|tip|important|attention|hint|example)s?\b", re.IGNORECASE
)
_LABEL_END = re.compile(r"[:：.–—]")
PATH_SEPARATOR = " › "
"""Between the titles of a section and of the sections that contain it."""
_TITLES = re.compile(
    r"^(?:#{1,6}[ \t]+(?P<title>.+?)(?:[ \t]+#+)?[ \t]*$|[ \t]*(?:\d{1,3}[.)]|[-*+])[ \t]+(?=\*\*|__))",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Section:
    """One section.

    Attributes:
        heading: the titles of the sections that contain it and its own, without formatting, with ``PATH_SEPARATOR``
            between them. The title of the whole document is not repeated. May be empty.
    """

    heading: str
    text: str


def sections_of(markdown: str, *, limit_chars: int = 2_000) -> tuple[Section, ...]:
    """The sections in order.

    Args:
        limit_chars: a longer section is split between its paragraphs, else its sentences, else its words.
    """
    found: list[Section] = []
    blocks = _blocks(markdown)
    outline = _Outline(blocks)
    in_list = False
    for block, following in zip_longest(blocks, blocks[1:], fillvalue=""):
        title, body = heading_of(block), ""
        if title is None:
            title, body = split_title(block, following, in_list=in_list)
            in_list = title is None and bool(_POINT.match(block))
        if title is not None:
            outline.open(title)
        label, body = _split_label(body)
        if label and not _POINT.match(block) and not _CALLOUT.match(label):
            outline.open(Title(LABEL_LEVEL, label))  # of the paragraphs below it, too
            label = ""
        if body.strip():
            found += (Section(outline.heading(label), part) for part in _fitting(body.strip(), limit_chars))
    return tuple(found)


class _Outline:
    """The titles above the current place of a document.

    Args:
        blocks: of the document. Its only heading of level 1 is the title of the whole.
    """

    def __init__(self, blocks: list[str]) -> None:
        highest = [title for title in map(heading_of, blocks) if title and title.level == 1]
        self._document = highest[0] if len(highest) == 1 else None
        self._open: list[Title] = []

    def open(self, title: Title) -> None:
        """Begin a section, which ends those of the same or a lower level."""
        self._open = [*(other for other in self._open if other.level < title.level), title]

    def heading(self, label: str) -> str:
        """The heading of a section with a label of its own, or with an empty one."""
        titles = [*(title.text for title in self._open if title != self._document), label]
        return PATH_SEPARATOR.join(filter(None, titles)) or (
            self._document.text if self._open and self._document else ""
        )


def _split_label(block: str) -> tuple[str, str]:
    """The bold opening of a point or paragraph, without formatting, and the rest; the label may be empty."""
    point = _POINT.match(block.split("\n", 1)[0])
    body = block
    if point:
        rest = block.split("\n", 1)[1] if "\n" in block else ""
        body = point.group(1) + ("\n" + textwrap.dedent(rest) if rest else "")
    bold = bold_opening(body)
    if bold is None or len(bold["heading"]) > _MAX_BOLD_CHARS:
        return "", body
    rest = body[bold.end() :].lstrip(":：.–—- \t\n" if not point else ":–—- \t\n")
    if point:
        return clean_heading(bold["heading"]), rest or bold["heading"]
    is_label = _LABEL_END.search(f"{bold['heading'].rstrip()[-1:]}{body[bold.end() :].lstrip()[:1]}")
    return (clean_heading(bold["heading"]), rest) if is_label and rest else ("", body)


def headings(markdown: str) -> list[str]:
    """The headings and the bold openings of points, in order, without formatting."""
    found: list[str] = []
    for match in _titles(markdown):
        title = match["title"]
        bold = None if title else bold_opening(markdown, match.end())
        if bold and len(bold["heading"]) <= _MAX_BOLD_CHARS:
            title = bold["heading"]
        if title:
            found.append(clean_heading(title))
    return found


def _titles(markdown: str) -> Iterator[re.Match[str]]:
    """The matches of ``_TITLES.finditer``; faster, because few lines begin like a title."""
    start = 0
    for line in markdown.split("\n"):
        first = line.lstrip(" \t")[:1]
        if first and (first in "#-*+" or first.isdecimal()) and (match := _TITLES.match(markdown, start)):
            yield match
        start += len(line) + 1


def _blocks(markdown: str) -> list[str]:
    """Headings, points with the lines indented below them, and runs of paragraphs."""
    blocks: list[list[str]] = []
    fence = ""
    in_point = False
    blank = True
    for line in markdown.split("\n"):
        stripped = line.strip()
        mark = _FENCE.match(line.lstrip()) if stripped else None
        if fence:
            blocks[-1].append(line)
            if mark and stripped.startswith(fence) and not stripped.strip(fence[0]):
                fence = ""
            continue
        indented = line[:1] in {" ", "\t"}
        opens = _HEADING.match(line) or (not indented and _POINT.match(line))
        continues = bool(blocks) and not opens and (not blank or (in_point and indented) or not stripped)
        if stripped and not continues:
            blocks.append([])
            in_point = bool(not indented and _POINT.match(line))
        if stripped or blocks:
            blocks[-1].append(line)
        if mark:
            fence = mark.group(1)
        blank = not stripped or bool(_HEADING.match(line))
    return ["\n".join(lines).rstrip() for lines in blocks]


def _fitting(body: str, limit: int) -> list[str]:
    """The body in parts of at most ``limit`` characters, split between paragraphs where possible."""
    if len(body) <= limit:
        return [body]
    parts: list[str] = []
    current = ""
    for paragraph in body.split("\n\n"):
        for part in [paragraph] if len(paragraph) <= limit else _by_words(paragraph, limit):
            if current and len(current) + 2 + len(part) > limit:
                parts.append(current)
                current = part
            else:
                current = f"{current}\n\n{part}" if current else part
    return [*parts, current] if current else parts


def _by_words(paragraph: str, limit: int) -> list[str]:
    """The paragraph in parts of at most ``limit`` characters, split between sentences, words, or else characters."""
    parts: list[str] = []
    rest = paragraph
    while len(rest) > limit:
        ends = [match.end() for match in re.finditer(r"[.!?]['\")\]]*\s+", rest[:limit])]
        at = ends[-1] if ends and ends[-1] > limit // 3 else rest.rfind(" ", 0, limit) + 1
        at = at if at > 0 else limit
        parts.append(rest[:at].rstrip())
        rest = rest[at:].lstrip()
    return [*(part for part in parts if part), rest] if rest else parts
