"""Tells what in a Markdown answer has no form that the site would show as meant."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from generator.content.katex import commands
from generator.content.katex.errors import katex_error
from generator.content.markdown.line_breaks import SAFE_COMMANDS
from generator.content.markdown.normalize import is_formula, is_money
from generator.content.markdown.spans import Region, regions

_LINE_BREAK_PAIR = re.compile(r"\\n")
_SEPARATED = re.compile(r"(?<!\\)\\ (n[a-zA-Z]*)")
_MATH = frozenset({"inline-math", "display-math"})
_CHEMISTRY = re.compile(r"\\(?:ce|pu)(?![a-zA-Z@])")
_DELIMITER = re.compile(r"(?<!\\)(?:\\\\)*\\[(\[]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
_CLOSED_DELIMITER = {"(": "\\)", "[": "\\]"}


class Unsafe(NamedTuple):
    """A place that the site would not show as meant; offsets are of the Markdown, ``end`` exclusive."""

    start: int
    end: int
    code: str
    message: str


def separate_backslash_n(markdown: str) -> str:
    """``markdown`` with a space in each backslash-``n`` pair, which an article file cannot carry."""
    return markdown.replace("\\n", "\\ n")


def has_separated_backslash_n(markdown: str) -> bool:
    """Whether the text holds a pair that :func:`separate_backslash_n` separated: in prose, in code, or in a command's name.

    In a formula, a command for a space may stand before an n.
    """
    places = {match.start(): f"\\{match[1]}" for match in _SEPARATED.finditer(markdown)}
    math = (
        [region for region in regions(markdown) if region.kind in _MATH or region.info == "math"]
        if places
        else []
    )
    return any(
        (commands.known(command) and command not in SAFE_COMMANDS)
        or not any(part.start <= place < part.end for part in math)
        for place, command in places.items()
    )


def unsafe(markdown: str) -> list[Unsafe]:
    """Everything of its kind in ``markdown``, in order; nothing for text that the site shows as meant.

    Codes: ``line-break-in-code``, ``line-break-pair``, ``chemistry-command``, ``html-tag``, ``math-error``,
    ``unclosed-math``, ``lost-math-line``, ``unclosed-fence``, ``money-as-math``, ``raw-math-delimiter``,
    ``control-character``.
    """
    found = [
        Unsafe(
            match.start(), match.end(), "control-character", f"U+{ord(match.group()):04X} cannot be stored"
        )
        for match in _CONTROL.finditer(markdown)
    ]
    known = regions(markdown)
    for region in known:
        if region.kind == "html":
            found.append(Unsafe(region.start, region.end, "html-tag", "the site shows HTML as text"))
        elif region.kind in _MATH or region.info == "math":
            found.extend(_math(markdown, region))
        if region.kind == "fence" and not region.closed:
            found.append(
                Unsafe(region.start, region.end, "unclosed-fence", "the code block has no closing fence")
            )
    found.extend(_pairs(markdown, known))
    if "\\" in markdown:
        found.extend(_raw_tex(markdown, known))
    return sorted(found)


def _math(markdown: str, region: Region) -> Iterator[Unsafe]:
    start, end = region.start, region.end
    if is_money(markdown, region):
        yield Unsafe(start, end, "money-as-math", "dollar signs in prose pair up as a formula; write \\$")
        return
    if not region.closed:
        yield Unsafe(start, end, "unclosed-math", "$$ has no closing $$ on a line of its own")
    if region.info and region.kind == "display-math":
        yield Unsafe(start, region.content_start, "lost-math-line", "text after an opening $$ is not shown")
    chemistry = _CHEMISTRY.search(region.text)
    if chemistry:
        yield Unsafe(
            start, end, "chemistry-command", f"the site does not know {chemistry.group()}; write \\mathrm{{}}"
        )
        return
    error = katex_error(region.text, region.kind != "inline-math")
    if error is not None:
        yield Unsafe(start, end, "math-error", f"the formula does not render: {error}")


def _pairs(markdown: str, known: tuple[Region, ...]) -> Iterator[Unsafe]:
    if "\\n" not in markdown:
        return
    for match in _LINE_BREAK_PAIR.finditer(markdown):
        region = next((region for region in known if region.start <= match.start() < region.end), None)
        if region is None or region.kind in {*_MATH, "html"} or region.info == "math":
            yield Unsafe(*match.span(), "line-break-pair", "the site breaks the line at a backslash before n")
        else:
            yield Unsafe(
                *match.span(), "line-break-in-code", "the site breaks the code at a backslash before n"
            )


def _raw_tex(markdown: str, known: tuple[Region, ...]) -> Iterator[Unsafe]:
    """TeX outside of any formula: delimiters that the site does not know, chemistry."""
    taken = [(region.start, region.end) for region in known]
    for match in _DELIMITER.finditer(markdown):
        start = match.end() - 2
        close = markdown.find(_CLOSED_DELIMITER[markdown[start + 1]], start)
        inner = markdown[start + 2 : close]
        if close < 0 or "\n\n" in inner or any(a <= start < b for a, b in taken):
            continue
        if is_formula(inner, display=markdown[start + 1] == "["):
            yield Unsafe(
                start, close + 2, "raw-math-delimiter", "the site knows only $ and $$ as marks of math"
            )
    for match in _CHEMISTRY.finditer(markdown):
        if not any(a <= match.start() < b for a, b in taken):
            yield Unsafe(*match.span(), "chemistry-command", f"the site does not know {match.group()}")
