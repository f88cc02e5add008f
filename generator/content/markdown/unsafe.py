"""Finds the places in a Markdown answer that the site would show wrongly and that have no safe form."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from generator.content.katex import commands
from generator.content.katex.errors import katex_error
from generator.content.markdown.line_breaks import SAFE_COMMANDS
from generator.content.markdown.normalize import is_formula, is_money, may_be_money
from generator.content.markdown.spans import NonProseRegion, non_prose_regions, region_at

_LINE_BREAK_PAIR = re.compile(r"\\n")
_SEPARATED = re.compile(r"(?<!\\)\\ (n[a-zA-Z]*)")
_MATH = frozenset({"inline-math", "display-math"})
_CHEMISTRY = re.compile(r"\\(?:ce|pu)(?![a-zA-Z@])")
_DELIMITER = re.compile(r"(?<!\\)(?:\\\\)*\\[(\[]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
_CLOSED_DELIMITER = {"(": "\\)", "[": "\\]"}


class UnsafePlace(NamedTuple):
    """A place that the site would show wrongly; offsets are of the Markdown, ``end`` exclusive."""

    start: int
    end: int
    code: str
    message: str


def separate_backslash_n(markdown: str) -> str:
    """``markdown`` with a space inside each backslash-``n`` pair, which an article file cannot store."""
    return markdown.replace("\\n", "\\ n")


def has_separated_backslash_n(markdown: str) -> bool:
    """Whether the text contains a pair that :func:`separate_backslash_n` separated: in prose, code or a command's name.

    Elsewhere in a formula, a backslash and a space before an n are a command for a space.
    """
    places = {match.start(): f"\\{match[1]}" for match in _SEPARATED.finditer(markdown)}
    math = (
        [region for region in non_prose_regions(markdown) if region.kind in _MATH or region.info == "math"]
        if places
        else []
    )
    return any(
        (commands.known(command) and command not in SAFE_COMMANDS)
        or not any(part.start <= place < part.end for part in math)
        for place, command in places.items()
    )


def unsafe_places(markdown: str) -> list[UnsafePlace]:
    """All unsafe places, in order.

    Codes: ``line-break-in-code``, ``line-break-pair``, ``chemistry-command``, ``html-tag``, ``math-error``,
    ``unclosed-math``, ``lost-math-line``, ``unclosed-fence``, ``money-as-math``, ``raw-math-delimiter``,
    ``control-character``.
    """
    found = [
        UnsafePlace(
            match.start(), match.end(), "control-character", f"U+{ord(match.group()):04X} cannot be stored"
        )
        for match in _CONTROL.finditer(markdown)
    ]
    regions = non_prose_regions(markdown)
    for region in regions:
        if region.kind == "html":
            found.append(UnsafePlace(region.start, region.end, "html-tag", "the site shows HTML as text"))
        elif region.kind in _MATH or region.info == "math":
            found.extend(_math(markdown, region))
        if region.kind == "fence" and not region.closed:
            found.append(
                UnsafePlace(region.start, region.end, "unclosed-fence", "the code block has no closing fence")
            )
    found.extend(_line_break_pairs(markdown, regions))
    if "\\" in markdown:
        found.extend(_raw_tex(markdown, regions))
    return sorted(found)


def _math(markdown: str, region: NonProseRegion) -> Iterator[UnsafePlace]:
    start, end = region.start, region.end
    if is_money(markdown, region) or may_be_money(markdown, region):
        message = "the site shows the text between two dollar signs as a formula; write \\$"
        yield UnsafePlace(start, end, "money-as-math", message)
        return
    if not region.closed:
        yield UnsafePlace(start, end, "unclosed-math", "$$ has no closing $$ on its own line")
    if region.info and region.kind == "display-math":
        message = "the site does not show the text after an opening $$"
        yield UnsafePlace(start, region.content_start, "lost-math-line", message)
    chemistry = _CHEMISTRY.search(region.text)
    if chemistry:
        yield UnsafePlace(
            start, end, "chemistry-command", f"the site does not know {chemistry.group()}; write \\mathrm{{}}"
        )
        return
    error = katex_error(region.text, region.kind != "inline-math")
    if error is not None:
        yield UnsafePlace(start, end, "math-error", f"the formula does not render: {error}")


def _line_break_pairs(markdown: str, regions: tuple[NonProseRegion, ...]) -> Iterator[UnsafePlace]:
    if "\\n" not in markdown:
        return
    for match in _LINE_BREAK_PAIR.finditer(markdown):
        region = region_at(regions, match.start())
        if region is None or region.kind in {*_MATH, "html"} or region.info == "math":
            yield UnsafePlace(
                *match.span(), "line-break-pair", "the site breaks the line at a backslash before n"
            )
        else:
            yield UnsafePlace(
                *match.span(), "line-break-in-code", "the site breaks the code at a backslash before n"
            )


def _raw_tex(markdown: str, regions: tuple[NonProseRegion, ...]) -> Iterator[UnsafePlace]:
    """TeX outside formulas: delimiters that the site does not know, chemistry."""
    for match in _DELIMITER.finditer(markdown):
        start = match.end() - 2
        close = markdown.find(_CLOSED_DELIMITER[markdown[start + 1]], start)
        inner = markdown[start + 2 : close]
        if close < 0 or "\n\n" in inner or region_at(regions, start):
            continue
        if is_formula(inner, display=markdown[start + 1] == "["):
            yield UnsafePlace(
                start, close + 2, "raw-math-delimiter", "the site recognises only $ and $$ around math"
            )
    for match in _CHEMISTRY.finditer(markdown):
        if not region_at(regions, match.start()):
            message = f"the site does not know {match.group()}; write a formula with \\mathrm{{}}"
            yield UnsafePlace(*match.span(), "chemistry-command", message)
