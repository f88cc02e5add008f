"""Turns Markdown as models write it into Markdown that the site renders as it was meant."""

import re
from collections.abc import Callable

from generator.content.markdown.line_breaks import safe_tex
from generator.content.markdown.spans import Region, TextBlock, region_at, regions, text_blocks
from generator.content.stems import word_set

_DELIMITED = re.compile(r"(?<!\\)(?:\\\\)*\\(?:\((?P<inline>.+?)\\\)|\[(?P<display>.+?)\\\])", re.DOTALL)
_LONE_DOLLAR = re.compile(r"\$")
_AMOUNT = re.compile(r"(?<!\$)\$(?=\d)")
_LONE_DISPLAY = re.compile(r"[ \t]*([.,;]?)[ \t]*(?=\n|\Z)")
_PUNCTUATION = re.compile(r"[ \t]*([.,;]?)(?=\s|\Z)")
_REMARK = re.compile(r"\s*(?:\d+(?:[-–,]\s*\d+)*|sic|\.{3}|…|[a-z]{3,})\s*")
_NEEDS_DISPLAY = re.compile(r"\\tag\b|\\begin\{(?:align|gather|equation|alignat|CD)\*?\}|\\\\")

_TEX = re.compile(r"[\\^_{}=<>]")
_STARTS_WITH_AMOUNT = re.compile(r"\d[\d,]*(?:\.\d+)?(?!\.?\d)")
_WORD = re.compile(r"[A-Za-z]{2,}")
_PASSES = 8
_PROSE = word_set(
    "a an and or to per in of for the with from by on at is was are were each which than as into plus but if your"
)
_SCALES = word_set("thousand million billion trillion")


def site_safe(markdown: str) -> str:
    r"""The same text with everything that has a safe form put into it.

    ``\(…\)`` and ``\[…\]`` become ``$`` math and ``$$`` on lines of their own, commands that begin with ``\n``
    their equivalents, amounts of money outside math ``\$5``, and ``\n`` in prose ``&#92;n``. Code is not touched.
    Applying it twice changes nothing more. What has no safe form stays; ``unsafe.unsafe`` finds it.
    """
    if "\\" not in markdown and "$" not in markdown:
        return markdown
    # A step can bring to light what another one mends, as when a $$ block no longer swallows what follows it.
    for _ in range(_PASSES):
        before = markdown
        for step in (convert_delimiters, escape_money, _dollars_in_math, _display_blocks, _line_break_pairs):
            markdown = step(markdown)
        if markdown == before:
            break
    return markdown


# ---------------------------------------------------------------- \( \) and \[ \]


def convert_delimiters(markdown: str) -> str:
    r"""``\(…\)`` as ``$…$`` and ``\[…\]`` as ``$$`` blocks, where they hold TeX; code and formulas stay."""
    if "\\(" not in markdown and "\\[" not in markdown:
        return markdown
    for block in reversed(text_blocks(markdown)):
        text = markdown[block.start : block.end]
        if "\\(" in text or "\\[" in text:
            rewritten = _delimiters_of(markdown, block)
            if rewritten != text and "$" in text:
                # A lone dollar sign would pair up with a new one.
                parted = _outside(markdown, _LONE_DOLLAR, lambda match: "\\$", block.start, block.end)
                grown = block._replace(end=block.end + len(parted) - len(markdown))
                markdown, block = parted, grown
                rewritten = _delimiters_of(markdown, block)
            markdown = markdown[: block.start] + rewritten + markdown[block.end :]
    return markdown


def _delimiters_of(markdown: str, block: TextBlock) -> str:
    found = [region for region in regions(markdown) if region.kind != "html"]
    text = ""
    position = block.start
    while match := _DELIMITED.search(markdown, position, block.end):
        start = match.end() - len(match.group().lstrip("\\")) - 1
        inner = match["inline"] or match["display"] or ""
        taken = region_at(found, start)
        if taken or not is_formula(inner, display=bool(match["display"])):
            stop = taken.end if taken else start + 2
            text += markdown[position:stop]
            position = stop
            continue
        text += markdown[position:start]
        position = match.end()
        if match["display"] and block.kind == "paragraph":
            tail = _PUNCTUATION.match(markdown, position, block.end)
            position = tail.end() if tail else position
            after = markdown[position : block.end]
            text = _own_lines(text, inner, tail[1] if tail else "", block.prefix, after)
            position += _skipped(after)
        else:
            tex = " ".join(line.strip(" \t>") for line in inner.strip().splitlines())
            text += (
                (" " if text.endswith("$") else "")
                + f"${tex}$"
                + (" " if markdown.startswith("$", position) else "")
            )
    return text + markdown[position : block.end]


