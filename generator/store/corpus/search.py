"""Searches one state of the index, with caches in memory that are valid for this state.

A :class:`Snapshot` belongs to one state: after a refresh that changed the index, a new snapshot replaces it, so no
outdated data is used. Threads share its caches.
"""

import sqlite3
import threading
from collections.abc import Collection, Iterable, Sequence
from itertools import combinations
from typing import NamedTuple

from cachetools import LRUCache

from generator.content.duplicates.questions import (
    Signature,
    compare,
    defining_stems,
    may_reach,
    signature,
    sketch,
)
from generator.content.site.subjects import SubjectList
from generator.store.corpus.postings import Postings
from generator.store.corpus.ranking import Vocabulary, match_expression
from generator.store.corpus.relatedness import RatedArticle
from generator.store.corpus.rows import ROW_COLUMNS, ArticleRow, Hit, Passage
from generator.store.corpus.sources.index import source_passages
from generator.store.corpus.topic_features import Topics
from generator.store.corpus.topics import TopicTable, Worth, closeness

# Of a whole site, because each article is a neighbour of several others. About 1 kB each.
_CACHED_ROWS = 40_000
# About 1 kB each.
_CACHED_SIGNATURES = 40_000
_MOST_COMPARED = 500
# With fewer hits in the leads, the answers are searched too.
_FEWEST_HITS = 5
# BM25's field weights: of a lead its question, headings, keywords and description.
_LEAD_WEIGHTS = "6.0, 2.0, 3.0, 1.0"
_BODY_WEIGHTS = "1.0"


class _CachedRow(NamedTuple):
    row: ArticleRow
    signature: Signature
    sketch: int


class _Label(NamedTuple):
    """What the choice of links needs to know of every page that search engines may index."""

    key: str
    subject_slug: str
    is_linkable: bool


