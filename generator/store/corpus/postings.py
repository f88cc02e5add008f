"""Ranks the rows of a full-text table by BM25, with a cache of the scores of each term.

BM25 is a sum over terms, and questions share many terms. So SQLite computes the scores of one term at a time, they are
cached, and a query of known terms only adds them. The results are identical to those of one query for all terms.

The terms with the highest scores come first. Once ``limit`` rows have more than the remaining terms can add, no other row
can be among the best (the MaxScore method): the long lists of common terms are only looked up, not added.
"""

import heapq
import sqlite3
import threading
from array import array
from bisect import bisect_left
from collections.abc import Container, Iterable, Mapping, Sequence
from itertools import accumulate
from typing import NamedTuple

from cachetools import LRUCache, cachedmethod

from generator.store.corpus.ranking import Term

# Twice the postings of all words in the leads of 36,000 articles that are in fewer than a tenth of them. 12 bytes each.
_CACHED_POSTINGS = 4_000_000
# Shorter lists are added at once, because to test whether they can be skipped takes as long.
_LONG = 200
# To look a row up in a list takes about as long as to pass over so many rows.
_LOOKED_UP_FASTER = 10
# So many scores are sorted faster than searched for the highest.
_SORTED_FASTER = 1_000
# For the rounding errors of sums in different orders.
_MARGIN = 1 + 1e-9


class _TermScores(NamedTuple):
    """The rows that contain a term, in ascending order, the BM25 score of the term in each, and the highest score."""

    rows: "array[int]"
    scores: "array[float]"
    highest: float

    def add_to(self, totals: dict[int, float]) -> None:
        """Add the scores of the term to the totals of rows."""
        rows, scores, size = self.rows, self.scores, len(self.rows)
        for row in totals.keys() & rows if size < _LOOKED_UP_FASTER * len(totals) else totals:
            at = bisect_left(rows, row)
            if at < size and rows[at] == row:
                totals[row] += scores[at]


class Postings:
    """Ranks the rows of a table in one state of the index. Threads may share it.

    Args:
        table: the name of an FTS5 table.
        weights: the weights of its columns in SQL, as for FTS5's ``bm25``.
        among: only these row ids; None for all.
    """

    def __init__(self, table: str, weights: str, *, among: Container[int] | None = None) -> None:
        self._among = among
        self._sql = (
            f"SELECT rowid, -bm25({table}, {weights}) FROM {table} WHERE {table} MATCH ? ORDER BY rowid"
        )
        self._cache: LRUCache[str, _TermScores] = LRUCache(
            _CACHED_POSTINGS, lambda term_scores: len(term_scores.rows)
        )
        self._lock = threading.Lock()

    def best(
        self,
        connection: sqlite3.Connection,
        terms: Sequence[Term],
        *,
        limit: int,
    ) -> list[tuple[int, float]]:
        """The row ids that match any of the terms with their BM25 (higher is better), best first, then by row id."""
        lists = [self._term_scores(connection, term.word, term.stem) for term in terms]
        # The scores are added again in the order of the terms, because rounding depends on it.
        totals = dict.fromkeys(_finalists(lists, limit), 0.0)
        for found in lists:
            found.add_to(totals)
        return sorted(totals.items(), key=lambda item: (-item[1], item[0]))[:limit]

    @cachedmethod(
        lambda self: self._cache,
        key=lambda self, connection, word, root: root,
        lock=lambda self: self._lock,
    )
    def _term_scores(self, connection: sqlite3.Connection, word: str, root: str) -> _TermScores:
        """The scores of a word; words with the same stem have the same."""
        found = connection.execute(self._sql, (f'"{word}"',)).fetchall()
        if self._among is not None:
            found = [item for item in found if item[0] in self._among]
        rows, scores = array("I", [row for row, _ in found]), array("d", [part for _, part in found])
        return _TermScores(rows, scores, max(scores, default=0.0))


def _finalists(lists: Sequence[_TermScores], limit: int) -> Iterable[int]:
    """The rows that can be among the ``limit`` best, a few more than that where scores are nearly equal."""
    ordered = sorted(lists, key=lambda found: -found.highest)
    # What the list at each place and all later ones can add at most.
    ahead = list(accumulate((found.highest for found in reversed(ordered)), initial=0.0))[::-1]
    scores: dict[int, float] = {}
    for place, found in enumerate(ordered):
        if len(found.rows) > _LONG and len(scores) >= limit and ahead[0] > 2 * ahead[place]:
            lowest = _lowest(scores, limit)
            if lowest > ahead[place] * _MARGIN:
                needed = lowest - ahead[place] * _MARGIN
                survivors = {row: total for row, total in scores.items() if total >= needed}
                return _narrowed(survivors, ordered[place:], ahead[place + 1 :], limit)
        added = dict(zip(found.rows, found.scores, strict=True))
        for row in scores.keys() & added.keys():
            added[row] += scores[row]
        scores |= added
    return _narrowed(scores, (), (), limit)


def _narrowed(
    scores: dict[int, float], remaining: Sequence[_TermScores], ahead: Sequence[float], limit: int
) -> Iterable[int]:
    """Those of the rows that can be among the best once the remaining lists are added.

    Args:
        ahead: what the lists after each of the remaining ones can add at most.
    """
    for found, left in zip(remaining, ahead, strict=True):
        found.add_to(scores)
        needed = _lowest(scores, limit) - left * _MARGIN
        scores = {row: total for row, total in scores.items() if total >= needed}
    needed = _lowest(scores, limit) / _MARGIN
    return [row for row, total in scores.items() if total >= needed]


def _lowest(scores: Mapping[int, float], limit: int) -> float:
    """The score of the last of the best rows; 0 where there are fewer."""
    if not len(scores) >= limit > 0:
        return 0.0
    if len(scores) <= _SORTED_FASTER:
        return sorted(scores.values())[-limit]
    return heapq.nlargest(limit, scores.values())[-1]
