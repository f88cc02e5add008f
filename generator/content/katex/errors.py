"""Finds out whether KaTeX, with which the site shows math, would reject a formula, and why."""

from functools import lru_cache

from generator.content.katex.lexer import TexError
from generator.content.katex.parser import Parser


@lru_cache(maxsize=4096)
def katex_error(tex: str, display: bool) -> str | None:
    """The error for which KaTeX 0.16.21 would show ``tex`` in red; None where KaTeX renders it."""
    try:
        Parser(tex, display=display).parse()
    except TexError as error:
        return error.reason
    except RecursionError:
        return "the formula is nested too deeply"
    return None
