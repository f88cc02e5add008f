"""A Markdown text cut into its pieces: what stands under one heading or in one numbered point.

Pieces are what passages are made of. Nothing is lost or rewritten but the markers themselves: the text of a
piece is the Markdown of its body, moved to the left margin. Fences are never cut.
"""

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

from generator.content.markdown.headings import bold_opening, clean_heading

_FENCE = re.compile(r"^ {0,3}(```+|~~~+)")
_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*$")
_POINT = re.compile(r"^(?:\d{1,3}[.)]|[-*+])[ \t]+(.*)$")
_MOST_BOLD = 120
_TITLES = re.compile(
    r"^(?:#{1,6}[ \t]+(?P<title>.+?)(?:[ \t]+#+)?[ \t]*$|[ \t]*(?:\d{1,3}[.)]|[-*+])[ \t]+(?=\*\*|__))",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece; ``heading`` is clean and may be empty."""

    heading: str
    text: str


def pieces(markdown: str, *, limit_chars: int = 2_000) -> tuple[Piece, ...]:
    """The pieces in order; one longer than ``limit_chars`` is cut between its paragraphs, never inside a word."""
    found: list[Piece] = []
    section = ""
    for block in _blocks(markdown):
        heading = _HEADING.match(block)
        if heading and "\n" not in block:
            section = clean_heading(heading.group(1))
            continue
        point = _POINT.match(block.split("\n", 1)[0])
        body = block
        title = section
        if point:
            rest = block.split("\n", 1)[1] if "\n" in block else ""
            body = point.group(1) + ("\n" + textwrap.dedent(rest) if rest else "")
            bold = bold_opening(body)
            if bold and len(bold["heading"]) <= _MOST_BOLD:
                title = clean_heading(bold["heading"])
                body = body[bold.end() :].lstrip(":–—- \t\n") or bold["heading"]
        body = body.strip()
        if body:
            found += (Piece(title, part) for part in _fitting(body, limit_chars))
    return tuple(found)


def headings(markdown: str) -> list[str]:
    """The headings and the bold openings of points, in order, without their marks."""
    found: list[str] = []
    for match in _titles(markdown):
        title = match["title"]
        bold = None if title else bold_opening(markdown, match.end())
        if bold and len(bold["heading"]) <= _MOST_BOLD:
            title = bold["heading"]
        if title:
            found.append(clean_heading(title))
    return found


def _titles(markdown: str) -> Iterator[re.Match[str]]:
    """What ``_TITLES.finditer`` finds, sooner: few lines begin with a sign of a title."""
    start = 0
    for line in markdown.split("\n"):
        sign = line.lstrip(" \t")[:1]
        if sign and (sign in "#-*+" or sign.isdecimal()) and (match := _TITLES.match(markdown, start)):
            yield match
        start += len(line) + 1


def _blocks(markdown: str) -> list[str]:
    """Headings, points with all that is indented under them, and runs of paragraphs."""
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
    """The body in parts of at most ``limit`` characters, cut at the widest gap that fits."""
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
    """Sentences, then words, then characters: whichever is needed to stay within ``limit``."""
    parts: list[str] = []
    rest = paragraph
    while len(rest) > limit:
        ends = [match.end() for match in re.finditer(r"[.!?]['\")\]]*\s+", rest[:limit])]
        at = ends[-1] if ends and ends[-1] > limit // 3 else rest.rfind(" ", 0, limit) + 1
        at = at if at > 0 else limit
        parts.append(rest[:at].rstrip())
        rest = rest[at:].lstrip()
    return [*(part for part in parts if part), rest] if rest else parts
