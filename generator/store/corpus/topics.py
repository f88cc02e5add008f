"""Holds the topic profiles of many articles in little memory, and compares them quickly.

A profile is a set of features. A *feature* is a stem with its weighted count, and has a number. An article is the array
of its features' numbers: 4 bytes for each stem. To compare an article with others, the worth of each feature of its
most important stems is computed once; a comparison then is one intersection of numbers and one sum.
"""

import math
import sqlite3
import threading
from array import array
from collections.abc import Mapping
from typing import NamedTuple, TypeAlias

from generator.store.corpus.ranking import Term, Vocabulary
from generator.store.corpus.relatedness import ArticleText, profile

_SEARCHED_TERMS = 12
_COMPARED_TERMS = 60

Topics: TypeAlias = "array[int]"
"""The features of one article, as numbers of one :class:`TopicTable`, in any order."""


class _Importance(NamedTuple):
    """How important a feature is: in a search of the leads, in a comparison of whole articles. 0 is not at all."""

    searched: float
    compared: float


class Worth(NamedTuple):
    """What each feature adds to the closeness to one article, by its number, among the first ``size`` features."""

    by_feature: dict[int, float]
    size: int


class TopicTable:
    """The topic profiles of one state of the index, each computed once. Threads may share it.

    For 36,000 articles of 350 words, it takes about 60 MB.

    Args:
        leads: the vocabulary of the leads, which are searched.
        bodies: the vocabulary of the answers.
    """

    def __init__(self, leads: Vocabulary, bodies: Vocabulary) -> None:
        self._leads = leads
        self._bodies = bodies
        self._lock = threading.Lock()
        self._articles: dict[int, array[int]] = {}
        self._numbers: dict[tuple[str, float], int] = {}
        self._roots: list[str] = []
        self._counts: array[float] = array("d")
        self._damped: array[float] = array("d")
        self._by_root: dict[str, list[int]] = {}
        self._words: dict[str, str] = {}
        self._importance: dict[int, _Importance] = {}

    def of_article(self, connection: sqlite3.Connection, rowid: int) -> Topics:
        """The topics of an indexed article; none if it is no longer indexed."""
        topics = self._articles.get(rowid)
        if topics is None:
            sql = "SELECT question, keywords, headings, answer FROM article WHERE rowid = ?"
            parts = connection.execute(sql, (rowid,)).fetchone()
            topics = array("I") if parts is None else self.of_text(ArticleText(*parts))
            self._articles[rowid] = topics
        return topics

    def of_text(self, text: ArticleText) -> Topics:
        """The topics of an article that is not indexed."""
        found = profile(text)
        numbers = self._numbers
        with self._lock:
            return array(
                "I",
                [
                    number
                    if (number := numbers.get(feature)) is not None
                    else self._new_feature(feature, found.words)
                    for feature in found.counts.items()
                ],
            )

    def terms(self, connection: sqlite3.Connection, topics: Topics) -> list[Term]:
        """The terms to search the leads for: frequent in the article, rare in the leads."""
        ranked = [
            (-importance.searched, self._roots[number])
            for number in topics
            if (importance := self._importance_of(connection, number)).searched
        ]
        ranked.sort()
        return [Term(self._words[root], root, -weight) for weight, root in ranked[:_SEARCHED_TERMS]]

    def worth(self, connection: sqlite3.Connection, topics: Topics) -> Worth:
        """What each feature adds to the closeness to this article; only features that the table has now."""
        size = len(self._roots)
        ranked = [
            (-importance.compared, self._roots[number])
            for number in topics
            if (importance := self._importance_of(connection, number)).compared
        ]
        ranked.sort()
        damped = self._damped
        by_feature = {
            number: -weight * damped[number]
            for weight, root in ranked[:_COMPARED_TERMS]
            for number in self._by_root[root]
        }
        return Worth(by_feature, size)

    def covers(self, worth: Worth) -> bool:
        """Whether the table has no features that are newer than the worth."""
        return worth.size == len(self._roots)

    def _new_feature(self, feature: tuple[str, float], words: Mapping[str, str]) -> int:
        root, count = feature
        number = len(self._roots)
        self._counts.append(count)
        self._damped.append(_damped(count))
        if root not in self._by_root:
            self._by_root[root] = []
            self._words[root] = words[root]
        self._by_root[root].append(number)
        self._roots.append(root)
        self._numbers[feature] = number
        return number

    def _importance_of(self, connection: sqlite3.Connection, number: int) -> _Importance:
        found = self._importance.get(number)
        if found is None:
            root, count = self._roots[number], self._counts[number]
            in_leads = self._leads.documents(connection, root)
            is_searched = in_leads and not self._leads.is_common(in_leads) and not root.isdigit()
            in_bodies = self._bodies.documents(connection, root)
            found = self._importance[number] = _Importance(
                math.log1p(count) * self._leads.rarity(in_leads) if is_searched else 0.0,
                self._damped[number] * self._bodies.rarity(in_bodies) ** 2 if in_bodies else 0.0,
            )
        return found


def closeness(worth: Worth, candidate: Topics) -> float:
    """How close a candidate is to the article of the worth.

    The sum over common stems of frequency and rarity, divided by the square root of the number of different stems of
    the candidate: 0 without common stems, without an upper bound. It does not depend on the order of the features.
    """
    values = worth.by_feature
    common = values.keys() & candidate
    return math.fsum([values[number] for number in common]) / math.sqrt(len(candidate) or 1)


def _damped(count: float) -> float:
    return 1 + math.log(max(count, 1.0))
