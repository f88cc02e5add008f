"""The form in which an article file ends: closing fence, empty line, the site's body and no line break."""

from generator.content.frontmatter.reader import fences

_BLANK = "&nbsp;"  # shows nothing, on any site


def has_canonical_ending(text: str, body: str) -> bool:
    """Whether everything from the closing fence on is as the site has it. Raises FrontMatterError."""
    return restore_ending(text, body) == text


def restore_ending(text: str, body: str) -> str:
    """The text with the canonical ending; a file with a body of its own is left as it is.

    Args:
        body: the site's.

    Raises:
        FrontMatterError: the text has no front matter.
    """
    _, closing = fences(text)
    if text[closing + len("---") :].strip() not in {"", _BLANK, body}:
        return text
    eol = "\r\n" if text[:closing].endswith("\r\n") else "\n"
    return f"{text[:closing]}---{eol}{eol}{body}"
