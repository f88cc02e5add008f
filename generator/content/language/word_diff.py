"""Compares two texts word by word."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

_WORDS = re.compile(r"\s+|[^\W_]+(?:[’'-][^\W_]+)*|.", re.DOTALL)
_SHORT_GAP = 2

Kind = Literal["same", "removed", "added"]


class DiffSegment(NamedTuple):
    """A part of the text. ``same``: both texts have it; ``removed``: only the old one; ``added``: only the new one."""

    kind: Kind
    text: str


def word_diff(old: str, new: str) -> list[DiffSegment]:
    """The difference of two texts as segments in order.

    All segments without the added ones are the old text. All segments without the removed ones are the new text.
    """
    a, b = _WORDS.findall(old), _WORDS.findall(new)
    segments: list[DiffSegment] = []
    removed: list[str] = []
    added: list[str] = []

    def flush() -> None:
        if removed:
            segments.append(DiffSegment("removed", "".join(removed)))
        if added:
            segments.append(DiffSegment("added", "".join(added)))
        removed.clear()
        added.clear()

    for tag, a1, a2, b1, b2 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        is_between_changes = (removed or added) and b2 < len(b) and a2 < len(a)
        if tag != "equal":
            removed += a[a1:a2]
            added += b[b1:b2]
        elif is_between_changes and not any(word.strip() for word in a[a1:a2]) and a2 - a1 < _SHORT_GAP:
            # Only a space is between two changes: one longer change is easier to read.
            removed += a[a1:a2]
            added += b[b1:b2]
        else:
            flush()
            segments.append(DiffSegment("same", "".join(a[a1:a2])))
    flush()
    return segments


def changed_parts(segments: Sequence[DiffSegment], *, around: int = 120) -> list[DiffSegment]:
    """The changes of a long text with some of the text around them; what is left out is marked by an ellipsis.

    Args:
        around: about how many characters of unchanged text stay beside each change.
    """
    parts: list[DiffSegment] = []
    for number, segment in enumerate(segments):
        is_first, is_last = number == 0, number == len(segments) - 1
        if segment.kind != "same" or len(segment.text) <= 3 * around:
            parts.append(segment)
            continue
        head = "" if is_first and not is_last else segment.text[:around].rpartition(" ")[0] + " …"
        tail = "" if is_last else "… " + segment.text[-around:].partition(" ")[2]
        parts.append(DiffSegment("same", f"{head}\n{tail}" if head and tail else head + tail))
    return parts
