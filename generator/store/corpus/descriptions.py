"""The descriptions that the site has now, read off the corpus index: all of them in turn, or those like a new one."""

import sqlite3
from collections.abc import Iterator
from functools import partial
from typing import Any, NamedTuple

from cachetools import LRUCache, cachedmethod

from generator.content.duplicates.descriptions import (
    MOST_HOLDING,
    Description,
    NearDuplicate,
    near_duplicates,
)
from generator.content.text import normalise_question
from generator.errors import StorageError
from generator.store.corpus.index import CorpusIndex
from generator.store.corpus.schema import connect

_KEPT_COUNTS = 50_000
_PAGE = 1_000


class SiteText(NamedTuple):
    """What searchers see of one published article."""

    key: str
    question: str
    description: str
    keywords: str


class SiteDescriptions:
    """Reads an index that was brought up to date when the command started."""

    def __init__(self, index: CorpusIndex) -> None:
        self._index = index
        self._connection: sqlite3.Connection | None = None
        self._counts: LRUCache[str, int] = LRUCache(_KEPT_COUNTS)

    def close(self) -> None:
        """Close the connection; the next use opens another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def near(self, text: str, threshold: float, *, key: str, question: str) -> list[NearDuplicate]:
        """Other articles' descriptions that say nearly the same; the article ``key`` and its copies do not count."""
        return near_duplicates(
            text,
            threshold,
            frequency=self.frequency,
            holding=self._holding,
            described=partial(self._described, key, normalise_question(question)),
        )

    def all(self) -> Iterator[SiteText]:
        """Every article's texts, a page at a time, in the order of their keys."""
        after = ""
        while True:
            rows = self._select(
                "SELECT key, question, description, keywords FROM article WHERE key > ? ORDER BY key LIMIT ?",
                after,
                _PAGE,
            )
            yield from map(SiteText._make, rows)
            if len(rows) < _PAGE:
                return
            after = rows[-1][0]

    @cachedmethod(lambda self: self._counts)
    def frequency(self, term: str) -> int:
        """In how many articles a stem occurs."""
        rows = self._select("SELECT doc FROM lead_terms WHERE term = ?", term)
        return int(rows[0][0]) if rows else 0

    def _holding(self, term: str, word: str) -> Iterator[int]:
        # The word, not its stem: the index stems what it is asked.
        rows = self._select(
            "SELECT rowid FROM lead WHERE lead MATCH ? LIMIT ?", f'description : "{word}"', MOST_HOLDING
        )
        return (row[0] for row in rows)

    def _described(self, key: str, normal: str, numbers: list[int]) -> Iterator[Description]:
        rows = self._select(
            f"SELECT key, description FROM article WHERE rowid IN ({', '.join('?' * len(numbers))})"
            " AND key <> ? AND normal <> ? ORDER BY rowid",
            *numbers,
            key,
            normal,
        )
        return map(Description._make, rows)

    def _select(self, sql: str, *values: object) -> list[Any]:
        try:
            if self._connection is None:
                self._index.count()  # an index that is missing or damaged is built first
                self._connection = connect(self._index.path)
            return self._connection.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise StorageError(str(self._index.path), f"the index cannot be read: {error}") from error
