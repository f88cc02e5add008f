"""Reads what the search for duplicates needs of every article: its row, its links, its answer."""

import sqlite3
from collections.abc import Iterator
from typing import Any

from generator.errors import StorageError
from generator.store.corpus.index import CorpusIndex
from generator.store.corpus.rows import ROW_COLUMNS, ArticleRow
from generator.store.corpus.schema import connect

_PAGE = 1_000


class SitePages:
    """All articles of an index, in the order of their keys. Answers are read a page at a time."""

    def __init__(self, index: CorpusIndex) -> None:
        self._index = index

    def rows(self) -> list[ArticleRow]:
        """The rows of all articles."""
        return [ArticleRow.from_values(row) for row in self._all(ROW_COLUMNS)]

    def links(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """The articles with related links, by key, each with the addresses of its links."""
        for key, links in self._all("key, links"):
            if links:
                yield key, tuple(links.split("\n"))

    def answers(self) -> Iterator[tuple[str, str]]:
        """The answers by key, as Markdown with real line breaks."""
        return ((key, answer) for key, answer in self._all("key, answer"))

    def _all(self, columns: str) -> Iterator[Any]:
        self._index.count()  # builds an index that is missing or damaged
        after = ""
        try:
            connection = connect(self._index.path)
            try:
                # Everything is read once: mapped into memory, the whole file would count as used.
                connection.execute("PRAGMA mmap_size = 0")
                while True:
                    rows = connection.execute(
                        f"SELECT {columns}, key FROM article WHERE key > ? ORDER BY key LIMIT ?",
                        (after, _PAGE),
                    ).fetchall()
                    yield from (row[:-1] for row in rows)
                    if len(rows) < _PAGE:
                        return
                    after = rows[-1][-1]
            finally:
                connection.close()
        except sqlite3.Error as error:
            raise StorageError(str(self._index.path), f"the index cannot be read: {error}") from error
