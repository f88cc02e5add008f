"""Repairs published answers where only one result is right; all other formulas and words stay as they are.

All functions take and return stored text (line breaks as backslash and ``n``). They return it unchanged where the
repair could cause damage, and where the text contains real line breaks.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from generator.content.katex.errors import katex_error
from generator.content.markdown.line_breaks import SAFE_COMMANDS, decode
from generator.content.markdown.normalize import convert_delimiters, escape_paired_amounts, is_money
from generator.content.markdown.spans import NonProseRegion, non_prose_regions, region_at

_PAIR = re.compile(r"\\n")
_REST = re.compile(r"[a-zA-Z@]+")
_BRACKETED = re.compile(r"\\\((?:(?!\n\s*\n|\\\)|\$).)+\\\)|\\\[(?:(?!\n\s*\n|\\\]|\$).)+\\\]", re.DOTALL)

# A line of a formula may begin with the last letter of one of these. It cannot begin with the rest of another command.
_AMBIGUOUS = frozenset({r"\nu", r"\ne", r"\ni"})


class CutCommand(NamedTuple):
    """A ``\\n`` at ``offset`` of the stored text that is the beginning of ``command``, not a line break."""

    offset: int
    command: str
    replacement: str


def cut_commands(stored: str) -> list[CutCommand]:
    """The LaTeX commands that the site cuts in two.

    A command is reported only inside a formula that renders with the restored command, and never in code. ``\\nu``,
    ``\\ne`` and ``\\ni`` are reported only inside open braces or an inline formula without any other line break.
    """
    candidates = list(_candidates(stored))
    if not candidates:
        return []
    while candidates:
        restored, places = _restored(stored, candidates)
        markdown = decode(restored)
        found = non_prose_regions(markdown)
        confirmed = [
            candidate
            for candidate, place in zip(candidates, places, strict=True)
            if _is_cut(markdown, found, candidate, len(decode(restored[:place])))
        ]
        if confirmed == candidates:
            break
        candidates = confirmed
    return candidates


def restore_cut_commands(stored: str) -> str:
    """``stored`` with every cut command replaced by its safe form."""
    return _restored(stored, cut_commands(stored))[0]


def restore_delimiters(stored: str) -> str:
    r"""``stored`` with ``$`` and ``$$`` for ``\(…\)`` and ``\[…\]``, if the TeX between them renders."""
    if "\\(" not in stored and "\\[" not in stored:
        return stored
    return _rewritten(stored, convert_delimiters)


def restore_money(stored: str) -> str:
    r"""``stored`` with ``\$`` for the dollar signs of amounts that the site shows as a formula."""
    return _rewritten(stored, escape_paired_amounts) if "$" in stored else stored


def _candidates(stored: str) -> Iterator[CutCommand]:
    for pair in _PAIR.finditer(stored):
        rest = _REST.match(stored, pair.end())
        command = "\\n" + rest.group() if rest else ""
        escaped = stored[: pair.start()].endswith("\\")
        if command in SAFE_COMMANDS and not escaped:
            yield CutCommand(pair.start(), command, SAFE_COMMANDS[command])


def _restored(stored: str, cuts: Sequence[CutCommand]) -> tuple[str, list[int]]:
    """The text with every cut command replaced, and the offset of each replacement in it."""
    parts: list[str] = []
    places: list[int] = []
    position = length = 0
    for cut in cuts:
        parts.append(stored[position : cut.offset])
        length += cut.offset - position
        places.append(length)
        parts.append(cut.replacement)
        length += len(cut.replacement)
        position = cut.offset + len(cut.command)
    parts.append(stored[position:])
    return "".join(parts), places


def _is_cut(markdown: str, found: Sequence[NonProseRegion], cut: CutCommand, offset: int) -> bool:
    """Whether the command that was restored at ``offset`` belongs there."""
    region = region_at(found, offset)
    if region is None or region.kind == "html":
        bracketed = next((m for m in _BRACKETED.finditer(markdown) if m.start() < offset < m.end()), None)
        return bracketed is not None and _makes_sense(
            cut,
            bracketed.group()[2:-2],
            markdown[bracketed.start() + 2 : offset],
            inline=bracketed.group()[1] == "(",
        )
    if region.kind not in {"inline-math", "display-math"} or not region.closed:
        return False
    inline = region.kind == "inline-math"
    if is_money(markdown, region._replace(text=region.text.replace(cut.replacement, " "))):
        return False
    return _makes_sense(cut, region.text, markdown[region.content_start : offset], inline=inline)


def _makes_sense(cut: CutCommand, tex: str, before: str, *, inline: bool) -> bool:
    if katex_error(tex, not inline) is not None:
        return False
    if cut.command not in _AMBIGUOUS:
        return True
    depth = before.count("{") - before.count("}") - before.count("\\{") + before.count("\\}")
    return depth > 0 or (inline and "\n" not in tex)


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
