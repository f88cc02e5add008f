"""Finds the words that two texts have in common, with a bounded amount of work whatever the texts are.

``difflib`` finds good matches, but takes cubic time where a few words occur very often. It is used for parts that are
small enough. Larger parts are split at words that both texts have once, which is linear. What is then still too large
counts as different.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

MOST_STEPS = 4_000_000
"""The most comparisons of words in one call, about a second."""


class Match(NamedTuple):
    """Equal words: ``size`` words from ``a`` in the one text and from ``b`` in the other."""

    a: int
    b: int
    size: int


class _Range(NamedTuple):
    a: int
    a_end: int
    b: int
    b_end: int


class WordMatcher:
    """Matches two sequences of words.

    Attributes:
        steps: how many comparisons were made at most; never more than ``most_steps`` besides one pass over the words.
    """

    def __init__(self, a: Sequence[str], b: Sequence[str], *, most_steps: int = MOST_STEPS) -> None:
        self._a = a
        self._b = b
        self._most_steps = most_steps
        self.steps = 0

    def matches(self) -> list[Match]:
        """The matches in order; they do not overlap."""
        found: list[Match] = []
        ranges = [_Range(0, len(self._a), 0, len(self._b))]
        while ranges:
            part = ranges.pop()
            if self._may_compare(part):
                found += self._compared(part)
                continue
            part, ends = self._trimmed(part)
            found += ends
            if part.a < part.a_end and part.b < part.b_end:
                ranges += self._split(part)
        return sorted(match for match in found if match.size)

    def _charge(self, steps: int) -> bool:
        """Count steps, unless they are too many."""
        if self.steps + steps > self._most_steps:
            return False
        self.steps += steps
        return True

    def _may_compare(self, part: _Range) -> bool:
        a, b = part.a_end - part.a, part.b_end - part.b
        if not self._charge(a + b):
            return False
        counts = Counter(self._a[part.a : part.a_end])
        equal = sum(counts[word] for word in self._b[part.b : part.b_end])
        return self._charge(equal * min(a, b))

    def _compared(self, part: _Range) -> Iterator[Match]:
        a, b = self._a[part.a : part.a_end], self._b[part.b : part.b_end]
        for match in SequenceMatcher(None, a, b, autojunk=False).get_matching_blocks():
            yield Match(part.a + match.a, part.b + match.b, match.size)

    def _trimmed(self, part: _Range) -> tuple[_Range, list[Match]]:
        """The range without the words that are the same at both ends, and the matches of these."""
        a, a_end, b, b_end = part
        while a < a_end and b < b_end and self._a[a] == self._b[b]:
            a, b = a + 1, b + 1
        while a < a_end and b < b_end and self._a[a_end - 1] == self._b[b_end - 1]:
            a_end, b_end = a_end - 1, b_end - 1
        ends = [Match(part.a, part.b, a - part.a), Match(a_end, b_end, part.a_end - a_end)]
        return _Range(a, a_end, b, b_end), ends

    def _split(self, part: _Range) -> list[_Range]:
        """The parts of a range, each from a word that both texts have once there; empty where there is none."""
        if not self._charge(part.a_end - part.a + part.b_end - part.b):
            return []
        ours, theirs = (
            _once(self._a[part.a : part.a_end]),
            _once(self._b[part.b : part.b_end]),
        )
        pairs = [(part.a + place, part.b + theirs[word]) for word, place in ours.items() if word in theirs]
        starts = _longest_ascending(pairs)
        if not starts:
            return []
        edges = [(part.a, part.b), *starts, (part.a_end, part.b_end)]
        return [
            _Range(a, a_end, b, b_end)
            for (a, b), (a_end, b_end) in zip(edges, edges[1:], strict=False)
            if a < a_end and b < b_end
        ]


def _once(words: Sequence[str]) -> dict[str, int]:
    """The places of the words that occur once."""
    counts = Counter(words)
    return {word: place for place, word in enumerate(words) if counts[word] == 1}


def _longest_ascending(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest run of pairs, which ascend in the first number, that ascends in the second number too."""
    ends: list[int] = []  # the second numbers with which the shortest runs of each length end
    last: list[int] = []  # the pairs with which they end
    before: list[int] = []
    for index, (_, place) in enumerate(pairs):
        length = bisect_left(ends, place)
        before.append(last[length - 1] if length else -1)
        ends[length : length + 1] = [place]
        last[length : length + 1] = [index]
    run = []
    index = last[-1] if last else -1
    while index >= 0:
        run.append(pairs[index])
        index = before[index]
    return run[::-1]
