"""Repairs of published answers that have one right outcome, each leaving every other formula and word as it was.

All functions take and give stored text (line breaks as backslash and ``n``) and return it unchanged where a
repair cannot be told from damage. Text that holds real line breaks is left alone.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from generator.content.katex.errors import katex_error
from generator.content.markdown.line_breaks import SAFE_COMMANDS, decode
from generator.content.markdown.normalize import convert_delimiters, is_money, part_amounts
from generator.content.markdown.spans import Region, region_at, regions

_PAIR = re.compile(r"\\n")
_REST = re.compile(r"[a-zA-Z@]+")
_BRACKETED = re.compile(r"\\\((?:(?!\n\s*\n|\\\)|\$).)+\\\)|\\\[(?:(?!\n\s*\n|\\\]|\$).)+\\\]", re.DOTALL)

# A line of a formula may well begin with one of these letters; a line break before the other rests makes no sense.
_SHORT = frozenset({r"\nu", r"\ne", r"\ni"})


class CutCommand(NamedTuple):
    """A ``\\n`` that is no line break but the start of ``command``, at ``offset`` of the stored text."""

    offset: int
    command: str
    replacement: str


def cut_commands(stored: str) -> list[CutCommand]:
    """The LaTeX commands that the site cuts in two, told from line breaks by what stands around them.

    A command is reported only inside a formula that renders once it is restored, and never in code. One-letter
    rests (``\\nu``, ``\\ne``, ``\\ni``) need an inline formula that has no other line break, or open braces.
    """
    candidates = list(_candidates(stored))
    if not candidates:
        return []
    while candidates:
        restored, places = _restored(stored, candidates)
        markdown = decode(restored)
        known = regions(markdown)
        kept = [
            candidate
            for candidate, place in zip(candidates, places, strict=True)
            if _is_cut(markdown, known, candidate, len(decode(restored[:place])))
        ]
        if kept == candidates:
            break
        candidates = kept
    return candidates


def restore_cut_commands(stored: str) -> str:
    """``stored`` with every cut command in its safe form."""
    return _restored(stored, cut_commands(stored))[0]


def restore_delimiters(stored: str) -> str:
    r"""``\(…\)`` and ``\[…\]`` as ``$`` and ``$$``, if all that stands between them renders."""
    if "\\(" not in stored and "\\[" not in stored:
        return stored
    return _rewritten(stored, convert_delimiters, added=_bracketed)


def restore_money(stored: str) -> str:
    r"""``\$`` for the dollar signs of amounts that the site sets as a formula."""
    return _rewritten(stored, part_amounts) if "$" in stored else stored


def _candidates(stored: str) -> Iterator[CutCommand]:
    for pair in _PAIR.finditer(stored):
        rest = _REST.match(stored, pair.end())
        command = "\\n" + rest.group() if rest else ""
        escaped = stored[: pair.start()].endswith("\\")
        if command in SAFE_COMMANDS and not escaped:
            yield CutCommand(pair.start(), command, SAFE_COMMANDS[command])


def _restored(stored: str, cuts: Sequence[CutCommand]) -> tuple[str, list[int]]:
    """The text with the cuts mended, and where each replacement begins in it."""
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


def _is_cut(markdown: str, known: Sequence[Region], cut: CutCommand, offset: int) -> bool:
    region = region_at(known, offset)
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
    if cut.command not in _SHORT:
        return True
    depth = before.count("{") - before.count("}") - before.count("\\{") + before.count("\\}")
    return depth > 0 or (inline and "\n" not in tex)


def _bracketed(markdown: str) -> set[str]:
    return {_bare(match.group()[2:-2]) for match in _BRACKETED.finditer(markdown)}


def _bare(tex: str) -> str:
    return re.sub(r"[\s>]+|[.,;]\s*$", "", tex)


def _rewritten(
    stored: str, rewrite: Callable[[str], str], added: Callable[[str], set[str]] | None = None
) -> str:
    """The rewritten text, if it keeps every formula and code sample that was right and none that is new is broken.

    Where ``added`` is given, new formulas must be among what it finds in the text as it was.
    """
    if "\n" in stored:
        return stored
    before = decode(stored)
    after = rewrite(before)
    if after == before or "\\n" in after:
        return stored
    old = [(r.kind, r.text) for r in regions(before) if not is_money(before, r)]
    new = [(r.kind, r.text) for r in regions(after)]
    remaining = iter(new)
    if not all(region in remaining for region in old):
        return stored
    broken_before, broken_after = _broken(old), _broken(new)
    return after.replace("\n", "\\n") if broken_after <= broken_before else stored


def _broken(found: Sequence[tuple[str, str]]) -> int:
    return sum(
        katex_error(text, kind == "display-math") is not None for kind, text in found if kind.endswith("math")
    )
