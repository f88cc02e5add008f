"""Tells speech that a text quotes from the text's own words."""

import re

_PAIRS = (("“", "”"), ("«", "»"), ("‘", "’"))
# A speaker before a colon, as in a dialogue: “**Patient**: …”, “Nurse Kim: …”, “A: …”.
_SPEAKER = re.compile(
    r"[ \t]*(?:[-*+>][ \t]+|\d{1,3}[.)][ \t]+)*[*_]{0,3}"
    r"(?:patient|client|nurse|doctor|dr\.?|therapist|counsell?or|student|teacher|customer|agent|speaker|interviewer|narrator"
    r"|mother|father|parent|child|clinician|manager|employee|caller|[A-Z])"
    r"(?: [A-Z0-9]\w*)?[*_]{0,3}:[*_]{0,3} ",
    re.IGNORECASE,
)


def is_quoted(text: str, offset: int) -> bool:
    """Whether ``offset`` is inside quotation marks of its paragraph, or on a line that a speaker's name opens."""
    start = text.rfind("\n\n", 0, offset) + 2 if "\n\n" in text[:offset] else 0
    end = text.find("\n\n", offset)
    before, after = text[start:offset], text[offset : end if end >= 0 else len(text)]
    if before.count('"') % 2 and '"' in after:
        return True
    if any(before.rfind(left) > before.rfind(right) and right in after for left, right in _PAIRS):
        return True
    return _SPEAKER.match(text, text.rfind("\n", 0, offset) + 1, offset) is not None
