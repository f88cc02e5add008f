"""Marks findings in the rendered answer.

A finding has an offset in the Markdown. Invisible marker characters are inserted there before rendering; their position
in the HTML is the position of the finding. If the markers would change the rendered text, the finding is marked at the
start of its paragraph instead.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from generator.content.claims.verdict import VerdictName
from generator.content.findings import Severity
from generator.content.markdown.spans import non_prose_regions, region_at, text_blocks
from generator.web.rendering.markdown import render

_BASE = 0xF0000  # private-use characters: each finding has one to open and one to close
_MOST_FINDINGS = 400
_LAST = _BASE + 2 * _MOST_FINDINGS
_MARKERS = re.compile(f"[{chr(_BASE)}-{chr(_LAST)}]")
_HTML_PARTS = re.compile(
    f'<math\\b.*?</math>|<[^>"]*(?:"[^"]*"[^>"]*)*>|{_MARKERS.pattern}|[^<{chr(_BASE)}-{chr(_LAST)}]+',
    re.DOTALL,
)
_LEADING = re.compile(r"[ \t>]*(?:(?:\d{1,9}[.)]|[-+*]|#{1,6}|\|)[ \t]+)*")


class FindingPlace(NamedTuple):
    """The position of a finding or a claim in the Markdown; ``end`` is exclusive.

    Attributes:
        number: of the finding in its list; claims go on counting after the last finding.
        severity: of the finding, or the verdict on the claim.
        is_claim: whether it is a claim, which is marked in the colour of its verdict and links to ``#claim-N``.
    """

    number: int
    start: int
    end: int
    severity: Severity | VerdictName
    is_claim: bool = False


def mark_findings(markdown: str, places: Sequence[FindingPlace]) -> str:
    """The safe HTML of the answer with a mark at each place, followed by a link to its finding or claim."""
    text = _MARKERS.sub("\ufffd", markdown)
    plain = render(text)
    places = [place for place in places if 0 <= place.number < _MOST_FINDINGS]
    if not places:
        return plain
    markers = [marker for place in places for marker in _markers(text, place)]
    html = _rendered_with(text, markers, plain)
    if html is None:
        html = _marked_one_by_one(text, places, plain)
    return _with_marks(html, {place.number: place for place in places})


class _Marker(NamedTuple):
    offset: int
    order: int
    char: str


def _markers(text: str, place: FindingPlace) -> list[_Marker]:
    start, end = max(0, min(place.start, len(text))), max(0, min(place.end, len(text)))
    text_regions = non_prose_regions(text)
    region = region_at(text_regions, start)
    if region is not None:
        start = region.content_start if region.kind in {"fence", "indented-code"} else region.start
    region = region_at(text_regions, end - 1) if end > start else None
    if region is not None:
        end = region.content_end if region.kind in {"fence", "indented-code"} else region.end
    line = text.rfind("\n", 0, start) + 1
    leading = _LEADING.match(text, line)
    if leading is not None and start < leading.end():
        start = leading.end()
    end = max(start, start + len(text[start:end].rstrip(" \t\n|")))
    return _marker_pair(place.number, start, end)


def _marker_pair(number: int, start: int, end: int) -> list[_Marker]:
    return [
        _Marker(start, 1, chr(_BASE + 2 * number)),
        _Marker(end, 0 if end > start else 2, chr(_BASE + 2 * number + 1)),
    ]


def _markers_at_paragraph(text: str, place: FindingPlace) -> list[_Marker]:
    """Markers at the start of the paragraph of a place, or of the paragraph before it."""
    start = 0
    for block in text_blocks(text):
        if block.start > place.start:
            break
        start = block.start
    leading = _LEADING.match(text, start)
    start = leading.end() if leading else start
    return _marker_pair(place.number, start, start)


def _marked_one_by_one(text: str, places: Sequence[FindingPlace], plain: str) -> str:
    """The HTML with the markers that do not change it. Each place is tried alone, then its paragraph."""
    accepted: list[_Marker] = []
    html = plain
    for place in places:
        for markers in (_markers(text, place), _markers_at_paragraph(text, place)):
            with_markers = _rendered_with(text, [*accepted, *markers], plain)
            if with_markers is not None:
                accepted += markers
                html = with_markers
                break
    return html


def _rendered_with(text: str, markers: Sequence[_Marker], plain: str) -> str | None:
    """The HTML with the markers; None if a marker is missing or the HTML without the markers is not ``plain``."""
    parts: list[str] = []
    position = 0
    for marker in sorted(markers):
        parts += (text[position : marker.offset], marker.char)
        position = marker.offset
    html = render("".join([*parts, text[position:]]))
    return html if len(_MARKERS.findall(html)) == len(markers) and _MARKERS.sub("", html) == plain else None


def _with_marks(html: str, places: dict[int, FindingPlace]) -> str:
    """The HTML with ``<mark>`` elements and links instead of the markers."""
    output: list[str] = []
    active: list[int] = []
    for match in _HTML_PARTS.finditer(html):
        part = match.group()
        if _MARKERS.fullmatch(part):
            number, closing = divmod(ord(part) - _BASE, 2)
            if not closing:
                active.append(number)
                continue
            active = [other for other in active if other != number]
            output.append(_reference(places[number]))
        elif active and (part.startswith("<math") or (part[0] != "<" and part.strip())):
            output.append(f'<mark class="{_class_of([places[number] for number in active])}">{part}</mark>')
        else:
            output.append(part)
    return "".join(output)


def _class_of(places: Sequence[FindingPlace]) -> str:
    """The class of the mark at these places: the worst finding, else the verdict on the claim that begins last."""
    severities = {place.severity for place in places if not place.is_claim}
    if severities:
        return "error" if "error" in severities else "warning"
    return f"claim {places[-1].severity}"


def _reference(place: FindingPlace) -> str:
    number, severity = place.number, place.severity
    if place.is_claim:
        return (
            f'<a class="claim-ref {severity}" id="claim-place-{number}" href="#claim-{number}"'
            f' aria-label="claim {number}: {severity}"></a>'
        )
    return (
        f'<a class="finding-ref {severity}" id="place-{number}" href="#finding-{number}"'
        f' aria-label="{severity} {number}">{number}</a>'
    )