def is_formula(inner: str, *, display: bool) -> bool:
    """Whether what stands between other delimiters is TeX, not a remark such as ``\\[sic\\]`` in escaped brackets."""
    if "$" in inner or "`" in inner or not inner.strip() or (display and _REMARK.fullmatch(inner)):
        return False
    return bool(_TEX.search(inner)) or len(_WORD.findall(inner)) < 3


def _own_lines(before: str, tex: str, tail: str, prefix: str, after: str) -> str:
    """``before``, which begins with its block, then a ``$$`` block in the same container; ``after`` is not added."""
    rows = [row.strip(" \t>") for row in tex.strip().split("\n")]
    body = "\n".join(prefix + row for row in rows if row) + tail
    head, line_break, row = before.rpartition("\n")
    if line_break and not row.strip(" \t>"):
        opening = head + line_break + prefix
    elif not line_break and not row[len(prefix) :].strip():
        opening = row
    else:
        opening = before.rstrip(" \t") + "\n" + prefix
    return f"{opening}$$\n{body}\n{prefix}$$" + ("\n" + prefix if after.strip(" \t\n>") else "")


def _skipped(after: str) -> int:
    """The white space, line break included, that a new line makes superfluous; nothing where the block ends."""
    return len(after) - len(after.lstrip(" \t\n>")) if after.strip(" \t\n>") else 0


# ---------------------------------------------------------------- money


def escape_money(markdown: str) -> str:
    r"""Amounts outside math as ``\$5``, so that no two of them pair up as a formula."""
    if "$" not in markdown:
        return markdown
    markdown = part_amounts(markdown)
    return _outside(markdown, _AMOUNT, lambda match: "\\$")


def part_amounts(markdown: str) -> str:
    r"""``\$`` for each dollar sign that opens a formula by mistake; lone amounts, which show right, stay."""
    position = 0
    while True:
        mistaken = next((r for r in regions(markdown) if r.start >= position and is_money(markdown, r)), None)
        if mistaken is None:
            return markdown
        markdown = f"{markdown[: mistaken.start]}\\{markdown[mistaken.start :]}"
        position = mistaken.start


def is_money(markdown: str, region: Region) -> bool:
    """Whether an inline formula is two amounts of money, or prose between dollar signs, that paired up."""
    if region.kind != "inline-math" or region.content_start - region.start != 1:
        return False
    text = region.text
    closes_amount = markdown[region.end : region.end + 1].isdigit()
    amount = _STARTS_WITH_AMOUNT.match(text)
    rest = text[amount.end() :] if amount else text
    words = [word.lower() for word in _WORD.findall(re.sub(r"\\[A-Za-z]+", " ", rest))]
    prose = any(word in _PROSE for word in words) or sum(len(word) > 2 for word in words) > 2
    if amount and not _TEX.search(rest):
        scaled = bool(words) and words[0] in _SCALES and len(words) > 1
        open_end = bool(words) and text[-1:].isspace() and not text[:1].isspace()
        return closes_amount or prose or scaled or open_end
    if amount:
        return closes_amount and prose and "\\" not in rest
    trailing = markdown[region.start - 1 : region.start].isdigit() and text[:1].isspace()
    return (
        prose
        and not _TEX.search(text)
        and (trailing or closes_amount or text[-1:].isspace() != text[:1].isspace())
    )


# ---------------------------------------------------------------- dollars inside math


def _dollars_in_math(markdown: str) -> str:
    r"""``$\$5 \times 3$`` ends at its ``\$``; inside a formula the sign is ``\text{\textdollar}``."""
    position = 0
    while "\\$" in markdown:
        cut = next(
            (
                region
                for region in regions(markdown)
                if region.start >= position and region.kind == "inline-math" and _ends_escaped(region.text)
            ),
            None,
        )
        if cut is None:
            break
        position = cut.end
        end = re.compile(r"(?<!\\)\$(?!\$)|\n\s*\n").search(markdown, cut.end)
        if end is None or end.group() != "$" or cut.content_start - cut.start != 1:
            continue
        inner = markdown[cut.content_start : end.start()].replace("\\$", r"\text{\textdollar}")
        markdown = markdown[: cut.content_start] + inner + markdown[end.start() :]
        position = cut.start
    return markdown


def _ends_escaped(text: str) -> bool:
    return (len(text) - len(text.rstrip("\\"))) % 2 == 1


# ---------------------------------------------------------------- $$ on lines of its own


def _display_blocks(markdown: str) -> str:
    if "$$" not in markdown:
        return markdown
    for _ in range(2 * markdown.count("$$")):
        changed = _display_once(markdown)
        if changed == markdown:
            break
        markdown = changed
    return markdown


