"""Finds and restores LaTeX commands of stored answers that the site cuts in two at their backslash-``n``."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from generator.content.katex import commands
from generator.content.katex.errors import katex_error
from generator.content.markdown.line_breaks import SAFE_COMMANDS, decode, safe_command
from generator.content.markdown.normalize import is_money
from generator.content.markdown.spans import NonProseRegion, non_prose_regions, region_at

_PAIR = re.compile(r"\\n")
_NAME = re.compile(r"\\n[a-zA-Z@]*")
_ROW_END = ("\\\\", "\\cr")
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


def possible_cut_commands(stored: str) -> list[CutCommand]:
    """The commands that may be cut and that :func:`restore_cut_commands` leaves: a person must decide.

    They are ambiguous commands in a formula where TeX ignores the line break, so that the reader sees the rest of the
    command or rows that run into each other; and commands without a safe form.
    """
    certain = {cut.offset for cut in cut_commands(stored)}
    return [
        candidate
        for candidate in (*_candidates(stored), *_without_safe_form(stored))
        if candidate.offset not in certain and _may_be_cut(stored, candidate)
    ]


def _may_be_cut(stored: str, candidate: CutCommand) -> bool:
    """Whether the formula around a possible command renders with it, and no row ends before it."""
    restored, (place,) = _restored(stored, [candidate])
    markdown = decode(restored)
    offset = len(decode(restored[:place]))
    region = region_at(
        non_prose_regions(markdown), max(offset - 1, 0) if not candidate.replacement else offset
    )
    if region is None or region.kind not in {"inline-math", "display-math"} or is_money(markdown, region):
        return False
    if offset < region.content_start or katex_error(region.text, region.kind == "display-math") is not None:
        return False
    return not markdown[region.content_start : offset].rstrip(" \t\n>").endswith(_ROW_END)


def _without_safe_form(stored: str) -> Iterator[CutCommand]:
    """The commands of KaTeX that begin with ``\\n`` and have no safe form; the replacement is empty."""
    for match in _NAME.finditer(stored):
        if match.group() not in SAFE_COMMANDS and commands.known(match.group()):
            yield CutCommand(match.start(), match.group(), "")


def restore_cut_commands(stored: str) -> str:
    """``stored`` with every cut command replaced by its safe form."""
    return _restored(stored, cut_commands(stored))[0]


def _candidates(stored: str) -> Iterator[CutCommand]:
    for pair in _PAIR.finditer(stored):
        name = _NAME.match(stored, pair.start())
        escaped = stored[: pair.start()].endswith("\\")
        if name is None or name.group() not in SAFE_COMMANDS or escaped:
            continue
        found = safe_command(stored, pair.start())
        if found is not None:
            yield CutCommand(pair.start(), *found)


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
