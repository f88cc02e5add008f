"""Searches one state of the index, and keeps in memory what is worth it while that state lasts.

A :class:`Snapshot` belongs to one state: when a refresh changes the index, a new one takes its place, so that
nothing stale is ever looked up; threads share its caches.
"""

import sqlite3
import threading
from collections.abc import Collection, Sequence
from itertools import combinations
from typing import NamedTuple

from cachetools import LRUCache, cachedmethod

from generator.content.duplicates.questions import Signature, compare, may_reach, signature, sketch, telling
from generator.content.subjects import SubjectList
from generator.store.corpus.postings import Postings
from generator.store.corpus.ranking import Vocabulary, match_expression
from generator.store.corpus.relatedness import Profile, Text, closeness, profile, telling_terms, weights
from generator.store.corpus.rows import ROW_COLUMNS, ArticleRow, Hit, Passage
from generator.store.corpus.sources.index import source_passages

_KEPT_ROWS = 8_192
_KEPT_PROFILES = 2_048
_CANDIDATES = 40
_MOST_COMPARED = 500
_FEWEST_HITS = 5
# BM25's field weights: of a lead its question, headings, keywords and description.
_LEAD_WEIGHTS = "6.0, 2.0, 3.0, 1.0"
_BODY_WEIGHTS = "1.0"


class _KeptRow(NamedTuple):
    row: ArticleRow
    signature: Signature
    sketch: int


