"""Reads the descriptions of the published articles from the corpus index: all of them, or those like a new one."""

import sqlite3
from collections.abc import Iterator
from functools import partial
from typing import Any, NamedTuple

from cachetools import LRUCache, cachedmethod

from generator.content.duplicates.descriptions import (
    MAX_TEXTS_PER_TERM,
    Description,
    NearDuplicate,
    near_duplicates,
)
from generator.errors import StorageError
from generator.store.corpus.index import CorpusIndex
from generator.store.corpus.schema import connect

_CACHED_COUNTS = 50_000
_PAGE = 1_000


class SiteText(NamedTuple):
    """The texts of one published article that matter for search engines."""

    key: str
    question: str
    description: str
    keywords: str


class SiteDescriptions:
    """Reads the descriptions of an index. Its connection sees later refreshes; its cached counts do not."""

    def __init__(self, index: CorpusIndex) -> None:
        self._index = index
        self._connection: sqlite3.Connection | None = None
        self._counts: LRUCache[str, int] = LRUCache(_CACHED_COUNTS)

    def close(self) -> None:
        """Close the connection; the next use opens another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def near(self, text: str, threshold: float, *, key: str) -> list[NearDuplicate]:
        """The near duplicates of a description among those of other articles.

        Args:
            threshold: the similarity (0 to 1) from which two descriptions are near duplicates.
            key: the article that the text is for; it is left out.
        """
        return near_duplicates(
            text,
            threshold,
            frequency=self.frequency,
            texts_with=self._texts_with,
            descriptions_of=partial(self._descriptions_of, key),
        )

    def all(self) -> Iterator[SiteText]:
        """The texts of every article in the order of keys, read a page at a time."""
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
        """How many articles contain a stem in question, headings, keywords or description."""
        rows = self._select("SELECT doc FROM lead_terms WHERE term = ?", term)
        return int(rows[0][0]) if rows else 0

    def _texts_with(self, term: str, word: str) -> Iterator[int]:
        # The word, not its stem: the index stems the words of a query itself.
        rows = self._select(
            "SELECT rowid FROM lead WHERE lead MATCH ? LIMIT ?", f'description : "{word}"', MAX_TEXTS_PER_TERM
        )
        return (row[0] for row in rows)

    def _descriptions_of(self, key: str, numbers: list[int]) -> Iterator[Description]:
        rows = self._select(
            f"SELECT key, description FROM article WHERE rowid IN ({', '.join('?' * len(numbers))})"
            " AND key <> ? ORDER BY rowid",
            *numbers,
            key,
        )
        return map(Description._make, rows)

    def _select(self, sql: str, *values: object) -> list[Any]:
        try:
            if self._connection is None:
                self._index.count()  # builds an index that is missing or damaged
                self._connection = connect(self._index.path)
            return self._connection.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise StorageError(str(self._index.path), f"the index cannot be read: {error}") from error
