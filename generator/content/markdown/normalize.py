"""Rewrites a model's Markdown so that the site renders it as intended."""

import re
from collections.abc import Callable

from generator.content.language.stems import word_set
from generator.content.markdown.line_breaks import safe_tex
from generator.content.markdown.spans import (
    NonProseRegion,
    TextBlock,
    non_prose_regions,
    region_at,
    text_blocks,
)

_DELIMITED = re.compile(r"(?<!\\)(?:\\\\)*\\(?:\((?P<inline>.+?)\\\)|\[(?P<display>.+?)\\\])", re.DOTALL)
_LONE_DOLLAR = re.compile(r"\$")
_AMOUNT = re.compile(r"(?<!\$)\$(?=\d)")
_LONE_DISPLAY = re.compile(r"[ \t]*([.,;]?)[ \t]*(?=\n|\Z)")
_PUNCTUATION = re.compile(r"[ \t]*([.,;]?)(?=\s|\Z)")
_REMARK = re.compile(r"\s*(?:\d+(?:[-–,]\s*\d+)*|sic|\.{3}|…|[a-z]{3,})\s*")
_NEEDS_DISPLAY = re.compile(r"\\tag\b|\\begin\{(?:align|gather|equation|alignat|CD)\*?\}|\\\\")

_TEX = re.compile(r"[\\^_{}=<>]")
_STARTS_WITH_AMOUNT = re.compile(r"\d[\d,]*(?:\.\d+)?(?!\.?\d)")
# What a formula ends with, and an amount with an operator before the next amount does not.
_CLOSES_TEX = re.compile(r"[\w}]\s*\Z")
# Between two dollar signs that follow their amounts, as in “5$, 6$”.
_NEXT_AMOUNT = re.compile(r"\s*(?:[,;/]|[-–—]|and|or|to)\s*(?:(?:and|or)\s+)?\d[\d,]*(?:\.\d+)?")
_WORD = re.compile(r"[A-Za-z]{2,}")
_LETTERS = re.compile(r"[^\W\d_]+")
_LONGEST_SYMBOL = 3
_NAMED_SYMBOLS = word_set(
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon"
    " phi chi psi omega sin cos tan cot sec csc log ln exp lim max min det mod gcd"
)
_SHORT_WORDS = word_set(
    "am an as at be by do ed en er es et go he id if in is it ly me my no of on or re so to un up us we"
)
_MAX_PASSES = 8
_PROSE = word_set(
    "a an and or to per in of for the with from by on at is was are were each which than as into plus but if your"
)
_SCALES = word_set("thousand million billion trillion")


def site_safe(markdown: str) -> str:
    r"""The text with everything in a form that the site shows correctly, where such a form exists.

    ``\(…\)`` becomes ``$…$``, and ``\[…\]`` becomes ``$$`` on its own lines. Commands that begin with ``\n`` become
    their equivalents, amounts of money outside math become ``\$5``, and ``\n`` in prose becomes ``&#92;n``. Code is
    not changed. Idempotent. ``unsafe.unsafe_places`` finds what has no safe form.
    """
    if "\\" not in markdown and "$" not in markdown:
        return markdown
    # One step can make work for another, for example when a $$ block no longer includes the text after it.
    for _ in range(_MAX_PASSES):
        before = markdown
        for step in (convert_delimiters, escape_money, _dollars_in_math, _display_blocks, _line_break_pairs):
            markdown = step(markdown)
        if markdown == before:
            break
    return markdown


# ---------------------------------------------------------------- \( \) and \[ \]


def convert_delimiters(markdown: str) -> str:
    r"""Replaces ``\(…\)`` by ``$…$`` and ``\[…\]`` by ``$$`` blocks where they contain TeX; code does not change."""
    if "\\(" not in markdown and "\\[" not in markdown:
        return markdown
    for block in reversed(text_blocks(markdown)):
        text = markdown[block.start : block.end]
        if "\\(" in text or "\\[" in text:
            rewritten = _delimiters_of(markdown, block)
            if rewritten != text and "$" in text:
                # A single dollar sign in the block would form a pair with a new one.
                escaped = _replace_in_prose(
                    markdown, _LONE_DOLLAR, lambda match: "\\$", block.start, block.end
                )
                block = block._replace(end=block.end + len(escaped) - len(markdown))
                markdown = escaped
                rewritten = _delimiters_of(markdown, block)
            markdown = markdown[: block.start] + rewritten + markdown[block.end :]
    return markdown


def _delimiters_of(markdown: str, block: TextBlock) -> str:
    found = [region for region in non_prose_regions(markdown) if region.kind != "html"]
    text = ""
    position = block.start
    while match := _DELIMITED.search(markdown, position, block.end):
        start = match.end() - len(match.group().lstrip("\\")) - 1
        inner = match["inline"] or match["display"] or ""
        region = region_at(found, start)
        if region or not is_formula(inner, display=bool(match["display"])):
            stop = region.end if region else start + 2
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
    """Whether the text inside ``\\(…\\)`` or ``\\[…\\]`` is TeX, not a remark in brackets such as ``\\[citation needed\\]``.

    Escaped brackets are right in Markdown. Words alone are a formula only if each can be a symbol.
    """
    if "$" in inner or "`" in inner or not inner.strip() or (display and _REMARK.fullmatch(inner)):
        return False
    return bool(_TEX.search(inner)) or all(map(_is_symbol, _LETTERS.findall(inner)))