class Snapshot:
    """One state of the index: its number of articles, its vocabulary, and the rows used last."""

    def __init__(self, state: str, total: int, chunks: int, listing: SubjectList) -> None:
        self.state = state
        self.total = total
        self._leads = Vocabulary("lead", total)
        self._bodies = Vocabulary("body", total)
        self._chunks = Vocabulary("chunk_text", chunks)
        self._lead_postings = Postings("lead", _LEAD_WEIGHTS)
        self._body_postings = Postings("body", _BODY_WEIGHTS)
        self._known: LRUCache[int, _KeptRow] = LRUCache(_KEPT_ROWS)
        self._profiles: LRUCache[int, Profile] = LRUCache(_KEPT_PROFILES)
        self._lock = threading.Lock()
        self._listing = listing
        self._indexable_rows: frozenset[int] | None = None
        self._folders: frozenset[str] | None = None

    def folders(self, connection: sqlite3.Connection) -> frozenset[str]:
        """The folders of all subjects that have articles."""
        if self._folders is None:
            rows = connection.execute("SELECT DISTINCT subject_slug FROM article")
            self._folders = frozenset(slug for (slug,) in rows)
        return self._folders

    def search(
        self,
        connection: sqlite3.Connection,
        question: str,
        *,
        limit: int,
        exclude: Collection[str],
        least: float,
        indexed: bool = False,
    ) -> list[Hit]:
        """The articles nearest to the question, best first; a similarity below ``least`` is told as 0."""
        wanted = limit + len(exclude)
        among = self._indexable(connection) if indexed else None
        found = self._lead_postings.best(
            connection, self._leads.terms(connection, question), limit=wanted, among=among
        )
        named = len(found)
        if named < min(wanted, _FEWEST_HITS):
            # What no lead names may still stand in an answer; such articles rank below all leads.
            leads = {rowid for rowid, _ in found}
            lowest = min((score for _, score in found), default=1.0)
            deeper = self._body_postings.best(
                connection, self._bodies.terms(connection, question), limit=wanted, among=among
            )
            top = max((score for _, score in deeper), default=1.0)
            found += [(rowid, lowest * score / (2 * top)) for rowid, score in deeper if rowid not in leads]
        known = self._load(connection, [rowid for rowid, _ in found])
        asked = signature(question)
        hard, size = telling(asked.topic), len(asked.topic)
        hits = [
            Hit(
                entry.row,
                score,
                compare(asked, entry.signature, least=least)
                if may_reach(hard, size, entry.sketch, least)
                else 0.0,
                place < named,
            )
            for place, (rowid, score) in enumerate(found)
            if (entry := known.get(rowid)) is not None and entry.row.key not in exclude
        ]
        return hits[:limit]

    def alike(
        self, connection: sqlite3.Connection, question: str, *, threshold: float
    ) -> list[tuple[ArticleRow, float]]:
        """The articles whose questions are as similar as the threshold says, most similar first.

        Looks only at questions that share two of the three rarest terms, unranked: ten times as quick as a
        search, and near-duplicates share nearly all of them.
        """
        terms = self._leads.terms(connection, question)[:3]
        if not terms:
            return []
        pairs = [f'("{one.word}" AND "{other.word}")' for one, other in combinations(terms, 2)]
        match = f"question : ({' OR '.join(pairs) if pairs else match_expression(terms)})"
        found = connection.execute(
            "SELECT rowid FROM lead WHERE lead MATCH ? LIMIT ?", (match, _MOST_COMPARED)
        )
        asked = signature(question)
        known = self._load(connection, [rowid for (rowid,) in found])
        similar = [
            (entry.row, similarity)
            for entry in known.values()
            if (similarity := compare(asked, entry.signature)) >= threshold
        ]
        return sorted(similar, key=lambda pair: (-pair[1], pair[0].key))

    def source_passages(
        self,
        connection: sqlite3.Connection,
        question: str,
        *,
        only: Collection[str] | None,
        limit_chars: int,
    ) -> list[Passage]:
        """The chunks of the sources that say most about the question."""
        return source_passages(connection, self._chunks, question, only=only, limit_chars=limit_chars)

    def nearest(
        self,
        connection: sqlite3.Connection,
        text: Text,
        others: Sequence[tuple[ArticleRow, Text]],
        *,
        exclude: Collection[str],
    ) -> list[Hit]:
        """The articles nearest to a whole article, best first, without those that are never indexed.

        Their score is only comparable within the list.
        """
        made = profile(text)
        terms = telling_terms(connection, made, self._leads)
        found = self._lead_postings.best(
            connection, terms, limit=_CANDIDATES + len(exclude), among=self._indexable(connection)
        )
        known = self._load(connection, [rowid for rowid, _ in found])
        candidates = [(entry.row, self._profile(connection, rowid)) for rowid, entry in known.items()]
        candidates += [(row, profile(other)) for row, other in others]
        weighed = weights(connection, made, self._bodies)
        asked = signature(text.question)
        hits = [
            Hit(row, closeness(weighed, candidate), compare(asked, signature(row.question)))
            for row, candidate in candidates
            if row.key not in exclude
        ]
        return sorted((hit for hit in hits if hit.score > 0), key=lambda hit: (-hit.score, hit.row.key))

    def _indexable(self, connection: sqlite3.Connection) -> frozenset[int]:
        """The rows of the pages that may be indexed."""
        if self._indexable_rows is None:
            sql = "SELECT rowid, subject_slug, subject FROM article WHERE NOT no_index"
            rows = connection.execute(sql).fetchall()
            unlisted = {names for names in {row[1:] for row in rows} if self._listing.is_unlisted(*names)}
            self._indexable_rows = frozenset(rowid for rowid, *names in rows if tuple(names) not in unlisted)
        return self._indexable_rows

    @cachedmethod(
        lambda self: self._profiles, key=lambda self, connection, rowid: rowid, lock=lambda self: self._lock
    )
    def _profile(self, connection: sqlite3.Connection, rowid: int) -> Profile:
        sql = "SELECT question, keywords, headings, answer FROM article WHERE rowid = ?"
        return profile(Text(*connection.execute(sql, (rowid,)).fetchone()))

    def _load(self, connection: sqlite3.Connection, rowids: Sequence[int]) -> dict[int, _KeptRow]:
        """The rows, from memory where they are there."""
        with self._lock:
            found = {rowid: self._known[rowid] for rowid in rowids if rowid in self._known}
        missing = [rowid for rowid in rowids if rowid not in found]
        if missing:
            marks = ", ".join("?" * len(missing))
            sql = f"SELECT {ROW_COLUMNS} FROM article WHERE rowid IN ({marks})"
            for values in connection.execute(sql, missing):
                row = ArticleRow.made(values)
                mark = signature(row.question)
                found[row.rowid] = _KeptRow(row, mark, sketch(mark.topic))
            with self._lock:
                self._known.update((rowid, found[rowid]) for rowid in missing if rowid in found)
        return found
