"""Stores the topic profiles of the indexed articles as numbers, so that no later process reads whole articles for them.

A *feature* is a stem with its weighted count in an article. The table ``feature`` numbers the features of all articles
from 0, and is only ever added to. The table ``topics`` has one row for each article: the numbers of its features.
"""

import sqlite3
from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, TypeAlias

from generator.store.corpus.relatedness import TopicProfile

Topics: TypeAlias = Sequence[int]
"""The features of one article by their numbers, in any order."""

TOPIC_TABLES = """
CREATE TABLE feature (
    number INTEGER PRIMARY KEY, root TEXT NOT NULL, count REAL NOT NULL, word TEXT NOT NULL, UNIQUE (root, count)
);
CREATE TABLE topics (rowid INTEGER PRIMARY KEY, features BLOB NOT NULL);
"""


class Feature(NamedTuple):
    """A stem with its weighted count, and one spelling of the stem."""

    root: str
    weighted_count: float
    word: str


class TopicWriter:
    """Writes the topics of articles within one transaction.

    Args:
        connection: in a transaction, which keeps other processes from numbering features at the same time.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._numbers: dict[tuple[str, float], int] = {}
        (self._next,) = connection.execute("SELECT coalesce(max(number) + 1, 0) FROM feature").fetchone()

    def add(self, profiles: Iterable[tuple[int, TopicProfile]]) -> None:
        """Store the topics of articles, given by their row ids."""
        self._connection.executemany(
            "INSERT INTO topics VALUES (?, ?)",
            [(rowid, self._numbered(profile).tobytes()) for rowid, profile in profiles],
        )

    def _numbered(self, profile: TopicProfile) -> "array[int]":
        numbers = self._numbers
        return array(
            "I",
            [
                number
                if (number := numbers.get(feature)) is not None
                else self._number_of(Feature(*feature, profile.words[feature[0]]))
                for feature in profile.counts.items()
            ],
        )

    def _number_of(self, feature: Feature) -> int:
        key = (feature.root, feature.weighted_count)
        row = self._connection.execute(
            "SELECT number FROM feature WHERE root = ? AND count = ?", key
        ).fetchone()
        if row is None:
            row = (self._next,)
            self._connection.execute("INSERT INTO feature VALUES (?, ?, ?, ?)", (self._next, *feature))
            self._next += 1
        number = self._numbers[key] = int(row[0])
        return number


def remove_topics(connection: sqlite3.Connection, rowid: int) -> None:
    """Remove the topics of an article. Their features keep their numbers."""
    connection.execute("DELETE FROM topics WHERE rowid = ?", (rowid,))


def stored_features(connection: sqlite3.Connection) -> Iterator[Feature]:
    """All features in the order of their numbers, which begin at 0."""
    return map(Feature._make, connection.execute("SELECT root, count, word FROM feature ORDER BY number"))


def stored_topics(connection: sqlite3.Connection, rowid: int) -> Topics:
    """The topics of an article; none if it is not indexed."""
    row = connection.execute("SELECT features FROM topics WHERE rowid = ?", (rowid,)).fetchone()
    return array("I", b"" if row is None else row[0])
