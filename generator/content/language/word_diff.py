"""Compares two texts word by word."""

import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from generator.content.language.matching_words import Match, WordMatcher

_WORDS = re.compile(r"\s+|[^\W_]+(?:[’'-][^\W_]+)*|.", re.DOTALL)
_SHORT_GAP = 2

Kind = Literal["same", "removed", "added"]


class DiffSegment(NamedTuple):
    """A part of the text. ``same``: both texts have it; ``removed``: only the old one; ``added``: only the new one."""

    kind: Kind
    text: str


def word_diff(old: str, new: str) -> list[DiffSegment]:
    """The difference of two texts as segments in order.

    All segments without the added ones are the old text. All segments without the removed ones are the new text. The
    time is bounded: of long texts that have little in common, whole parts count as changed.
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

    for is_equal, a1, a2, b1, b2 in _parts(WordMatcher(a, b).matches(), len(a), len(b)):
        is_between_changes = (removed or added) and b2 < len(b) and a2 < len(a)
        if not is_equal:
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


def _parts(matches: list[Match], a_end: int, b_end: int) -> Iterator[tuple[bool, int, int, int, int]]:
    """The parts of both texts in order: whether they are equal, and where they are in the one and in the other."""
    a = b = 0
    joined: list[Match] = []
    for match in matches:
        last = joined[-1] if joined else None
        if last and (last.a + last.size, last.b + last.size) == (match.a, match.b):
            joined[-1] = Match(last.a, last.b, last.size + match.size)
        else:
            joined.append(match)
    for match in (*joined, Match(a_end, b_end, 0)):
        if (a, b) != (match.a, match.b):
            yield False, a, match.a, b, match.b
        if match.size:
            yield True, match.a, match.a + match.size, match.b, match.b + match.size
        a, b = match.a + match.size, match.b + match.size
