"""Finds out whether KaTeX, with which the site shows math, would reject a formula."""

from functools import lru_cache
from typing import NamedTuple

from generator.content.katex.lexer import TexError
from generator.content.katex.parser import Parser
from generator.content.markdown.spans import non_prose_regions

__all__ = ["MathSpan", "TexProblem", "math_spans", "tex_problems"]


class MathSpan(NamedTuple):
    """A formula. Offsets are of the Markdown, ends exclusive; ``tex`` is what KaTeX is given.

    ``display`` is true for ``$$`` blocks and ``math`` fences; ``$$x$$`` inside a line is set inline.
    ``lost`` is text after an opening ``$$``, which the site drops; ``closed`` is false where no end was found.
    """

    start: int
    end: int
    content_start: int
    content_end: int
    display: bool
    closed: bool
    tex: str
    lost: str = ""


class TexProblem(NamedTuple):
    """Why KaTeX rejects a formula, and near which offset of its TeX."""

    offset: int
    message: str


def math_spans(markdown: str) -> list[MathSpan]:
    """All formulas that the site's parser sees, in order."""
    if "$" not in markdown and "math" not in markdown:
        return []
    found: list[MathSpan] = []
    for region in non_prose_regions(markdown):
        display = region.kind == "display-math"
        if display or region.kind == "inline-math" or (region.kind == "fence" and region.info == "math"):
            lost = region.info if display else ""
            found.append(
                MathSpan(*region[1:5], region.kind != "inline-math", region.closed, region.text, lost)
            )
    return found


@lru_cache(maxsize=4096)
def tex_problems(tex: str, display: bool) -> tuple[TexProblem, ...]:
    """The error for which KaTeX 0.16.21 would show ``tex`` in red; empty where KaTeX renders it."""
    parser = Parser(tex, display=display)
    try:
        parser.parse()
    except TexError as error:
        return (TexProblem(parser.gullet.lexer.start, error.reason),)
    except RecursionError:
        return (TexProblem(0, "the formula is nested too deeply"),)
    return ()
