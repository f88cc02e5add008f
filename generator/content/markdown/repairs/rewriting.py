"""Rewrites the formulas and amounts of stored answers, and keeps the original where other formulas would change.

All functions take and return stored text (line breaks as backslash and ``n``). They return it unchanged where the
repair could cause damage, and where the text contains real line breaks.
"""

from collections.abc import Callable, Sequence

from generator.content.katex.errors import katex_error
from generator.content.markdown.line_breaks import decode
from generator.content.markdown.normalize import convert_delimiters, escape_paired_amounts, is_money
from generator.content.markdown.spans import non_prose_regions


def restore_delimiters(stored: str) -> str:
    r"""``stored`` with ``$`` and ``$$`` for ``\(…\)`` and ``\[…\]``, if the TeX between them renders."""
    if "\\(" not in stored and "\\[" not in stored:
        return stored
    return _rewritten(stored, convert_delimiters)


def restore_money(stored: str) -> str:
    r"""``stored`` with ``\$`` for the dollar signs of amounts that the site shows as a formula."""
    return _rewritten(stored, escape_paired_amounts) if "$" in stored else stored


def _rewritten(stored: str, rewrite: Callable[[str], str]) -> str:
    """The rewritten text, if all formulas and code samples remain and no more formulas are broken; else ``stored``.

    Formulas that are amounts of money need not remain.
    """
    if "\n" in stored:
        return stored
    before = decode(stored)
    after = rewrite(before)
    if after == before or "\\n" in after:
        return stored
    old = [(r.kind, r.text) for r in non_prose_regions(before) if not is_money(before, r)]
    new = [(r.kind, r.text) for r in non_prose_regions(after)]
    remaining = iter(new)
    if not all(region in remaining for region in old):  # in the same order
        return stored
    broken_before, broken_after = _broken(old), _broken(new)
    return after.replace("\n", "\\n") if broken_after <= broken_before else stored


def _broken(found: Sequence[tuple[str, str]]) -> int:
    """How many formulas among these regions (kind and text) KaTeX rejects."""
    return sum(
        katex_error(text, kind == "display-math") is not None for kind, text in found if kind.endswith("math")
    )
