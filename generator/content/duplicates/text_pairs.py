"""Finds texts that are nearly the same among many: those that share most of their words.

Two texts that share a given part of their words share at least one of their rarest ones, so that each text is
compared only with those filed under these.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from generator.content.stems import words

_MOST_COMPARED = 400


class NearPair(NamedTuple):
    """Two texts by their place in the list, ``first`` before ``second``; ``share`` of all their words is common."""

    first: int
    second: int
    share: float


def near_pairs(texts: Sequence[str], *, threshold: float = 0.8, since: int = 0) -> Iterator[NearPair]:
    """For each text that has one, the most similar text before it.

    Args:
        texts: without equal ones, which are found more cheaply.
        threshold: the least part of the words of both (each counted once) that must be in both.
        since: texts before this place are only compared with those from it on, not with each other.
    """
    bags = [frozenset(words(text)) for text in texts]
    frequency = Counter(word for bag in bags for word in bag)
    filed: defaultdict[str, list[int]] = defaultdict(list)
    for number, bag in enumerate(bags):
        size = len(bag)
        rarest = sorted(bag, key=lambda word: (frequency[word], word))
        prefix = rarest[: size - math.ceil(threshold * size) + 1]
        best: NearPair | None = None
        for other in _candidates(filed, prefix) if number >= since else ():
            other_size = len(bags[other])
            if other_size < threshold * size or size < threshold * other_size:
                continue
            common = len(bag & bags[other])
            share = common / (size + other_size - common)
            if share >= threshold and (best is None or share > best.share):
                best = NearPair(other, number, share)
        if best is not None:
            yield best
        for word in prefix:
            filed[word].append(number)


def _candidates(filed: dict[str, list[int]], prefix: list[str]) -> list[int]:
    found: set[int] = set()
    for word in prefix:
        if len(found) >= _MOST_COMPARED:
            break
        found.update(filed.get(word, ())[:_MOST_COMPARED])
    return sorted(found)
