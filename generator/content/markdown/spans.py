"""Finds code, math and HTML in Markdown where the site's parser finds them, for the checks, fixes and preview.

The site parses CommonMark with GFM tables and ``$`` math (micromark-extension-math 3, single dollars on). Here
markdown-it, with a rule for ``$$`` blocks, finds the blocks. The text of a block is scanned from left to right as in
micromark: the escape, code span, formula, tag or link that begins first wins.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from markdown_it.token import Token

NON_PROSE_MARKS = ("$", "`", "~~~")
"""A text without these has no code and no formula, except indented code."""

RegionKind = Literal["inline-math", "display-math", "inline-code", "fence", "indented-code", "html"]


class NonProseRegion(NamedTuple):
    """A region of Markdown that is not prose. Offsets are of the Markdown, ``end`` exclusive.

    Attributes:
        content_start: the offset after the opening mark; for a block, of the line after it.
        content_end: the offset before the closing mark.
        text: the content without the marks of the blockquotes and lists around it.
        info: the language of a fence, or the text after an opening ``$$``, which the site does not show.
        closed: False for a fence or ``$$`` block without a closing mark; it ends with its container.
    """

    kind: RegionKind
    start: int
    end: int
    content_start: int
    content_end: int
    text: str
    info: str = ""
    closed: bool = True


_MARKS = re.compile(r"[$`<\\]|~~~|^ {4}|^ *\t|[-+*.)>] {4,}", re.MULTILINE)
_SPECIAL = re.compile(
    r"\\[!-/:-@\[-`{-~]|\$+|`+|<|\[|\](?:\()?|(?<![A-Za-z])https?://[^\s<]+|(?<![^\s(*_~\[\]])www\.[^\s<]+",
    re.IGNORECASE,
)
_AUTOLINK = re.compile(r"<[A-Za-z][A-Za-z0-9+.\-]{1,31}:[^\s<>]*>|<[^\s<>@]+@[A-Za-z0-9.\-]+>")
_CONTAINERS = re.compile(r"(?: *>[ \t]?| *(?:[-+*]|\d{1,9}[.)])(?:[ \t]+|$)|[ \t]+)*")
_RUNS = {mark: re.compile(re.escape(mark) + "+") for mark in "$`"}
_RESOURCE = re.compile(
    r"\(\s*(?:<[^<>\n]*>|(?!<)(?:\\.|[^\s()\\]|\((?:\\.|[^\s()\\])*\))*)"
    r"(?:\s+(?:\"[^\"]*\"|'[^']*'|\([^()]*\)))?\s*\)"
)


@lru_cache(maxsize=64)
def non_prose_regions(markdown: str) -> tuple[NonProseRegion, ...]:
    """All code, math and HTML, in order and without overlap. A carriage return ends a line."""
    if not _MARKS.search(markdown):
        return ()
    source, starts, tokens = _blocks(markdown)
    found: list[NonProseRegion] = []
    table_end = 0
    for token in tokens:
        if token.map is None or token.map[0] < table_end:
            continue
        first, last = token.map
        if token.type == "table_open":
            table_end = last
            for row in (first, *range(first + 2, last)):
                found.extend(_row(source, starts[row], starts[row + 1] - 1))
        elif token.type == "inline":
            if "$" in token.content or "`" in token.content or "<" in token.content:
                found.extend(_inline(_Text.of(token, source, starts)))
        elif token.type in {"fence", "math_flow", "code_block", "html_block"}:
            found.append(_block(token, source, starts))
    found.sort(key=lambda region: region.start)
    return tuple(found)


def prose_of(markdown: str, *, fill: str = " ") -> str:
    """The text with each character of code and formulas replaced by ``fill``; offsets stay the same."""
    if not any(mark in markdown for mark in NON_PROSE_MARKS):
        return markdown
    parts: list[str] = []
    end = 0
    for region in non_prose_regions(markdown):
        if region.kind != "html":
            parts += markdown[end : region.start], fill * (region.end - region.start)
            end = region.end
    return "".join(parts) + markdown[end:]


class TextBlock(NamedTuple):
    """A paragraph, heading or table; ``prefix`` is what a new line needs in front to be in the same container."""

    kind: Literal["paragraph", "heading", "table"]
    start: int
    end: int
    prefix: str


def text_blocks(markdown: str) -> list[TextBlock]:
    """The blocks of prose, in order."""
    source, starts, tokens = _blocks(markdown)
    found: list[TextBlock] = []
    for token in tokens:
        if token.map is None or token.type not in {"paragraph_open", "heading_open", "table_open"}:
            continue
        first, last = token.map
        line = source[starts[first] : starts[first + 1] - 1]
        marks = _CONTAINERS.match(line)
        prefix = re.sub(r"[^>\t]", " ", marks.group() if marks else "")
        kind: Any = token.type.removesuffix("_open")
        found.append(TextBlock(kind, starts[first], min(starts[last] - 1, len(source)), prefix))
    return found


def region_at(found: Sequence[NonProseRegion], offset: int) -> NonProseRegion | None:
    """The region that contains ``offset``; None for prose.

    Args:
        found: from :func:`non_prose_regions`.
    """
    index = bisect_right(found, offset, key=lambda region: region.start) - 1
    return found[index] if index >= 0 and offset < found[index].end else None


@lru_cache(maxsize=16)
def _blocks(markdown: str) -> "tuple[str, list[int], list[Token]]":
    """The text with line feeds only, the offset of each line, and the block tokens of markdown-it."""
    source = markdown.replace("\r\n", " \n").replace("\r", "\n").replace("\0", "\ufffd")
    starts = [0]
    for line in source.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    from generator.content.markdown.block_parser import (
        block_tokens,
    )  # slow to import; most texts need no parser

    return source, starts, block_tokens(source)


class _Text(NamedTuple):
    """The text of one block without the marks of its containers, and the offsets of its lines in the source."""

    content: str
    lines: tuple[tuple[int, int], ...]  # offset in content, offset in source

    @classmethod
    def of(cls, token: "Token", source: str, starts: list[int]) -> "_Text":
        assert token.map is not None
        lines: list[tuple[int, int]] = []
        position = 0
        for number, part in enumerate(token.content.split("\n"), start=token.map[0]):
            line = source[starts[number] : starts[number + 1] - 1]
            column = line.rfind(part) if part else len(line)
            lines.append((position, starts[number] + max(column, 0)))
            position += len(part) + 1
        return cls(token.content, tuple(lines))

    def at(self, offset: int) -> int:
        """The offset in the source for an offset in the content."""
        index = bisect_right(self.lines, offset, key=lambda line: line[0]) - 1
        if index < 0:
            return offset
        content_start, source_start = self.lines[index]
        return source_start + offset - content_start


def _row(source: str, start: int, end: int) -> Iterator[NonProseRegion]:
    """The regions of one table row: each cell is scanned alone, and ``|`` separates cells even inside math."""
    position = start
    for bar in re.finditer(r"(?:\\.|[^|\\\n])*(?:\||$)", source[start:end]):
        content = bar.group().removesuffix("|")
        yield from _inline(_Text(content, ((0, position),)))
        position = start + bar.end()


def _inline(text: _Text) -> Iterator[NonProseRegion]:
    content = text.content
    position = 0
    brackets = 0
    while match := _SPECIAL.search(content, position):
        mark, start = match.group(), match.start()
        position = match.end()
        if mark[0] in "$`":
            end = closing_run(content, mark, position)
            if end is None:
                continue
            inner = content[position:end]
            yield NonProseRegion(
                "inline-math" if mark[0] == "$" else "inline-code",
                text.at(start),
                text.at(end + len(mark) - 1) + 1,
                text.at(position),
                text.at(end - 1) + 1,
                inner,
            )
            position = end + len(mark)
        elif mark == "<":
            from generator.content.markdown.block_parser import HTML_TAG

            tag = _AUTOLINK.match(content, start) or HTML_TAG.match(content[start:])
            if tag is None:
                continue
            position = start + len(tag.group())
            if not _AUTOLINK.match(tag.group()):
                last = text.at(position - 1) + 1
                yield NonProseRegion("html", text.at(start), last, text.at(start), last, tag.group())
        elif mark == "[":
            brackets += 1
        elif len(mark) > 2 and mark[0] in "hHwW" and brackets:
            position = start + 1  # the site makes no link of a bare address inside brackets
        elif mark[0] == "]" and brackets:
            brackets -= 1
            resource = _RESOURCE.match(content, start + 1) if mark == "](" else None
            position = resource.end() if resource else start + 1


def closing_run(content: str, mark: str, position: int, end: int | None = None) -> int | None:
    """The offset of the next run of exactly ``mark``, from ``position``; None without one before ``end``."""
    for run in _RUNS[mark[0]].finditer(content, position, len(content) if end is None else end):
        if run.end() - run.start() == len(mark):
            return run.start()
    return None


def _block(token: "Token", source: str, starts: list[int]) -> NonProseRegion:
    assert token.map is not None
    first, last = token.map
    line = source[starts[first] : starts[first + 1] - 1]
    end = min(starts[last] - 1, len(source))
    if token.type in {"code_block", "html_block"}:
        kind: RegionKind = "indented-code" if token.type == "code_block" else "html"
        opening = token.content.split("\n", 1)[0].strip()
        start = starts[first] + max(line.rfind(opening), 0)
        end = start + len(source[start:end].rstrip())
        return NonProseRegion(kind, start, end, start, end, token.content)
    start = starts[first] + line.rfind(token.markup + token.info if token.info else token.markup)
    if start < starts[first]:
        start = starts[first] + line.index(token.markup[0] * 2)
    closed = bool(token.meta["closed"])
    content_start = min(starts[first + 1], end)
    content_end = max(content_start, starts[last - 1] - 1) if closed else end
    return NonProseRegion(
        "display-math" if token.type == "math_flow" else "fence",
        start,
        end,
        content_start,
        content_end,
        token.content,
        token.info.strip(),
        closed,
    )
