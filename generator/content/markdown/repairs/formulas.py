r"""Repairs formulas that KaTeX refuses: chemical formulas in ``\ce{…}``, and characters in ``\text{…}``.

Both functions take and return stored text. A formula is changed only if KaTeX refuses it before and shows it after.
"""

import re
from collections.abc import Callable
from functools import cache

from generator.content.katex import commands
from generator.content.katex.errors import katex_error
from generator.content.markdown.line_breaks import decode
from generator.content.markdown.repairs.chemistry import chemistry_commands
from generator.content.markdown.spans import NonProseRegion, non_prose_regions, region_at

_MATH = frozenset({"inline-math", "display-math"})
_TEXT_COMMANDS = sorted(
    name[1:]
    for name, function in commands.FUNCTIONS.items()
    if function.kind == "text" and function.args == 1
)
_TEXT_GROUP = re.compile(rf"\\({'|'.join(_TEXT_COMMANDS)})\{{((?:[^{{}}\\$]|\\[%_&# ])*)\}}")
# In text mode: a number below or above the line, and marks that are meant as themselves.
_SCRIPT = re.compile(r"(?<=[\w)\]])(?:_|\^)(?:\d+|(?<=\^)[-−]\d+|(?<=\^)[+-](?![\w]))")
_MARK = re.compile(r"(?<!\\)[%&#]|(?<=[A-Za-z]{2})_(?=[A-Za-z]{2})")
_BRACKETED = re.compile(r"\\\((?:(?!\n\s*\n|\\\)|\$).)+\\\)|\\\[(?:(?!\n\s*\n|\\\]|\$).)+\\\]", re.DOTALL)


def restore_chemistry(stored: str) -> str:
    r"""``stored`` with TeX for every ``\ce{…}`` that holds a plain chemical formula; in prose between ``$``."""
    if "\\ce" not in stored or "\n" in stored:
        return stored
    return _stored_again(stored, _prose_chemistry(_in_formulas(decode(stored), _without_mhchem)))


def restore_text_characters(stored: str) -> str:
    r"""``stored`` with every character that KaTeX refuses in ``\text{…}`` in front of it, behind it or escaped."""
    if "\\" not in stored or "$" not in stored or "\n" in stored:
        return stored
    return _stored_again(stored, _in_formulas(decode(stored), _with_safe_text))


def _stored_again(stored: str, markdown: str) -> str:
    return stored if "\\n" in markdown else markdown.replace("\n", "\\n")


def _in_formulas(markdown: str, rewrite: Callable[[str], str]) -> str:
    """The text with refused formulas rewritten, if it still has the same formulas and code elsewhere."""
    found = non_prose_regions(markdown)
    edits: list[tuple[NonProseRegion, str]] = []
    for region in found:
        source = markdown[region.content_start : region.content_end]
        # A block in a container has marks inside its lines: its source is not its TeX.
        if region.kind not in _MATH or not region.closed or "\n>" in source:
            continue
        display = region.kind == "display-math"
        if katex_error(region.text, display) is None:
            continue
        after = rewrite(source)
        if after != source and katex_error(rewrite(region.text), display) is None:
            edits.append((region, after))
    changed = markdown
    for region, after in reversed(edits):
        changed = changed[: region.content_start] + after + changed[region.content_end :]
    kept = [(part.kind, part.closed) for part in non_prose_regions(changed)]
    return changed if kept == [(part.kind, part.closed) for part in found] else markdown


# ---------------------------------------------------------------- \ce


def _without_mhchem(tex: str) -> str:
    for start, end, written in reversed(chemistry_commands(tex)):
        tex = tex[:start] + written + tex[end:]
    return tex


def _prose_chemistry(markdown: str) -> str:
    """The chemical formulas outside of formulas and code, between dollar signs."""
    found = non_prose_regions(markdown)
    bracketed = [match.span() for match in _BRACKETED.finditer(markdown)]
    changed = markdown
    for start, end, written in reversed(chemistry_commands(markdown)):
        if region_at(found, start) is not None or katex_error(written, False) is not None:
            continue
        inside = any(first < start < last for first, last in bracketed)
        changed = changed[:start] + (written if inside else f"${written}$") + changed[end:]
    before = {region.text for region in found if region.kind in _MATH}
    new = [
        region for region in non_prose_regions(changed) if region.kind in _MATH and region.text not in before
    ]
    return markdown if any(katex_error(region.text, False) is not None for region in new) else changed


# ---------------------------------------------------------------- \text


def _with_safe_text(tex: str) -> str:
    return _TEXT_GROUP.sub(_safe_group, tex)


def _safe_group(match: re.Match[str]) -> str:
    command, content = match.groups()
    content = _MARK.sub(lambda mark: f"\\{mark.group()}", content)
    parts: list[str] = []
    position = 0
    for place in _outside_text(content):
        parts += [_group(command, content[position : place.start()]), _in_math(place.group())]
        position = place.end()
    return "".join([*parts, _group(command, content[position:])])


def _outside_text(content: str) -> list[re.Match[str]]:
    """What KaTeX refuses in text mode and shows in a formula: scripts with digits, and single characters."""
    refused = re.compile(_SCRIPT.pattern + r"|[^\x00-\x7f\u0300-\u036f]")
    return [
        place
        for place in refused.finditer(content)
        if len(place.group()) > 1 or place.group()[0] in "_^" or _is_refused(place.group())
    ]


@cache
def _is_refused(character: str) -> bool:
    return katex_error(rf"\text{{{character}}}", False) is not None and katex_error(character, False) is None


def _group(command: str, content: str) -> str:
    return rf"\{command}{{{content}}}" if content else ""


def _in_math(text: str) -> str:
    if text[0] not in "_^":
        return text
    script = text[1:].replace("−", "-")
    return text[0] + (script if len(script) == 1 else f"{{{script}}}")
