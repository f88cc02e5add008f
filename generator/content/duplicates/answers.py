"""Finds answers that say nearly the same: compares the pairs of neighbouring words that few articles have.

An answer is reduced to its shingles: pairs of content words that follow each other, by their stems. Shingles that more
than ``COMMON_SHARE`` of the articles have ("plays crucial", "in summary") do not count. Two answers are compared by the
shingles that they share (Broder 1997: resemblance and containment). Only answers that share some of a fixed sample of
their rarer shingles are compared, so that not every pair of the site is.
"""

from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain, pairwise
from typing import Generic, NamedTuple, TypeVar
from zlib import crc32

from generator.content.language.stems import FUNCTION_WORDS, stem, words

K = TypeVar("K")

COMMON_SHARE = 0.01
"""The share of the articles above which a shingle is a phrase that any article may have."""
_COMMON_AT_LEAST = 30
_MOST_COUNTED = 4_000
"""From how many articles, evenly taken, the common shingles are counted."""
_SAMPLED = 8
"""One of so many shingles, by its number, is looked up in other answers."""
_FEWEST_SAMPLED = 3
"""So many of them must be shared before two answers are compared."""
_SAMPLE_MARGIN = 0.3
"""Pairs that share less than this of the expected part of the sample are not compared."""
_MOST_SHARERS = 100
"""A shingle of more answers than this finds no candidates."""
_MASK = (1 << 32) - 1


class Overlap(NamedTuple):
    """What two answers share.

    Args:
        jaccard: the shared shingles among those of both, 0 to 1.
        containment: the shared shingles among those of the answer that has fewer, 0 to 1.
    """

    jaccard: float
    containment: float

    @property
    def share(self) -> float:
        """The measure that thresholds are about: ``jaccard``, or half of ``containment`` where that is more."""
        return max(self.jaccard, self.containment / 2)


class AlikeAnswers(NamedTuple, Generic[K]):
    """Two answers by the caller's keys, the earlier one first."""

    one: K
    other: K
    overlap: Overlap


def shingles(answer: str) -> "array[int]":
    """The pairs of neighbouring content words of an answer in Markdown, as sorted numbers of 32 bits.

    They are the same in every process.
    """
    codes = [code for word in words(answer) if (code := _code(word))]
    return array("I", sorted({(one * 0x9E3779B1 + other) & _MASK for one, other in pairwise(codes)}))


def overlap(one: "array[int]", other: "array[int]") -> Overlap:
    """What two answers share, by all their :func:`shingles`.

    Two answers alone do not show which shingles are common. On the sample this changes a share by 0.02 at most.
    """
    return _overlap(set(one), other)


class Answers(Generic[K]):
    """Answers to compare with each other after all of them are added. Each takes about 1 kB."""

    def __init__(self) -> None:
        self._keys: list[K] = []
        self._added: list[array[int]] = []
        self._filtered: list[array[int]] | None = None

    def add(self, key: K, answer: "array[int]") -> int:
        """Add an answer by its :func:`shingles`; returns its number."""
        self._keys.append(key)
        self._added.append(answer)
        self._filtered = None
        return len(self._keys) - 1

    def overlap(self, one: int, other: int) -> Overlap:
        """What two answers share, by their numbers."""
        return _overlap(set(self._rare[one]), self._rare[other])

    def alike(self, least: float) -> Iterator[AlikeAnswers[K]]:
        """The pairs of answers whose ``jaccard`` is at least this, or whose ``containment`` is at least twice this.

        Pairs close to the limit may be missing.
        """
        for one, others in self._candidates(least):
            own = set(self._rare[one])
            for other in others:
                overlap = _overlap(own, self._rare[other])
                if overlap.jaccard >= least or overlap.containment >= 2 * least:
                    yield AlikeAnswers(self._keys[one], self._keys[other], overlap)

    @property
    def _rare(self) -> list["array[int]"]:
        """The shingles of each answer, without the common ones."""
        if self._filtered is None:
            common = self._common()
            self._filtered = [array("I", [code for code in own if code not in common]) for own in self._added]
        return self._filtered

    def _candidates(self, least: float) -> Iterator[tuple[int, list[int]]]:
        """Each answer with the later ones that share enough of its sampled shingles."""
        sampled = [array("I", [code for code in own if code % _SAMPLED == 0]) for own in self._rare]
        groups = _groups(sampled)
        # Of the sample, answers of equal length with this Jaccard index share 2 * least / (1 + least) on the average.
        share = _SAMPLE_MARGIN * 2 * least / (1 + least)
        for number, own in enumerate(sampled):
            sharers = [groups[code] for code in own if code in groups]
            for group in sharers:
                group.pop()  # this answer: only later ones are left
            counts = Counter(chain.from_iterable(sharers))
            found = sorted(
                other
                for other, count in counts.items()
                if count >= _FEWEST_SAMPLED and count >= share * min(len(own), len(sampled[other]))
            )
            if found:
                yield number, found

    def _common(self) -> frozenset[int]:
        step = -(-len(self._added) // _MOST_COUNTED) or 1
        counted = self._added[::step]
        counts: Counter[int] = Counter()
        for own in counted:
            counts.update(own)
        limit = max(_COMMON_AT_LEAST / step, COMMON_SHARE * len(counted))
        return frozenset(code for code, count in counts.items() if count > limit)


def _overlap(first: set[int], second: "array[int]") -> Overlap:
    shared = len(first.intersection(second))
    if not shared:
        return Overlap(0.0, 0.0)
    return Overlap(shared / (len(first) + len(second) - shared), shared / min(len(first), len(second)))


def _groups(sampled: Sequence[Sequence[int]]) -> dict[int, list[int]]:
    """The answers that have a shingle, the last one first; without shingles of one answer and of very many."""
    counts = Counter(chain.from_iterable(sampled))
    groups: dict[int, list[int]] = {code: [] for code, count in counts.items() if 1 < count <= _MOST_SHARERS}
    for number in reversed(range(len(sampled))):
        for code in sampled[number]:
            if code in groups:
                groups[code].append(number)
    return groups


@lru_cache(maxsize=262_144)
def _code(word: str) -> int:
    """A number for the stem of a content word; 0 for a function word."""
    return 0 if word in FUNCTION_WORDS else crc32(stem(word).encode()) | 1
