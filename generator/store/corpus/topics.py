"""Compares the topics of articles quickly: numbered features, as the index stores them (``topic_features``).

To compare an article with others, the worth of each feature of its most important stems is computed once; a comparison
then is one intersection of numbers and one sum.
"""

import math
import sqlite3
import threading
from array import array
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from generator.store.corpus.ranking import Term, Vocabulary
from generator.store.corpus.relatedness import ArticleText, profile
from generator.store.corpus.topic_features import Feature, Topics, stored_features, stored_topics

_SEARCHED_TERMS = 12
_COMPARED_TERMS = 60

Worth: TypeAlias = Mapping[int, float]
"""What features add to the closeness to one article, by their numbers; all others add nothing."""


class TopicTable:
    """The features and topics of one state of the index, read from it when first needed. Threads may share it.

    For 36,000 articles of 350 words, it takes about 80 MB.

    Args:
        leads: the vocabulary of the leads, which are searched.
        bodies: the vocabulary of the answers.
    """

    def __init__(self, leads: Vocabulary, bodies: Vocabulary) -> None:
        self._leads = leads
        self._bodies = bodies
        self._lock = threading.Lock()
        self._is_loaded = False
        self._stored = 0
        self._articles: dict[int, Topics] = {}
        self._numbers: dict[tuple[str, float], int] = {}
        self._roots: list[str] = []
        self._shared: list[int] = []
        self._counts: array[float] = array("d")
        self._damped: list[float] = []
        self._by_root: dict[str, list[int]] = {}
        self._words: dict[str, str] = {}
        # How important each feature is in a search of the leads, and in a comparison of whole articles; 0 is not at all.
        self._searched: list[float] = []
        self._compared: list[float] = []
        self._weighed: set[int] = set()

    def of_article(self, connection: sqlite3.Connection, rowid: int) -> Topics:
        """The topics of an indexed article; none if it is no longer indexed."""
        topics = self._articles.get(rowid)
        if topics is None:
            self._load(connection)
            stored = stored_topics(connection, rowid)
            if max(stored, default=0) >= self._stored:  # another process has indexed the article since
                stored = [number for number in stored if number < self._stored]
            # A tuple of shared objects is read faster than an array, which makes its numbers each time.
            topics = self._articles[rowid] = tuple(map(self._shared.__getitem__, stored))
        return topics

    def of_text(self, connection: sqlite3.Connection, text: ArticleText) -> Topics:
        """The topics of an article that is not indexed."""
        self._load(connection)
        found = profile(text)
        numbers = self._numbers
        with self._lock:
            return array(
                "I",
                [
                    number
                    if (number := numbers.get(feature)) is not None
                    else self._add(Feature(*feature, found.words[feature[0]]))
                    for feature in found.counts.items()
                ],
            )

    def terms(self, connection: sqlite3.Connection, topics: Topics) -> list[Term]:
        """The terms to search the leads for: frequent in the article, rare in the leads."""
        self._weigh(connection, topics)
        roots, weights = self._roots, self._searched
        return [
            Term(self._words[roots[number]], roots[number], weights[number])
            for number in self._most_important(topics, weights, _SEARCHED_TERMS)
        ]

    def worth(self, connection: sqlite3.Connection, topics: Topics) -> Worth:
        """What features add to the closeness to this article."""
        self._weigh(connection, topics)
        roots, weights, damped = self._roots, self._compared, self._damped
        worth: dict[int, float] = {}
        for important in self._most_important(topics, weights, _COMPARED_TERMS):
            weight = weights[important]
            for number in self._by_root[roots[important]]:
                worth[number] = weight * damped[number]
        return worth

    def _load(self, connection: sqlite3.Connection) -> None:
        """Read the features of the index. Before, there are no topics of texts, so the numbers are those of the index."""
        if self._is_loaded:
            return
        with self._lock:
            if not self._is_loaded:
                for feature in stored_features(connection):
                    self._add(feature)
                self._stored = len(self._roots)
                self._is_loaded = True

    def _add(self, feature: Feature) -> int:
        root, count, word = feature
        number = len(self._roots)
        self._counts.append(count)
        self._damped.append(_damped(count))
        self._searched.append(0.0)
        self._compared.append(0.0)
        self._by_root.setdefault(root, []).append(number)
        self._words.setdefault(root, word)
        self._roots.append(root)
        self._shared.append(number)
        self._numbers[root, count] = number
        return number

    def _weigh(self, connection: sqlite3.Connection, topics: Topics) -> None:
        """Find out how important the features of an article are."""
        self._load(connection)
        for number in set(topics).difference(self._weighed):
            root = self._roots[number]
            in_leads = self._leads.documents(connection, root)
            if in_leads and not self._leads.is_common(in_leads) and not root.isdigit():
                self._searched[number] = math.log1p(self._counts[number]) * self._leads.rarity(in_leads)
            in_bodies = self._bodies.documents(connection, root)
            if in_bodies:
                self._compared[number] = self._damped[number] * self._bodies.rarity(in_bodies) ** 2
            self._weighed.add(number)

    def _most_important(self, topics: Topics, weights: Sequence[float], most: int) -> list[int]:
        """The features with the highest weights above 0, then by their stems; each has another stem."""
        ordered = sorted(topics, key=weights.__getitem__, reverse=True)
        end = min(most, len(ordered))
        while 0 < end < len(ordered) and weights[ordered[end]] == weights[ordered[end - 1]]:
            end += 1
        roots = self._roots
        first = sorted(ordered[:end], key=lambda number: (-weights[number], roots[number]))
        return [number for number in first[:most] if weights[number]]


def closeness(worth: Worth, candidate: Topics) -> float:
    """How close a candidate is to the article of the worth.

    The sum over common stems of frequency and rarity, divided by the square root of the number of different stems of
    the candidate: 0 without common stems, without an upper bound. It does not depend on the order of the features.
    """
    return math.fsum(map(worth.__getitem__, worth.keys() & candidate)) / math.sqrt(len(candidate) or 1)


def _damped(count: float) -> float:
    return 1 + math.log(max(count, 1.0))
