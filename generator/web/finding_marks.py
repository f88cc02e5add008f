"""Findings at their place in the rendered answer.

A finding knows an offset into the Markdown. Invisible characters put there come through the renderer and tell
where in the HTML the place has gone; where they would change what the renderer makes of the text, the finding
is put at the beginning of its paragraph instead.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from generator.content.findings import Severity
from generator.content.markdown.spans import non_prose_regions, region_at, text_blocks
from generator.web.rendering import render

_BASE = 0xF0000  # a plane of private characters: two for each finding, to open and to close
_MOST = 400
_SIGNS = re.compile(f"[{chr(_BASE)}-{chr(_BASE + 2 * _MOST)}]")
_PIECES = re.compile(
    f'<math\\b.*?</math>|<[^>"]*(?:"[^"]*"[^>"]*)*>|{_SIGNS.pattern}|[^<{chr(_BASE)}-{chr(_BASE + 2 * _MOST)}]+',
    re.DOTALL,
)
_LEADING = re.compile(r"[ \t>]*(?:(?:\d{1,9}[.)]|[-+*]|#{1,6}|\|)[ \t]+)*")


class Place(NamedTuple):
    """Where a finding is in the Markdown, ``end`` exclusive; ``number`` is its number in the list."""

    number: int
    start: int
    end: int
    severity: Severity


def marked(markdown: str, places: Sequence[Place]) -> str:
    """The safe HTML of the answer with every place marked, each followed by a link to ``#finding-N``."""
    text = _SIGNS.sub("\ufffd", markdown)
    plain = render(text)
    places = [place for place in places if 0 <= place.number < _MOST]
    if not places:
        return plain
    signs = [sign for place in places for sign in _signs(text, place)]
    html = _faithful(text, signs, plain)
    if html is None:
        html = _one_by_one(text, places, plain)
    return _with_marks(html, {place.number: place.severity for place in places})


class _Sign(NamedTuple):
    offset: int
    order: int
    char: str


def _signs(text: str, place: Place) -> list[_Sign]:
    start, end = max(0, min(place.start, len(text))), max(0, min(place.end, len(text)))
    found = non_prose_regions(text)
    region = region_at(found, start)
    if region is not None:
        start = region.content_start if region.kind in {"fence", "indented-code"} else region.start
    region = region_at(found, end - 1) if end > start else None
    if region is not None:
        end = region.content_end if region.kind in {"fence", "indented-code"} else region.end
    line = text.rfind("\n", 0, start) + 1
    leading = _LEADING.match(text, line)
    if leading is not None and start < leading.end():
        start = leading.end()
    end = max(start, start + len(text[start:end].rstrip(" \t\n|")))
    return _pair(place.number, start, end)


def _pair(number: int, start: int, end: int) -> list[_Sign]:
    return [
        _Sign(start, 1, chr(_BASE + 2 * number)),
        _Sign(end, 0 if end > start else 2, chr(_BASE + 2 * number + 1)),
    ]


def _at_block(text: str, place: Place) -> list[_Sign]:
    """The beginning of the paragraph that holds a place, or of the one before it."""
    start = 0
    for block in text_blocks(text):
        if block.start > place.start:
            break
        start = block.start
    leading = _LEADING.match(text, start)
    start = leading.end() if leading else start
    return _pair(place.number, start, start)


def _one_by_one(text: str, places: Sequence[Place], plain: str) -> str:
    kept: list[_Sign] = []
    html = plain
    for place in places:
        for signs in (_signs(text, place), _at_block(text, place)):
            tried = _faithful(text, [*kept, *signs], plain)
            if tried is not None:
                kept += signs
                html = tried
                break
    return html


def _faithful(text: str, signs: Sequence[_Sign], plain: str) -> str | None:
    """The HTML with the signs in it; None where one got lost or they change more than that."""
    pieces: list[str] = []
    position = 0
    for sign in sorted(signs):
        pieces += (text[position : sign.offset], sign.char)
        position = sign.offset
    html = render("".join([*pieces, text[position:]]))
    return html if len(_SIGNS.findall(html)) == len(signs) and _SIGNS.sub("", html) == plain else None


def _with_marks(html: str, severities: dict[int, Severity]) -> str:
    made: list[str] = []
    active: list[int] = []
    for match in _PIECES.finditer(html):
        piece = match.group()
        if _SIGNS.fullmatch(piece):
            number, closing = divmod(ord(piece) - _BASE, 2)
            if not closing:
                active.append(number)
                continue
            active = [other for other in active if other != number]
            made.append(_reference(number, severities[number]))
        elif active and (piece.startswith("<math") or (piece[0] != "<" and piece.strip())):
            worst = "error" if any(severities[number] == "error" for number in active) else "warning"
            made.append(f'<mark class="{worst}">{piece}</mark>')
        else:
            made.append(piece)
    return "".join(made)


def _reference(number: int, severity: Severity) -> str:
    return (
        f'<a class="finding-ref {severity}" id="place-{number}" href="#finding-{number}"'
        f' aria-label="{severity} {number}">{number}</a>'
    )