def _is_symbol(word: str) -> bool:
    return (
        len(word) == 1
        or (word.isupper() and len(word) <= _LONGEST_SYMBOL)
        or word.lower() in _NAMED_SYMBOLS
        or (len(word) == 2 and word.lower() not in _SHORT_WORDS)
    )


def _own_lines(before: str, tex: str, tail: str, prefix: str, after: str) -> str:
    """``before`` (from the beginning of its block) with a ``$$`` block added; only looks at ``after``."""
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
    """The length of the white space and line breaks that a new line replaces; 0 where the block ends."""
    return len(after) - len(after.lstrip(" \t\n>")) if after.strip(" \t\n>") else 0


# ---------------------------------------------------------------- money


def escape_money(markdown: str) -> str:
    r"""Writes amounts outside math as ``\$5``, so that no two of them form a formula."""
    if "$" not in markdown:
        return markdown
    markdown = escape_paired_amounts(markdown)
    return _replace_in_prose(markdown, _AMOUNT, lambda match: "\\$")


def escape_paired_amounts(markdown: str) -> str:
    r"""Writes ``\$`` for each dollar sign that opens a formula by mistake; single amounts show correctly and stay."""
    position = 0
    while True:
        mistaken = next(
            (r for r in non_prose_regions(markdown) if r.start >= position and is_money(markdown, r)), None
        )
        if mistaken is None:
            return markdown
        markdown = f"{markdown[: mistaken.start]}\\{markdown[mistaken.start :]}"
        position = mistaken.start


def is_money(markdown: str, region: NonProseRegion) -> bool:
    """Whether an inline formula consists of two amounts of money, or of prose between two dollar signs."""
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
        return closes_amount and "\\" not in rest and (prose or not _CLOSES_TEX.search(rest))
    follows_amount = markdown[region.start - 1 : region.start].isdigit()
    if follows_amount and _NEXT_AMOUNT.fullmatch(text):
        return True
    trailing = follows_amount and text[:1].isspace()
    return (
        prose
        and not _TEX.search(text)
        and (trailing or closes_amount or text[-1:].isspace() != text[:1].isspace())
    )


def may_be_money(markdown: str, region: NonProseRegion) -> bool:
    r"""Whether an inline formula stands between two amounts but contains TeX commands, as in ``$5 \times 3 = $15``."""
    return (
        region.kind == "inline-math"
        and region.content_start - region.start == 1
        and markdown[region.end : region.end + 1].isdigit()
        and _STARTS_WITH_AMOUNT.match(region.text) is not None
        and not _CLOSES_TEX.search(region.text)
    )


# ---------------------------------------------------------------- dollars inside math


def _dollars_in_math(markdown: str) -> str:
    r"""Writes ``\text{\textdollar}`` for ``\$`` inside formulas: the site ends ``$\$5 \times 3$`` at the ``\$``."""
    position = 0
    while "\\$" in markdown:
        cut = next(
            (
                region
                for region in non_prose_regions(markdown)
                if region.start >= position and region.kind == "inline-math" and _ends_in_escape(region.text)
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


def _ends_in_escape(text: str) -> bool:
    """Whether the text ends in a backslash that escapes the next character."""
    return (len(text) - len(text.rstrip("\\"))) % 2 == 1


# ---------------------------------------------------------------- $$ on its own lines


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
    for region in non_prose_regions(markdown):
        if region.kind == "display-math":
            changed = _block_on_own_lines(markdown, region)
        elif region.kind == "inline-math" and region.content_start - region.start == 2:
            changed = _inline_on_own_lines(markdown, region, blocks)
        else:
            continue
        if changed != markdown:
            return changed
    return markdown


def _block_on_own_lines(markdown: str, region: NonProseRegion) -> str:
    """Repairs a ``$$`` block whose opening or closing mark shares its line with TeX, or which lost its indentation."""
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
    closing = re.search(rf"(?<![\\$])\${{{size}}}(?!\$)", inner)
    if closing and inner[: closing.start()].strip(" \t>\n"):
        before = markdown[: region.content_start + closing.start()].rstrip(" \t")
        after = markdown[region.content_start + closing.end() :].lstrip(" \t")
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


def _inline_on_own_lines(markdown: str, region: NonProseRegion, blocks: list[TextBlock]) -> str:
    """Puts ``$$x$$`` in a line on its own lines, where it is alone, follows a colon, or needs display math."""
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
    for region in non_prose_regions(markdown):
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
    r"""Writes the backslash of ``\n`` and of ``\\n`` as an entity; both show a backslash and an n."""
    return re.sub(r"\\+n", lambda match: "&#92;" * ((len(match.group())) // 2) + "n", prose)


def _replace_in_prose(
    markdown: str,
    pattern: re.Pattern[str],
    replace: Callable[[re.Match[str]], str],
    start: int = 0,
    end: int = -1,
) -> str:
    """Replaces matches in the prose between the offsets, except where a backslash escapes them."""

    def unescaped(match: re.Match[str]) -> str:
        return match.group() if _ends_in_escape(match.string[: match.start()]) else replace(match)

    end = len(markdown) if end < 0 else end
    parts = [markdown[:start]]
    position = start
    for region in non_prose_regions(markdown):
        if start <= region.start < end:
            parts.append(pattern.sub(unescaped, markdown[position : region.start]))
            parts.append(markdown[region.start : region.end])
            position = region.end
    parts.append(pattern.sub(unescaped, markdown[position:end]))
    parts.append(markdown[end:])
    return "".join(parts)
