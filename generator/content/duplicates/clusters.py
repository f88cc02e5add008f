"""Forms clusters of pages that one page would serve, each around the page that is kept.

Similarity is not transitive: A may be near B, and B near C, while A and C ask different things. So a page joins a
cluster only if it is paired with the page that is kept, or has the question or the answer of one that is, word for word.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any, NamedTuple

from generator.content.duplicates.pairs import DuplicatePair, strongest


class Cluster(NamedTuple):
    """Pages that one page would serve.

    Args:
        keeper: the key of the page that is kept.
        evidence: the other pages by their keys, each with the pair that shows best that the keeper serves it. The pair
            names the keeper, or a copy of it or of the page.
    """

    keeper: str
    evidence: Mapping[str, DuplicatePair]

    @property
    def members(self) -> tuple[str, ...]:
        """All keys, sorted."""
        return tuple(sorted((self.keeper, *self.evidence)))


def form_clusters(pairs: Iterable[DuplicatePair], rank: Callable[[str], Any]) -> list[Cluster]:
    """The clusters of all sure pairs; each page is in one at most.

    Args:
        rank: of a page by its key: the page with the lowest is kept. No two pages have the same.
    """
    neighbours: defaultdict[str, defaultdict[str, list[DuplicatePair]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for pair in pairs:
        if pair.is_sure:
            neighbours[pair.one][pair.other].append(pair)
            neighbours[pair.other][pair.one].append(pair)
    copies_of = cache(lambda key: _copies(key, neighbours))
    clusters: list[Cluster] = []
    taken: set[str] = set()
    for keeper in sorted(neighbours, key=rank):
        if keeper in taken:
            continue
        evidence = {
            key: pair for key, pair in _served_by(keeper, neighbours, copies_of).items() if key not in taken
        }
        if evidence:
            taken.update((keeper, *evidence))
            clusters.append(Cluster(keeper, evidence))
    return clusters


def components(pairs: Iterable[DuplicatePair]) -> list[list[str]]:
    """The groups of pages that are connected by sure pairs, each sorted."""
    parent: dict[str, str] = {}

    def root(key: str) -> str:
        parent.setdefault(key, key)
        while parent[key] != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    for pair in pairs:
        if pair.is_sure:
            parent[root(pair.one)] = root(pair.other)
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for key in sorted(parent):
        groups[root(key)].append(key)
    return list(groups.values())


def _served_by(
    keeper: str,
    neighbours: Mapping[str, Mapping[str, list[DuplicatePair]]],
    copies_of: Callable[[str], Mapping[str, DuplicatePair]],
) -> dict[str, DuplicatePair]:
    """The pages that a page would serve: its copies, what they are paired with, and the copies of these."""
    served: dict[str, DuplicatePair] = {}
    copies = copies_of(keeper)
    served.update(copies)
    for own in (keeper, *copies):
        for other, found in neighbours[own].items():
            best = strongest(found)
            for key in (other, *copies_of(other)):
                if key != keeper and (key not in served or best.strength < served[key].strength):
                    served[key] = best
    return served


def _copies(
    key: str, neighbours: Mapping[str, Mapping[str, list[DuplicatePair]]]
) -> dict[str, DuplicatePair]:
    """The pages with the question or the answer of a page, word for word, and the copies of these."""
    copies: dict[str, DuplicatePair] = {}
    waiting = [key]
    while waiting:
        for other, found in neighbours[waiting.pop()].items():
            pair = next((each for each in found if each.kind in ("same_question", "same_answer")), None)
            if pair is not None and other != key and other not in copies:
                copies[other] = pair
                waiting.append(other)
    return copies
