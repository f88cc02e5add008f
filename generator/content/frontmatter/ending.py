"""The form in which an article file ends: closing fence, empty line, ``&nbsp;`` and no line break."""

from generator.content.frontmatter.reader import fences

_EMPTY_BODIES = frozenset({"", "&nbsp;"})


def ends_canonically(text: str) -> bool:
    """Whether everything from the closing fence on is as the site has it. Raises FrontMatterError."""
    return mend_ending(text) == text


def mend_ending(text: str) -> str:
    """The text with the canonical ending; a file with a body of its own is left as it is.

    Raises:
        FrontMatterError: the text has no front matter.
    """
    _, closing = fences(text)
    if text[closing + len("---") :].strip() not in _EMPTY_BODIES:
        return text
    eol = "\r\n" if text[:closing].endswith("\r\n") else "\n"
    return f"{text[:closing]}---{eol}{eol}&nbsp;"
