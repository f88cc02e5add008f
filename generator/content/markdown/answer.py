"""Composes and parses the numbered answer: introduction, points with bold headings, conclusion.

In a composed answer, CommonMark finds one list: every line of a point is indented to its list item, and neither
introduction nor conclusion joins the list. The parser also accepts the other forms that were published.
"""

import re
import textwrap
from collections.abc import Sequence
from typing import NamedTuple

from generator.content.markdown.headings import bold_opening, clean_heading, in_bold
from generator.content.markdown.line_breaks import decode, encode, repair_json_escapes
from generator.content.markdown.normalize import site_safe
from generator.content.markdown.spans import non_prose_regions, region_at
from generator.content.markdown.unsafe import UnsafePlace, unsafe_places

__all__ = [
    "AnswerPoint",
    "NumberedAnswer",
    "UnsafePlace",
    "compose",
    "decode",
    "encode",
    "repair_json_escapes",
    "parse",
    "site_safe",
    "unsafe_places",
]

# How a block begins that needs its own line below the heading, and one that also needs a blank line before it.
_BLOCK = re.compile(r"(?:[-+*]|1[.)])[ \t]+\S|`{3}|~{3}|\$\$|>|#{1,6}[ \t]")
_LATE_BLOCK = re.compile(r"[-+*|=]|\d{1,9}[.)](?:\s|$)|<| {4}|\t")
_NUMBERED = re.compile(r"( {0,3})(\d{1,9})([.)])(?=[ \t]|$)")
_ITEM = re.compile(
    r"^(?P<indent> {0,3})(?P<mark>#{1,6}[ \t]+)?(?P<bold>\*\*)?(?P<number>\d{1,3})(?P<dot>[.)])(?:[ \t]+(?P<rest>.*))?$",
    re.MULTILINE,
)
_AFTER_HEADING = re.compile(r"[ \t]*(?:[:：]|[-–—](?=\s))?[ \t]*")
_PLAIN_HEADING = re.compile(r"(?P<heading>[^\s:.$`][^:.\n$`]{0,80}):(?:[ \t]+|$)")
_BLANK_LINES = re.compile(r"\n[ \t]*\n+(?=\S)")
_CLOSING = re.compile(r"^(?:#{1,6}[ \t]+.*|\*\*[^*\n]+\*\*:?)\n+", re.MULTILINE)


class AnswerPoint(NamedTuple):
    """One point: heading without formatting, body without the item's indentation, offsets in the parsed Markdown."""

    heading: str
    body: str
    start: int
    end: int


class NumberedAnswer(NamedTuple):
    """An answer's parts, as Markdown with real line breaks."""

    introduction: str
    points: tuple[AnswerPoint, ...]
    conclusion: str


def compose(introduction: str, points: Sequence[tuple[str, str]], conclusion: str) -> str:
    """The answer as Markdown with real line breaks: introduction, ``1. **Heading**: body``, …, conclusion.

    A blank line separates the parts; empty parts are left out. A numbered list in the introduction or conclusion is
    written ``1)``, so that it does not join the points.

    Args:
        points: heading and body of each.
    """
    parts = [_outside_list(introduction)]
    parts.extend(_item(number, heading, body) for number, (heading, body) in enumerate(points, start=1))
    parts.append(_outside_list(conclusion))
    return "\n\n".join(part for part in parts if part)


def _item(number: int, heading: str, body: str) -> str:
    mark = f"{number}. "
    title = in_bold(heading)
    lead = f"{mark}{title}:" if title else mark.rstrip()
    text = _escape_numbers(_unindented(body), joined=True)
    if not text:
        return lead
    lines = text.split("\n")
    indented = "\n".join([lines[0], *(" " * len(mark) + line if line.strip() else "" for line in lines[1:])])
    if _BLOCK.match(text):
        return f"{lead}\n{' ' * len(mark)}{indented}"
    if _LATE_BLOCK.match(text):
        return f"{lead}\n\n{' ' * len(mark)}{indented}"
    return f"{lead} {indented}"


def _outside_list(text: str) -> str:
    return _escape_numbers(_unindented(text), joined=False)


def _unindented(text: str) -> str:
    """The text without blank lines around it, without common indentation, and without indentation of its first line."""
    if text.startswith("\t"):
        text = text.expandtabs(4)
    if text.startswith((" ", "\t")) or "\n " in text or "\n\t" in text:
        text = textwrap.dedent(text)
    first, line_break, rest = text.strip("\n").rstrip().partition("\n")
    return f"{first.lstrip()}{line_break}{rest}".strip("\n")


