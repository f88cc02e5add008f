"""The heading of a section or of a numbered point: its clean form, and how it stands in bold type before a text."""

import re

from generator.content.markdown.spans import prose_of

# Most headings are words alone, with nothing to remove.
_PLAIN = re.compile(r"[^\W\d_][^*_:：.\n]*")
_LEAD = re.compile(r"(?:#{1,6}\s+|\d{1,3}[.)]\s+)+")
_COLONS = " :："
_INITIALS = re.compile(r"(?:\b[^\W\d_]\.){2,}\Z")
_MARKS = re.compile(r"(?<!\\)(?:\*+|_+)")
_ESCAPED_STAR = re.compile(r"\\\*")
# A name of Python such as __init__, which is no bold "init".
_DUNDER = re.compile(r"(?<!\w)__[a-z]+(?:_[a-z]+)*__(?!\w)")
# Most headings hold nothing that could end or hide the bold type.
_PLAIN_BOLD = re.compile(r"\*\*(?P<heading>[^*_`$\\\n]+)\*\*(?!\*)")
_BOLD = re.compile(
    r"(?P<mark>\*\*|__)(?P<heading>(?>`[^`\n]*`|\$[^$\n]*\$|\\.|\n(?![ \t]*\n)|[^\n])+?)(?P=mark)(?!\*)"
)
_ANY_BOLD = re.compile(r"(?P<mark>\*\*|__)(?P<heading>(?:\n(?![ \t]*\n)|[^\n])+?)(?P=mark)")


def clean_heading(heading: str) -> str:
    """A heading on one line without what the page adds to it or shows in another way. Idempotent.

    Removed are its number, hashes, marks of emphasis in pairs, and a closing colon or full stop; code and formulas stay
    as they are, and so does a star that is no mark: ``A* Search``.
    """
    text = " ".join(heading.split())
    if _PLAIN.fullmatch(text):
        return text
    while (cleaner := _without_marks(_without_ends(text))) != text:
        text = cleaner
    return text


def in_bold(heading: str) -> str:
    """The clean heading in bold type, empty for an empty one. Its own stars are escaped: they would end the bold type."""
    text = clean_heading(heading)
    if "*" in text:
        prose = _masked(text)
        for star in reversed(range(len(text))):
            if prose[star] == "*" and prose[star - 1 : star] != "\\" and prose[star - 1 : star + 2] != " * ":
                text = f"{text[:star]}\\{text[star:]}"
    return f"**{text}**" if text else ""


def bold_opening(text: str, start: int = 0) -> re.Match[str] | None:
    """The bold type that begins at ``start``, its text in the group ``heading``; stars in code and formulas do not end it."""
    return _PLAIN_BOLD.match(text, start) or _BOLD.match(text, start) or _ANY_BOLD.match(text, start)


def _without_ends(text: str) -> str:
    lead = _LEAD.match(text)
    text = text[lead.end() :] if lead else text
    text = text.strip().rstrip(_COLONS)
    return text if _INITIALS.search(text) else text.rstrip(f"{_COLONS}.")


def _without_marks(text: str) -> str:
    if "*" not in text and "_" not in text:
        return text
    prose = _masked(text)
    text = _without(text, _emphasis(prose))
    bare = _without(text, [escaped.start() for escaped in _ESCAPED_STAR.finditer(_masked(text))])
    return text if _emphasis(_masked(bare)) else bare


def _masked(text: str) -> str:
    """The text with code, formulas and Python names replaced by signs, offset for offset."""
    return _DUNDER.sub(lambda name: "$" * len(name[0]), prose_of(text, fill="$"))


def _without(text: str, offsets: list[int]) -> str:
    dropped = frozenset(offsets)
    return "".join(sign for offset, sign in enumerate(text) if offset not in dropped)


def _emphasis(prose: str) -> list[int]:
    """The offsets of the marks that CommonMark takes for emphasis: each opening one has its closing one."""
    found: list[int] = []
    waiting: list[list[int]] = []
    for run in _MARKS.finditer(prose):
        marks = list(range(*run.span()))
        opens, closes = _flanks(prose, run)
        while closes and marks:
            opener = next((other for other in reversed(waiting) if prose[other[0]] == run[0][0]), None)
            if opener is None:
                break
            count = min(len(opener), len(marks))
            found += [*opener[-count:], *marks[:count]]
            del opener[-count:], marks[:count]
            del waiting[waiting.index(opener) + bool(opener) :]
        if opens and marks:
            waiting.append(marks)
    return found


def _flanks(prose: str, run: re.Match[str]) -> tuple[bool, bool]:
    """Whether a run of marks may open and may close emphasis, which is a matter of the characters beside it."""
    before, after = prose[: run.start()][-1:], prose[run.end() :][:1]
    in_word = before.isalnum() and after.isalnum()
    opens = bool(after.strip()) and (after.isalnum() or not before.isalnum())
    closes = bool(before.strip()) and (before.isalnum() or not after.isalnum())
    if run[0][0] == "_" and in_word:
        return False, False
    return opens, closes
