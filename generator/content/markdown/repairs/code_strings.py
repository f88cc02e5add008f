r"""Finds and repairs strings in code that a stored backslash-``n`` cuts in two: the site breaks the line there.

In a language whose strings end on their line, a string that is closed on a later line was cut. Its line breaks are
written as an escape of that language that contains no backslash-``n``.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from generator.content.markdown.line_breaks import decode
from generator.content.markdown.spans import NonProseRegion, non_prose_regions, prose_of

OCTAL = r"\012"
_TWO_HEX = r"\x0a"
_FOUR_HEX = r"\u000a"
_LONG_HEX = r"\u{a}"

# Languages whose string literals end on their line, with an escape for a line feed that each of them knows. Octal
# escapes have three digits at most; in C and C++ the hexadecimal ones have no end, and Java replaces \u000a too early.
_ESCAPES = {
    **dict.fromkeys(
        [
            "c",
            "cpp",
            "c++",
            "h",
            "hpp",
            "cc",
            "objective-c",
            "objc",
            "java",
            "go",
            "golang",
            "python",
            "py",
            "python3",
            "r",
            "perl",
            "pl",
        ],
        OCTAL,
    ),
    **dict.fromkeys(["php", "ruby", "rb", "matlab", "octave", "awk", "groovy", "arduino"], OCTAL),
    **dict.fromkeys(
        ["javascript", "js", "jsx", "ts", "tsx", "typescript", "rust", "rs", "dart", "julia", "jl", "node"],
        _TWO_HEX,
    ),
    **dict.fromkeys(["csharp", "cs", "c#", "kotlin", "kt", "json"], _FOUR_HEX),
    **dict.fromkeys(["swift"], _LONG_HEX),
}
# Languages whose strings end on their line too, without an escape that is certain.
_OTHER_LANGUAGES = frozenset({"scala"})
# Code without a language: calls that only languages with such an escape have.
_SIGNS = (
    (re.compile(r"\bconsole\.\w+\(|\bdocument\.\w+|(?:^|\s)(?:const|let) \w+ ="), _TWO_HEX),
    (re.compile(r"\bConsole\.Write"), _FOUR_HEX),
    (re.compile(r"\bprintln!|\bprint!\("), _TWO_HEX),
    (
        re.compile(
            r"\b[fs]?n?printf\s*\(|\bcout\s*<<|\bcerr\s*<<|\bSystem\.out\.|\bputs\(|\bfputs\(|#include\b|\bfmt\.\w+\("
            r"|<\?php|\bstd::|\bdef \w+\(|\bprint\s*\("
        ),
        OCTAL,
    ),
)
_CALL = re.compile(
    r"\b(?:print\w*|cout|cerr|puts|fputs|write\w*|log|join|split|append|format|echo|strcat|strcmp)\b"
)
# What may contain a quotation mark that opens or closes no string: escapes, '"', whole strings, comments. A whole string
# is removed before a comment that seems to begin in it, as in "http://a.b".
_COMMENT = r"(?://|\#(?!include|define|if|endif)).*"
_STRING = re.compile(r"\"(?:\\.|[^\"\\\n])*\"")
_NO_STRING = re.compile(rf"\\.|'\"'|{_STRING.pattern}|{_COMMENT}")
# A call at the end of a paragraph's line, with a string that is open.
_PROSE_CALL = re.compile(
    r"(?:\b(?:f?printf|sprintf|print|println|puts|fputs|console\.log|System\.out\.print\w*|write)\s*\(|\bcout\s*<<)"
    r"[^\"]*\"[^\"\x00]*\Z"
)
# Texts without these have no code, and no calls.
_CODE_MARKS = ("`", "~~~", "\n    ", "\n\t")
_CALL_MARKS = ("print", "puts", "console.log", "write(", "write (", "cout")
_CLOSES_SINGLE = re.compile(r"[^\"']*'\s*(?:[),;:\]}.+=&|]|\Z)")
_CLOSING_FENCE = re.compile(r"^[ \t]*(?:`{3,}|~{3,})[ \t]*$", re.MULTILINE)
_LETTER = re.compile(r"[A-Za-z0-9_]")
_MOST_LINES = 6


class CutString(NamedTuple):
    """A string of code that is cut; offsets are of the Markdown.

    Attributes:
        start: the offset of its first line.
        end: the offset after its last line.
        line: its first line.
        breaks: the offsets of the line breaks that cut it.
        escape: what each of them was; None where the language is not known.
    """

    start: int
    end: int
    line: str
    breaks: tuple[int, ...]
    escape: str | None


def cut_strings(markdown: str) -> list[CutString]:
    """The strings that are cut in fences, indented code, code in a line and code without marks, in order."""
    if "\n" not in markdown or not ('"' in markdown or "'" in markdown):
        return []
    found: list[CutString] = []
    if any(mark in markdown for mark in _CODE_MARKS):
        for region in non_prose_regions(markdown):
            if region.kind in {"fence", "indented-code", "inline-code"} and region.info != "math":
                found += _in_code(markdown, region)
    taken = [(cut.start, cut.end) for cut in found]
    for cut in _in_prose(markdown):
        if not any(start < cut.end and cut.start < end for start, end in taken):
            found.append(cut)
    return sorted(found, key=lambda cut: cut.start)


def restore_code_strings(stored: str) -> str:
    r"""``stored`` with an escape such as ``\012`` for each line break that cuts a string of a known language."""
    if "\n" in stored or not ('"' in stored or "'" in stored):
        return stored
    markdown = decode(stored)
    for cut in reversed(cut_strings(markdown)):
        if cut.escape is not None:
            for at in reversed(cut.breaks):
                markdown = markdown[:at] + cut.escape + markdown[at + 1 :]
    return markdown.replace("\n", "\\n")


def _in_code(markdown: str, region: NonProseRegion) -> Iterator[CutString]:
    source = markdown[region.content_start : _code_end(markdown, region)]
    if '"""' in source or "'''" in source:
        return  # strings that may have several lines
    language = region.info.split()[0].casefold() if region.info else ""
    in_line = region.kind == "inline-code"
    escape = None if "`" in source else _escape_of(language, markdown if in_line else source)
    known = in_line or language in _ESCAPES or language in _OTHER_LANGUAGES
    singles = escape is not None
    yield from _cut_lines(source, region.content_start, escape, singles=singles, known=known)


