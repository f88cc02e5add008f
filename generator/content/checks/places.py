"""Translates the place of a finding in a part of a draft into its place in the article file."""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from generator.content.findings import Finding
from generator.content.markdown import answer as answers

_POINT = re.compile(r"points\[(\d+)\]")
_FILE_FIELDS = {"page_description": "seo.page_description", "page_keywords": "seo.page_keywords"}


class AnswerPart(NamedTuple):
    """A part of an answer: its offsets in the answer's Markdown (``end`` exclusive), and its own text."""

    start: int
    end: int
    text: str


def findings_in_file(findings: Sequence[Finding], markdown: str) -> tuple[Finding, ...]:
    """The findings under the field names of the file; offsets in a part become offsets in the whole ``answer``.

    A finding whose place is not found again keeps its field and offsets.

    Args:
        markdown: the file's answer with real line breaks.
    """
    return tuple(_in_file(finding, markdown) for finding in findings)


def part_of(field: str, markdown: str) -> AnswerPart | None:
    """The part of the answer that a finding's field names.

    None where the field names no part, or a point that does not exist, or the answer has no numbered points.
    """
    point = _POINT.match(field)
    if not point and field not in {"introduction", "conclusion"}:
        return None
    parsed = _parsed(markdown)
    if parsed is None:
        return None
    if field == "introduction":
        return AnswerPart(0, parsed.points[0].start if parsed.points else len(markdown), parsed.introduction)
    if field == "conclusion":
        start = markdown.rfind(parsed.conclusion) if parsed.conclusion else len(markdown)
        return AnswerPart(max(start, 0), len(markdown), parsed.conclusion)
    assert point is not None
    if int(point[1]) >= len(parsed.points):
        return None
    found = parsed.points[int(point[1])]
    return AnswerPart(found.start, found.end, found.heading if field.endswith("heading") else found.body)


@lru_cache(maxsize=4)
def _parsed(markdown: str) -> answers.NumberedAnswer | None:
    """The parts of an answer, parsed once for all of its findings."""
    return answers.parse(markdown)


def _in_file(finding: Finding, markdown: str) -> Finding:
    if finding.field in _FILE_FIELDS:
        return replace(finding, field=_FILE_FIELDS[finding.field])
    part = part_of(finding.field, markdown) if finding.start is not None and finding.end is not None else None
    if part is None:
        return finding
    place = _place_in_answer(part, finding.start or 0, finding.end or 0, markdown)
    return replace(finding, field="answer", start=place[0], end=place[1]) if place else finding


def _place_in_answer(part: AnswerPart, start: int, end: int, markdown: str) -> tuple[int, int] | None:
    """The offsets in the whole answer of an excerpt of a part, whose lines may be indented there."""
    words = part.text[start:end].split()
    if not words:
        return None
    excerpt = re.compile(r"\s+".join(map(re.escape, words)))
    earlier = sum(1 for _ in excerpt.finditer(part.text, 0, start))
    found = next(islice(excerpt.finditer(markdown, part.start, part.end), earlier, None), None)
    return found.span() if found else None