class Snapshot:
    """One state of the index with its caches.

    Args:
        state: identifies the state; ``meta.state`` of the index.
        total: the number of articles.
        chunks: the number of chunks of sources.
        listing: the subjects of the settings, which say what the site does not list.
    """

    def __init__(self, state: str, total: int, chunks: int, listing: SubjectList) -> None:
        self.state = state
        self.total = total
        self._leads = Vocabulary("lead", total)
        self._bodies = Vocabulary("body", total)
        self._chunks = Vocabulary("chunk_text", chunks)
        self._lead_postings = Postings("lead", _LEAD_WEIGHTS)
        self._body_postings = Postings("body", _BODY_WEIGHTS)
        self._rows: LRUCache[int, _CachedRow] = LRUCache(_CACHED_ROWS)
        # A plain dictionary: it is read a hundred times for each article, and a bounded cache with a lock is slower.
        self._signatures: dict[int, Signature] = {}
        self.topics = TopicTable(self._leads, self._bodies)
        self._lock = threading.Lock()
        self._listing = listing
        self._labels: dict[int, _Label] | None = None
        self._indexable_postings: dict[str, Postings] = {}
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
        min_similarity: float,
        only_indexable: bool = False,
    ) -> list[Hit]:
        """See ``CorpusIndex.search``."""
        wanted = limit + len(exclude)
        postings = self._indexable_leads(connection) if only_indexable else self._lead_postings
        found = postings.best(connection, self._leads.terms(connection, question), limit=wanted)
        lead_hits = len(found)
        if lead_hits < min(wanted, _FEWEST_HITS):
            # Also articles with the terms only in the answer. Their scores are scaled to be below those of all leads.
            leads = {rowid for rowid, _ in found}
            lowest = min((score for _, score in found), default=1.0)
            bodies = self._indexable_bodies(connection) if only_indexable else self._body_postings
            in_bodies = bodies.best(connection, self._bodies.terms(connection, question), limit=wanted)
            top = max((score for _, score in in_bodies), default=1.0)
            found += [(rowid, lowest * score / (2 * top)) for rowid, score in in_bodies if rowid not in leads]
        loaded = self._load(connection, [rowid for rowid, _ in found])
        query = signature(question)
        hard, size = defining_stems(query.topic), len(query.topic)
        hits = [
            Hit(
                entry.row,
                score,
                compare(query, entry.signature, least=min_similarity)
                if may_reach(hard, size, entry.sketch, min_similarity)
                else 0.0,
                place < lead_hits,
            )
            for place, (rowid, score) in enumerate(found)
            if (entry := loaded.get(rowid)) is not None and entry.row.key not in exclude
        ]
        return hits[:limit]

    def near_duplicates(
        self, connection: sqlite3.Connection, question: str, *, threshold: float
    ) -> list[tuple[ArticleRow, float]]:
        """The articles whose questions are at least as similar as the threshold, most similar first.

        Compares only questions that share two of the three rarest terms, without ranking: ten times as fast as a
        search, and near duplicates share nearly all terms.
        """
        terms = self._leads.terms(connection, question)[:3]
        if not terms:
            return []
        pairs = [f'("{one.word}" AND "{other.word}")' for one, other in combinations(terms, 2)]
        match = f"question : ({' OR '.join(pairs) if pairs else match_expression(terms)})"
        found = connection.execute(
            "SELECT rowid FROM lead WHERE lead MATCH ? LIMIT ?", (match, _MOST_COMPARED)
        )
        query = signature(question)
        loaded = self._load(connection, [rowid for (rowid,) in found])
        similar = [
            (entry.row, similarity)
            for entry in loaded.values()
            if (similarity := compare(query, entry.signature)) >= threshold
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
        """See ``source_passages`` of ``sources.index``."""
        return source_passages(connection, self._chunks, question, only=only, limit_chars=limit_chars)

    def neighbours(self, connection: sqlite3.Connection, topics: Topics, *, limit: int) -> list[int]:
        """The row ids of the pages whose leads match the topics best, best first, without pages that are not indexed."""
        terms = self.topics.terms(connection, topics)
        return [rowid for rowid, _ in self._indexable_leads(connection).best(connection, terms, limit=limit)]

    def rated(
        self, connection: sqlite3.Connection, worth: Worth, rowids: Iterable[int]
    ) -> list[RatedArticle]:
        """Those of the pages that may be linked to and have common topics, rated by their closeness."""
        labels = self._indexable(connection)
        return [
            RatedArticle(rowid, label.key, label.subject_slug, score)
            for rowid in rowids
            if (label := labels.get(rowid)) is not None
            and label.is_linkable
            and (score := closeness(worth, self.topics.of_article(connection, rowid))) > 0
        ]

    def rows(self, connection: sqlite3.Connection, rowids: Sequence[int]) -> dict[int, ArticleRow]:
        """The rows with these ids."""
        return {rowid: entry.row for rowid, entry in self._load(connection, rowids).items()}

    def signature(self, connection: sqlite3.Connection, rowid: int) -> Signature:
        """The signature of an article's question."""
        known = self._signatures.get(rowid)
        if known is None:
            found = connection.execute("SELECT question FROM article WHERE rowid = ?", (rowid,)).fetchone()
            known = signature(found[0] if found else "")
            if len(self._signatures) >= _CACHED_SIGNATURES:
                self._signatures.clear()
            self._signatures[rowid] = known
        return known

    def _indexable_leads(self, connection: sqlite3.Connection) -> Postings:
        return self._among_indexable(connection, "lead", _LEAD_WEIGHTS)

    def _indexable_bodies(self, connection: sqlite3.Connection) -> Postings:
        return self._among_indexable(connection, "body", _BODY_WEIGHTS)

    def _among_indexable(self, connection: sqlite3.Connection, table: str, weights: str) -> Postings:
        """The postings of a table without the pages that search engines must not index."""
        if table not in self._indexable_postings:
            found = Postings(table, weights, among=self._indexable(connection))
            self._indexable_postings.setdefault(table, found)
        return self._indexable_postings[table]

    def _indexable(self, connection: sqlite3.Connection) -> dict[int, _Label]:
        """The pages that search engines may index, by row id."""
        if self._labels is None:
            sql = (
                "SELECT rowid, key, fit AND id IS NOT NULL, subject_slug, subject FROM article"
                " WHERE NOT no_index AND canonical = ''"
            )
            rows = connection.execute(sql).fetchall()
            unlisted = {names for names in {row[3:] for row in rows} if self._listing.is_unlisted(*names)}
            self._labels = {
                rowid: _Label(key, slug, bool(linkable))
                for rowid, key, linkable, slug, subject in rows
                if (slug, subject) not in unlisted
            }
        return self._labels

    def _load(self, connection: sqlite3.Connection, rowids: Sequence[int]) -> dict[int, _CachedRow]:
        """The rows with these ids, from the cache where possible."""
        with self._lock:
            found = {rowid: self._rows[rowid] for rowid in rowids if rowid in self._rows}
        missing = [rowid for rowid in rowids if rowid not in found]
        if missing:
            marks = ", ".join("?" * len(missing))
            sql = f"SELECT {ROW_COLUMNS} FROM article WHERE rowid IN ({marks})"
            for values in connection.execute(sql, missing):
                row = ArticleRow.from_values(values)
                own = signature(row.question)
                found[row.rowid] = _CachedRow(row, own, sketch(own.topic))
            with self._lock:
                self._rows.update((rowid, found[rowid]) for rowid in missing if rowid in found)
        return found
