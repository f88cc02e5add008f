"""Ranks the articles to link to from one article or text, and rates the links that an article has.

The rating needs more candidates than the choice. Both use one search.
"""

import sqlite3
from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

from generator.content.duplicates.questions import Signature, compare, signature
from generator.store.corpus.relatedness import (
    ArticleText,
    RatedArticle,
    article_text,
    choose_links,
    in_link_order,
)
from generator.store.corpus.rows import ArticleRow, Hit
from generator.store.corpus.search import Snapshot
from generator.store.corpus.topics import Worth, closeness

_CANDIDATES = 40
# Of the articles whose leads match best, one may be the article itself.
_RATED_FIRST = _CANDIDATES + 1


def links_of_text(
    connection: sqlite3.Connection,
    snapshot: Snapshot,
    text: ArticleText,
    subject_slug: str,
    others: Sequence[tuple[ArticleRow, str]],
    *,
    limit: int,
    exclude: Collection[str],
    similarity_limit: float,
) -> list[Hit]:
    """The articles to link to from a text, best first; see ``CorpusIndex.related``."""
    topics = snapshot.topics.of_text(connection, text)
    found = snapshot.neighbours(connection, topics, limit=_CANDIDATES + len(exclude))
    unpublished = {-number: row for number, (row, _) in enumerate(others, 1)}
    bodies = [
        snapshot.topics.of_text(connection, article_text(row.question, row.keywords, body))
        for row, body in others
    ]
    worth = snapshot.topics.worth(connection, topics)
    rated = snapshot.rated(connection, worth, found)
    rated += [
        RatedArticle(rowid, row.key, row.subject_slug, closeness(worth, body))
        for (rowid, row), body in zip(unpublished.items(), bodies, strict=True)
        if row.fit and row.id is not None
    ]

    def signature_of(item: RatedArticle) -> Signature:
        row = unpublished.get(item.rowid)
        return snapshot.signature(connection, item.rowid) if row is None else signature(row.question)

    own = signature(text.question)
    chosen = choose_links(
        own,
        in_link_order((item for item in rated if item.score > 0 and item.key not in exclude), subject_slug),
        signature_of,
        limit=limit,
        similarity_limit=similarity_limit,
    )
    rows = snapshot.rows(connection, [item.rowid for item in chosen if item.rowid > 0]) | unpublished
    return [
        Hit(rows[item.rowid], item.score, compare(own, signature_of(item)))
        for item in chosen
        if item.rowid in rows
    ]


class LinkRanking(NamedTuple):
    """The articles to link to from a published article, best first, and what the rating of its links needs."""

    row: ArticleRow
    nearest: tuple[Hit, ...]
    snapshot: Snapshot
    worth: Worth
    found: tuple[int, ...]
    """The row ids of the articles whose leads match best, best first."""
    rated: tuple[RatedArticle, ...]
    """Those of the first of them that may be linked to, rated."""
    similarity_limit: float

    @classmethod
    def of(
        cls,
        connection: sqlite3.Connection,
        snapshot: Snapshot,
        row: ArticleRow,
        *,
        limit: int,
        similarity_limit: float,
    ) -> "LinkRanking":
        """The ranking for one article, with at most ``limit`` nearest ones."""
        topics = snapshot.topics.of_article(connection, row.rowid)
        found = snapshot.neighbours(connection, topics, limit=_CANDIDATES + 1 + limit)
        worth = snapshot.topics.worth(connection, topics)
        rated = snapshot.rated(connection, worth, found[:_RATED_FIRST])
        own = signature(row.question)

        def signature_of(item: RatedArticle) -> Signature:
            return snapshot.signature(connection, item.rowid)

        chosen = choose_links(
            own,
            in_link_order((item for item in rated if item.rowid != row.rowid), row.subject_slug),
            signature_of,
            limit=limit,
            similarity_limit=similarity_limit,
        )
        rows = snapshot.rows(connection, [item.rowid for item in chosen])
        nearest = tuple(
            Hit(rows[item.rowid], item.score, compare(own, signature_of(item)))
            for item in chosen
            if item.rowid in rows
        )
        return cls(row, nearest, snapshot, worth, tuple(found), tuple(rated), similarity_limit)

    def near_enough(
        self,
        connection: sqlite3.Connection,
        targets: Collection[ArticleRow],
        *,
        floor: float,
    ) -> set[str]:
        """The keys of those targets of links that are near enough to the article.

        A target is near enough if it, or an article that asks nearly the same, could be linked to after the nearest ones
        with a score of at least ``floor``.
        """
        excluded = {self.row.rowid, *(hit.row.rowid for hit in self.nearest)}
        others = {*self.found[_RATED_FIRST : _RATED_FIRST + len(self.nearest)]}
        others.update(target.rowid for target in targets)
        others.difference_update(self.found[:_RATED_FIRST], excluded)
        rated = [item for item in self.rated if item.rowid not in excluded]
        rated += self.snapshot.rated(connection, self.worth, others)
        choice = _LazyChoice(
            in_link_order(rated, self.row.subject_slug),
            signature(self.row.question),
            lambda item: self.snapshot.signature(connection, item.rowid),
            self.similarity_limit,
        )
        return {target.key for target in targets if choice.has_near(target, floor)}


class _LazyChoice:
    """Which of the ordered candidates ``choose_links`` would choose without a limit, decided only where it matters."""

    def __init__(
        self,
        ordered: Sequence[RatedArticle],
        own: Signature,
        signature_of: Callable[[RatedArticle], Signature],
        similarity_limit: float,
    ) -> None:
        self._ordered = ordered
        self._own = own
        self._signature_of = signature_of
        self._limit = similarity_limit
        self._chosen: dict[int, bool] = {}

    def has_near(self, target: ArticleRow, floor: float) -> bool:
        """Whether a chosen candidate with at least this score is the target, or asks nearly the same."""
        asked = signature(target.question)
        places = sorted(
            (place for place, item in enumerate(self._ordered) if item.score >= floor),
            key=lambda place: self._ordered[place].rowid != target.rowid,
        )
        return any(
            (
                self._ordered[place].rowid == target.rowid
                or self._are_alike(asked, self._signature_of(self._ordered[place]))
            )
            and self._is_chosen(place)
            for place in places
        )

    def _is_chosen(self, place: int) -> bool:
        known = self._chosen.get(place)
        if known is None:
            found = self._signature_of(self._ordered[place])
            known = self._chosen[place] = not self._are_alike(found, self._own) and not any(
                self._are_alike(found, self._signature_of(self._ordered[earlier]))
                and self._is_chosen(earlier)
                for earlier in range(place)
            )
        return known

    def _are_alike(self, one: Signature, other: Signature) -> bool:
        return compare(one, other, least=self._limit) >= self._limit
