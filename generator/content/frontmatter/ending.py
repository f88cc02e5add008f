"""Tests and restores the ending of article files: closing fence, empty line, the site's body, no line break."""

from generator.content.frontmatter.reader import fences

_BLANK = "&nbsp;"  # a body that shows nothing, on any site


def has_canonical_ending(text: str, body: str) -> bool:
    """Whether :func:`restore_ending` would change nothing. Raises FrontMatterError."""
    return restore_ending(text, body) == text


def restore_ending(text: str, body: str) -> str:
    """The text with the canonical ending; unchanged where the file has another body than the site's.

    Args:
        body: the body that the site's files have.

    Raises:
        FrontMatterError: the text has no front matter.
    """
    _, closing = fences(text)
    if text[closing + len("---") :].strip() not in {"", _BLANK, body}:
        return text
    eol = "\r\n" if text[:closing].endswith("\r\n") else "\n"
    return f"{text[:closing]}---{eol}{eol}{body}"
