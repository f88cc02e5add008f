"""Cleans the headings of sections and points, and writes and parses them in bold type before a text."""

import re

from generator.content.markdown.spans import prose_of

# Most headings are only words, with nothing to remove.
_PLAIN = re.compile(r"[^\W\d_][^*_:：.\n]*")
_LEAD = re.compile(r"(?:#{1,6}\s+|\d{1,3}[.)]\s+)+")
_COLONS = " :："
_INITIALS = re.compile(r"(?:\b[^\W\d_]\.){2,}\Z")
_MARKS = re.compile(r"(?<!\\)(?:\*+|_+)")
_ESCAPED_STAR = re.compile(r"\\\*")
# A Python name such as __init__ is not a bold "init".
_DUNDER = re.compile(r"(?<!\w)__[a-z]+(?:_[a-z]+)*__(?!\w)")
# Most headings contain nothing that could end or hide the bold type.
_PLAIN_BOLD = re.compile(r"\*\*(?P<heading>[^*_`$\\\n]+)\*\*(?!\*)")
_BOLD = re.compile(
    r"(?P<mark>\*\*|__)(?P<heading>(?>`[^`\n]*`|\$[^$\n]*\$|\\.|\n(?![ \t]*\n)|[^\n])+?)(?P=mark)(?!\*)"
)
_ANY_BOLD = re.compile(r"(?P<mark>\*\*|__)(?P<heading>(?:\n(?![ \t]*\n)|[^\n])+?)(?P=mark)")


def clean_heading(heading: str) -> str:
    """The heading on one line without formatting that the page adds or shows otherwise. Idempotent.

    Removes the number, hashes, pairs of emphasis marks, and a final colon or full stop. Code and formulas do not
    change, nor does a star that is not an emphasis mark: ``A* Search``.
    """
    text = " ".join(heading.split())
    if _PLAIN.fullmatch(text):
        return text
    while (cleaned := _without_marks(_without_ends(text))) != text:
        text = cleaned
    return text


def in_bold(heading: str) -> str:
    """The clean heading in bold type; empty for an empty one. Its stars are escaped so that they do not end it."""
    text = clean_heading(heading)
    if "*" in text:
        prose = _masked(text)
        for star in reversed(range(len(text))):
            if prose[star] == "*" and prose[star - 1 : star] != "\\" and prose[star - 1 : star + 2] != " * ":
                text = f"{text[:star]}\\{text[star:]}"
    return f"**{text}**" if text else ""


def bold_opening(text: str, start: int = 0) -> re.Match[str] | None:
    """The match of bold type that begins at ``start``, with its text in the group ``heading``; None without one.

    Stars in code and formulas do not end the bold type.
    """
    return _PLAIN_BOLD.match(text, start) or _BOLD.match(text, start) or _ANY_BOLD.match(text, start)


def _without_ends(text: str) -> str:
    """Removes number and hashes at the start, colon and full stop at the end."""
    lead = _LEAD.match(text)
    text = text[lead.end() :] if lead else text
    text = text.strip().rstrip(_COLONS)
    return text if _INITIALS.search(text) else text.rstrip(f"{_COLONS}.")


def _without_marks(text: str) -> str:
    """Removes the marks of emphasis, and the backslash before stars that are no marks."""
    if "*" not in text and "_" not in text:
        return text
    prose = _masked(text)
    text = _without(text, _emphasis(prose))
    bare = _without(text, [escaped.start() for escaped in _ESCAPED_STAR.finditer(_masked(text))])
    return text if _emphasis(_masked(bare)) else bare


def _masked(text: str) -> str:
    """The text with each character of code, formulas and Python names replaced by ``$``."""
    return _DUNDER.sub(lambda name: "$" * len(name[0]), prose_of(text, fill="$"))


def _without(text: str, offsets: list[int]) -> str:
    removed = frozenset(offsets)
    return "".join(char for offset, char in enumerate(text) if offset not in removed)


def _emphasis(prose: str) -> list[int]:
    """The offsets of the marks that are emphasis in CommonMark: pairs of opening and closing marks."""
    found: list[int] = []
    openers: list[list[int]] = []
    for run in _MARKS.finditer(prose):
        marks = list(range(*run.span()))
        opens, closes = _flanks(prose, run)
        while closes and marks:
            opener = next((other for other in reversed(openers) if prose[other[0]] == run[0][0]), None)
            if opener is None:
                break
            count = min(len(opener), len(marks))
            found += [*opener[-count:], *marks[:count]]
            del opener[-count:], marks[:count]
            del openers[openers.index(opener) + bool(opener) :]
        if opens and marks:
            openers.append(marks)
    return found


def _flanks(prose: str, run: re.Match[str]) -> tuple[bool, bool]:
    """Whether a run of marks can open and can close emphasis, which depends on the characters next to it."""
    before, after = prose[: run.start()][-1:], prose[run.end() :][:1]
    in_word = before.isalnum() and after.isalnum()
    opens = bool(after.strip()) and (after.isalnum() or not before.isalnum())
    closes = bool(before.strip()) and (before.isalnum() or not after.isalnum())
    if run[0][0] == "_" and in_word:
        return False, False
    return opens, closes