def _escape_numbers(text: str, *, joined: bool) -> str:
    """Escapes lines such as ``1986. That was``, which are text, and keeps numbered lists.

    Args:
        joined: whether lists keep their marks; otherwise they are written ``1)``.
    """
    lines = text.split("\n")
    # The second test is slower and stricter: in the whole text, `$` matches only at the end.
    if not any(map(_NUMBERED.match, lines)) or not _NUMBERED.search(text):
        return text
    offset, previous, open_list = 0, "", 0
    code = [
        (region.start, region.end)
        for region in non_prose_regions(text)
        if region.kind in {"fence", "display-math"}
    ]
    for index, line in enumerate(lines):
        match = _NUMBERED.match(line)
        if match and not any(start < offset < end for start, end in code):
            number = int(match[2])
            is_item = number == 1 or (open_list and number == open_list + 1)
            if is_item:
                open_list = number
                if not joined:
                    lines[index] = f"{match[1]}{match[2]}){line[match.end() :]}"
            elif not previous.strip() or open_list:
                lines[index] = f"{match[1]}{match[2]}\\{match[3]}{line[match.end() :]}"
        elif line.strip() and not line.startswith(" ") and not previous.strip():
            open_list = 0
        offset += len(line) + 1
        previous = line
    return "\n".join(lines)


def parse(markdown: str) -> NumberedAnswer | None:
    """The parts of a composed or published answer; None where it has no numbered points.

    Points are list items (``1. **Heading**: body``, ``1. Heading: body``) or numbered headings (``### 1. Heading``,
    ``**1. Heading**``). Text between two points belongs to the first of them. Text after the list item of the last
    point is the conclusion.
    """
    items = _items(markdown)
    if not items:
        return None
    starts = [item.start() for item in items]
    last_end = _last_end(markdown, items[-1])
    ends = [*starts[1:], last_end]
    points = tuple(_point(markdown, item, end) for item, end in zip(items, ends, strict=True))
    return NumberedAnswer(markdown[: starts[0]].strip(), points, markdown[last_end:].strip())


def _items(markdown: str) -> list[re.Match[str]]:
    matches = list(_ITEM.finditer(markdown))
    if not matches:
        return []
    code = [r for r in non_prose_regions(markdown) if r.kind in {"fence", "display-math", "indented-code"}]
    matches = [match for match in matches if region_at(code, match.start()) is None]
    chosen = _one_style(matches)
    first = next((index for index, match in enumerate(chosen) if int(match["number"]) <= 1), None)
    if first is None or (len(chosen) - first < 2 and chosen[first]["mark"] is None and len(matches) > 1):
        return chosen if len(chosen) > 1 else []
    return _leftmost(chosen[first:])


def _one_style(matches: list[re.Match[str]]) -> list[re.Match[str]]:
    """The numbered headings if the answer has some, else the items written ``1.``, else all."""
    styles = (
        [match for match in matches if match["mark"]],
        [match for match in matches if match["bold"] and "**" in (match["rest"] or "")],
        [match for match in matches if match["dot"] == "." and not match["mark"] and not match["bold"]],
    )
    return next((style for style in styles if len(style) > 1 or len(style) == len(matches)), matches)


def _leftmost(items: list[re.Match[str]]) -> list[re.Match[str]]:
    """The items without those that are nested in the one before them."""
    outer = items[:1]
    for item in items[1:]:
        content = len(outer[-1]["indent"]) + len(outer[-1]["number"]) + 2
        if len(item["indent"]) < content:
            outer.append(item)
    return outer


def _last_end(markdown: str, item: re.Match[str]) -> int:
    """The offset at which the last point ends and the conclusion begins."""
    if item["mark"] or item["bold"]:
        heading = _CLOSING.search(markdown, item.end() + 1)
        if heading:
            return heading.start()
        body = item.end() + len(markdown[item.end() :]) - len(markdown[item.end() :].lstrip())
        breaks = [body + match.end() for match in _BLANK_LINES.finditer(markdown[body:].rstrip())]
        return breaks[-1] if breaks else len(markdown)
    code = [
        r
        for r in non_prose_regions(markdown)
        if r.start > item.start() and r.kind in {"fence", "display-math"}
    ]
    for match in _BLANK_LINES.finditer(markdown[item.end() :]):
        end = item.end() + match.end()
        region = region_at(code, end)
        if region is None or region.start == end:
            return end
    return len(markdown)


def _point(markdown: str, item: re.Match[str], end: int) -> AnswerPoint:
    width = len(item["indent"]) + len(item["number"]) + 2
    first = item["rest"] or ""
    rest = markdown[item.end() : end]
    if item["bold"]:
        first = "**" + first
    if item["mark"]:
        return AnswerPoint(
            clean_heading(first), rest.strip(), item.start(), _trimmed(markdown, item.start(), end)
        )
    heading, body = _split_heading(first)
    lines = [_dedented(line, width) for line in rest.split("\n")]
    text = (body + "\n".join(lines)).strip("\n").rstrip()
    return AnswerPoint(heading, text, item.start(), _trimmed(markdown, item.start(), end))


def _split_heading(first: str) -> tuple[str, str]:
    bold = bold_opening(first)
    if bold:
        after = _AFTER_HEADING.match(first, bold.end())
        return clean_heading(bold["heading"]), first[after.end() if after else bold.end() :]
    plain = _PLAIN_HEADING.match(first)
    return (clean_heading(plain["heading"]), first[plain.end() :]) if plain else ("", first)


def _dedented(line: str, width: int) -> str:
    indent = len(line) - len(line.lstrip(" "))
    return line[min(indent, width) :]


def _trimmed(markdown: str, start: int, end: int) -> int:
    """``end`` without the white space before it."""
    return start + len(markdown[start:end].rstrip())
