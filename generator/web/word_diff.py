"""Two texts compared word by word, for a person who decides which one to keep."""

import re
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

_WORDS = re.compile(r"\s+|[^\W_]+(?:[’'-][^\W_]+)*|.", re.DOTALL)
_SHORT_GAP = 2

Kind = Literal["same", "removed", "added"]


class DiffSegment(NamedTuple):
    """A stretch that both texts have, or only the old or the new one."""

    kind: Kind
    text: str


def word_diff(old: str, new: str) -> list[DiffSegment]:
    """How ``new`` came from ``old``: all pieces but the added ones give the old text, all but the removed ones the new."""
    a, b = _WORDS.findall(old), _WORDS.findall(new)
    pieces: list[DiffSegment] = []
    removed: list[str] = []
    added: list[str] = []

    def flush() -> None:
        if removed:
            pieces.append(DiffSegment("removed", "".join(removed)))
        if added:
            pieces.append(DiffSegment("added", "".join(added)))
        removed.clear()
        added.clear()

    for tag, a1, a2, b1, b2 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        between = (removed or added) and b2 < len(b) and a2 < len(a)
        if tag != "equal":
            removed += a[a1:a2]
            added += b[b1:b2]
        elif between and not any(word.strip() for word in a[a1:a2]) and a2 - a1 < _SHORT_GAP:
            # A single space between two changes: one change is easier to read than two.
            removed += a[a1:a2]
            added += b[b1:b2]
        else:
            flush()
            pieces.append(DiffSegment("same", "".join(a[a1:a2])))
    flush()
    return pieces
