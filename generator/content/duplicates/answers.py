"""Finds answers that say nearly the same: compares the pairs of neighbouring words that few articles have.

An answer is reduced to its shingles: pairs of content words that follow each other, by their stems. Shingles that more
than ``COMMON_SHARE`` of the articles have ("plays crucial", "in summary") do not count. Two answers are compared by the
shingles that they share (Broder 1997: resemblance and containment). Only answers that share some of a fixed sample of
their rarer shingles are compared, so that not every pair of the site is.
"""

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Generic, NamedTuple, TypeVar
from zlib import crc32

from generator.content.language.stems import FUNCTION_WORDS, stem, words

K = TypeVar("K")

COMMON_SHARE = 0.01
"""The share of the articles above which a shingle is a phrase that any article may have."""
_COMMON_AT_LEAST = 30
_MOST_COUNTED = 4_000
"""From how many articles, evenly taken, the common shingles are counted."""
_SAMPLED = 4
"""One of so many shingles, by its number, is looked up in other answers."""
_FEWEST_SAMPLED = 3
"""So many of them must be shared before two answers are compared."""
_MOST_SHARERS = 100
"""A shingle of more answers than this finds no candidates."""
_BITS = 32
_MASK = (1 << _BITS) - 1


class Overlap(NamedTuple):
    """What two answers share.

    Args:
        jaccard: the shared shingles among those of both, 0 to 1.
        containment: the shared shingles among those of the answer that has fewer, 0 to 1.
    """

    jaccard: float
    containment: float


class AlikeAnswers(NamedTuple, Generic[K]):
    """Two answers by the caller's keys, the earlier one first."""

    one: K
    other: K
    overlap: Overlap


def shingles(answer: str) -> set[int]:
    """The pairs of neighbouring content words, as numbers that are the same in every process."""
    codes = [code for word in words(answer) if (code := _code(word))]
    return {(one * 0x9E3779B1 + other) & _MASK for one, other in pairwise(codes)}


class Answers(Generic[K]):
    """Answers to compare with each other after all of them are added. Each takes about 1 kB."""

    def __init__(self) -> None:
        self._keys: list[K] = []
        self._shingles: list[array[int]] = []
        self._common: frozenset[int] | None = None

    def add(self, key: K, answer: str) -> None:
        """Add an answer as Markdown."""
        self._keys.append(key)
        self._shingles.append(array("I", sorted(shingles(answer))))
        self._common = None

    def overlap(self, one: int, other: int) -> Overlap:
        """What two answers share, by their numbers in the order of adding."""
        common = self._common_shingles()
        first, second = (set(self._shingles[number]) - common for number in (one, other))
        shared = len(first & second)
        if not shared:
            return Overlap(0.0, 0.0)
        fewer = min(len(first), len(second))
        return Overlap(shared / (len(first) + len(second) - shared), shared / fewer)

    def alike(self, least: float) -> Iterator[AlikeAnswers[K]]:
        """The pairs of answers whose ``jaccard`` is at least this, or whose ``containment`` is at least twice this."""
        for one, others in self._candidates():
            for other in others:
                overlap = self.overlap(one, other)
                if overlap.jaccard >= least or overlap.containment >= 2 * least:
                    yield AlikeAnswers(self._keys[one], self._keys[other], overlap)

    def _candidates(self) -> Iterator[tuple[int, list[int]]]:
        """Each answer with the later ones that share enough of its sampled shingles."""
        groups = self._groups()
        for number, own in enumerate(self._shingles):
            counts: Counter[int] = Counter()
            for code in own:
                if code % _SAMPLED == 0 and (group := groups.get(code)) is not None:
                    counts.update(group[bisect_left(group, number + 1) :])
            found = sorted(other for other, count in counts.items() if count >= _FEWEST_SAMPLED)
            if found:
                yield number, found

    def _groups(self) -> dict[int, "array[int]"]:
        """The answers that have a sampled shingle, in their order; without shingles of one answer and of very many."""
        packed = sorted(
            code << _BITS | number
            for number, own in enumerate(self._shingles)
            for code in own
            if code % _SAMPLED == 0
        )
        groups: dict[int, array[int]] = {}
        start = 0
        for end in range(1, len(packed) + 1):
            if end == len(packed) or packed[end] >> _BITS != packed[start] >> _BITS:
                if 1 < end - start <= _MOST_SHARERS:
                    groups[packed[start] >> _BITS] = array("I", (item & _MASK for item in packed[start:end]))
                start = end
        return groups

    def _common_shingles(self) -> frozenset[int]:
        if self._common is None:
            step = -(-len(self._shingles) // _MOST_COUNTED) or 1
            counted: Sequence[array[int]] = self._shingles[::step]
            counts: Counter[int] = Counter()
            for own in counted:
                counts.update(own)
            limit = max(_COMMON_AT_LEAST / step, COMMON_SHARE * len(counted))
            self._common = frozenset(code for code, count in counts.items() if count > limit)
        return self._common


@lru_cache(maxsize=262_144)
def _code(word: str) -> int:
    """A number for the stem of a content word; 0 for a function word."""
    return 0 if word in FUNCTION_WORDS else crc32(stem(word).encode()) | 1