def _code_end(markdown: str, region: NonProseRegion) -> int:
    """Where the code of a region ends, with the rest of a cut string.

    The rest has no indentation: it ends an indented block, and a fence in a list.
    """
    end = region.content_end
    if region.kind == "fence" and not region.closed:
        mark = _CLOSING_FENCE.search(markdown, region.content_start)
        return mark.start() if mark else end
    if region.kind == "indented-code" and _is_open(markdown[region.start : end].rpartition("\n")[2], '"'):
        blank = markdown.find("\n\n", end)
        return blank if blank >= 0 else len(markdown)
    return end


def _in_prose(markdown: str) -> Iterator[CutString]:
    """Calls in paragraphs, which are code without marks."""
    if not any(mark in markdown for mark in _CALL_MARKS):
        return
    prose = prose_of(markdown, fill="\x00")
    for cut in _cut_lines(prose, 0, None, singles=False, known=False):
        call = _PROSE_CALL.search(cut.line)
        if call is not None:
            yield cut._replace(escape="&#92;n")


def _escape_of(language: str, code: str) -> str | None:
    if language in _ESCAPES:
        return _ESCAPES[language]
    if language and language not in {"text", "plaintext", "txt", "code", "pseudo", "pseudocode"}:
        return None
    return next((escape for sign, escape in _SIGNS if sign.search(code)), None)


def _cut_lines(
    source: str, offset: int, escape: str | None, *, singles: bool, known: bool
) -> Iterator[CutString]:
    """The cut strings of a text whose first character stands at ``offset`` of the Markdown."""
    lines = source.split("\n")
    starts = [offset]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    number = 0
    while number < len(lines):
        last = _last_line(lines, number, singles=singles, known=known)
        if last is None:
            number += 1
            continue
        breaks = tuple(starts[index + 1] - 1 for index in range(number, last))
        raw = _is_raw(lines[number])
        yield CutString(starts[number], starts[last + 1] - 1, lines[number], breaks, None if raw else escape)
        number = last + 1


def _last_line(lines: list[str], first: int, *, singles: bool, known: bool) -> int | None:
    """The line that closes the string which the first line leaves open; None where none is open or closed."""
    line = lines[first]
    if _is_open(line, '"') and (known or singles or _CALL.search(line)):
        for number in range(first + 1, min(first + _MOST_LINES, len(lines))):
            if _is_open(lines[number], '"'):
                return number
            if '"' in lines[number]:
                return None
    elif singles and _is_open(line, "'"):
        following = lines[first + 1] if first + 1 < len(lines) else ""
        if _CLOSES_SINGLE.match(following) and _is_open(following, "'"):
            return first + 1
    return None


def _is_open(line: str, mark: str) -> bool:
    """Whether a line has an odd number of a quotation mark outside of comments, escapes and other strings."""
    if mark not in line:
        return False
    if mark == '"':
        return _NO_STRING.sub("", line).count('"') % 2 == 1
    without = re.sub(_COMMENT, "", _STRING.sub("", line))
    return '"' not in without and without.count("'") % 2 == 1


def _is_raw(line: str) -> bool:
    """Whether the open string is one in which a backslash is no escape, as ``r"`` and ``@"``."""
    opened = re.search(r"([rR@$]+)[\"'][^\"']*\Z", line)
    return opened is not None and not _LETTER.match(line[opened.start() - 1 : opened.start()])