def _display_once(markdown: str) -> str:
    blocks = text_blocks(markdown)
    for region in regions(markdown):
        if region.kind == "display-math":
            changed = _whole_lines(markdown, region)
        elif region.kind == "inline-math" and region.content_start - region.start == 2:
            changed = _lifted(markdown, region, blocks)
        else:
            continue
        if changed != markdown:
            return changed
    return markdown


def _whole_lines(markdown: str, region: Region) -> str:
    """A ``$$`` block whose opening or closing mark shares its line with TeX, or which lost its indentation."""
    line_start = markdown.rfind("\n", 0, region.start) + 1
    prefix = re.sub(r"[^>\t]", " ", markdown[line_start : region.start])
    size = len(markdown[region.start : region.end]) - len(markdown[region.start : region.end].lstrip("$"))
    mark = "$" * size
    if region.info:
        head = markdown[: region.start + size]
        return (
            f"{head}\n{prefix}{markdown[region.start + size : region.end].lstrip()}" + markdown[region.end :]
        )
    inner = markdown[region.content_start : region.content_end]
    glued = re.search(rf"(?<![\\$])\${{{size}}}(?!\$)", inner)
    if glued and inner[: glued.start()].strip(" \t>\n"):
        before = markdown[: region.content_start + glued.start()].rstrip(" \t")
        after = markdown[region.content_start + glued.end() :].lstrip(" \t")
        tail = after if not after or after.startswith("\n") else f"\n{prefix}{after}"
        return f"{before}\n{prefix}{mark}{tail}"
    if not region.closed and prefix:
        end = re.compile(rf"(?:\n(?![ \t]*\n)[^\n]*){{0,40}}?\n[ \t]*{re.escape(mark)}[ \t]*(?=\n|\Z)").match(
            markdown, region.end
        )
        if end and end.group().count("\n") > 0:
            lines = end.group().split("\n")
            return (
                markdown[: region.end]
                + "\n".join(prefix + line.lstrip() if line.strip() else line for line in lines)
                + markdown[end.end() :]
            )
    return markdown


def _lifted(markdown: str, region: Region, blocks: list[TextBlock]) -> str:
    """``$$x$$`` inside a line set on lines of its own, where it stands alone or display is plainly meant."""
    block = next((block for block in blocks if block.start <= region.start < block.end), None)
    if block is None or block.kind != "paragraph":
        return markdown
    line_start = max(markdown.rfind("\n", 0, region.start) + 1, block.start)
    lead = markdown[line_start : region.start]
    alone = not lead[len(block.prefix) :].strip(" \t>") or lead.rstrip().endswith(":")
    after = _LONE_DISPLAY.match(markdown, region.end, block.end)
    if not _NEEDS_DISPLAY.search(region.text) and not (alone and after):
        return markdown
    tail = after[1] if after else ""
    position = after.end() if after else region.end
    rest = markdown[position : block.end]
    rewritten = _own_lines(markdown[block.start : region.start], region.text, tail, block.prefix, rest)
    position += _skipped(rest)
    return markdown[: block.start] + rewritten + markdown[position:]


# ---------------------------------------------------------------- backslash-n pairs


def _line_break_pairs(markdown: str) -> str:
    if "\\n" not in markdown:
        return markdown
    parts: list[str] = []
    position = 0
    for region in regions(markdown):
        math = region.kind in {"inline-math", "display-math"} or (
            region.kind == "fence" and region.info == "math"
        )
        parts.append(_plain_pairs(markdown[position : region.start]))
        parts.append(
            safe_tex(markdown[region.start : region.end]) if math else markdown[region.start : region.end]
        )
        position = region.end
    parts.append(_plain_pairs(markdown[position:]))
    return "".join(parts)


def _plain_pairs(prose: str) -> str:
    r"""``\n`` as an entity; ``\\n``, which shows the same two characters, too."""
    return re.sub(r"\\+n", lambda match: "&#92;" * ((len(match.group())) // 2) + "n", prose)


def _outside(
    markdown: str,
    pattern: re.Pattern[str],
    replace: Callable[[re.Match[str]], str],
    start: int = 0,
    end: int = -1,
) -> str:
    """``pattern`` replaced in the prose between the offsets, where no backslash escapes it."""

    def unescaped(match: re.Match[str]) -> str:
        return match.group() if _ends_escaped(match.string[: match.start()]) else replace(match)

    end = len(markdown) if end < 0 else end
    parts = [markdown[:start]]
    position = start
    for region in regions(markdown):
        if start <= region.start < end:
            parts.append(pattern.sub(unescaped, markdown[position : region.start]))
            parts.append(markdown[region.start : region.end])
            position = region.end
    parts.append(pattern.sub(unescaped, markdown[position:end]))
    parts.append(markdown[end:])
    return "".join(parts)
