"""The descriptions that the site has now, read off the corpus index: all of them in turn, or those like a new one."""

import sqlite3
from collections.abc import Iterator
from typing import Any, NamedTuple

from cachetools import LRUCache, cachedmethod

from generator.content.duplicates.descriptions import TOO_ALIKE, alike, probes, terms
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
    no_index: bool


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

    def echoes(self, text: str, *, key: str, question: str) -> list[str]:
        """Other articles' descriptions that the text is too much like; copies of the article do not count."""
        mine = terms(text)
        chosen = probes(mine, self.frequency)
        if not chosen:
            return []
        # The words, not their stems: the index stems what it is asked.
        asked = " OR ".join(f'"{mine[term]}"' for term in chosen)
        rows = self._select(
            "SELECT DISTINCT article.description FROM lead JOIN article ON article.rowid = lead.rowid"
            " WHERE lead MATCH ? AND article.key <> ? AND article.normal <> ?",
            f"description : ({asked})",
            key,
            normalise_question(question),
        )
        return [row[0] for row in rows if alike(mine, terms(row[0])) >= TOO_ALIKE]

    def all(self) -> Iterator[SiteText]:
        """Every article's texts, a page at a time, in the order of their keys."""
        after = ""
        while True:
            rows = self._select(
                "SELECT key, question, description, keywords, no_index FROM article WHERE key > ? ORDER BY key LIMIT ?",
                after,
                _PAGE,
            )
            for row in rows:
                yield SiteText(*row)._replace(no_index=bool(row[4]))
            if len(rows) < _PAGE:
                return
            after = rows[-1][0]

    @cachedmethod(lambda self: self._counts)
    def frequency(self, term: str) -> int:
        """In how many articles a stem occurs."""
        rows = self._select("SELECT doc FROM lead_terms WHERE term = ?", term)
        return int(rows[0][0]) if rows else 0

    def _select(self, sql: str, *values: object) -> list[Any]:
        try:
            if self._connection is None:
                self._index.count()  # an index that is missing or damaged is built first
                self._connection = connect(self._index.path)
            return self._connection.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise StorageError(str(self._index.path), f"the index cannot be read: {error}") from error
