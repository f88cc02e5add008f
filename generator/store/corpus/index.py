"""The index of published articles: finds articles by key, question, id, slug or similarity.

The index is derived from the content folder; a refresh reads the files whose stamps changed. It may be deleted at any
time, and is rebuilt automatically when it is damaged, has another schema version or belongs to another folder or site. Several
threads and processes may use one index; reading never waits for a refresh.
"""

import sqlite3
from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from generator.content.duplicates.questions import signature
from generator.content.duplicates.thresholds import DEFAULT_THRESHOLD
from generator.content.site.site import Site
from generator.content.site.subjects import SubjectList
from generator.content.text import normalise_question
from generator.store.corpus.indexer import Indexer, count_rows, count_subjects
from generator.store.corpus.link_ranking import LinkRanking, links_of_text
from generator.store.corpus.refresh import Progress, is_filled
from generator.store.corpus.relatedness import (
    LINK_SIMILARITY_LIMIT,
    RatedArticle,
    article_text,
    choose_links,
    in_link_order,
)
from generator.store.corpus.rows import (
    ROW_COLUMNS,
    ArticleRow,
    Hit,
    IndexState,
    Passage,
    RefreshReport,
)
from generator.store.corpus.search import Snapshot
from generator.store.corpus.sources.index import matching_sources
from generator.store.shared_words import rows_that_share_words


class CorpusIndex:
    """The index of one content folder.

    Args:
        db_path: the database file; its folder is created if missing.
        content_dir: the folder with ``<subject-slug>/<slug>.md``; a missing one is an empty corpus.
        sources_dir: the folder of the team's own documents; None without one.
        subjects: the subjects of the settings, which say what the site does not list. They are not stored.
        similarity: from which similarity (0 to 1) two questions are near duplicates.
        site: its origin and addresses say which canonical addresses are of other pages. By default that of settings
            without any of them.
    """

    def __init__(
        self,
        db_path: Path,
        content_dir: Path,
        sources_dir: Path | None = None,
        *,
        subjects: SubjectList | None = None,
        similarity: float = DEFAULT_THRESHOLD,
        site: Site | None = None,
    ) -> None:
        self.similarity = similarity
        self.path = Path(db_path)
        self.content_dir = Path(content_dir).resolve()
        self.sources_dir = None if sources_dir is None else Path(sources_dir).resolve()
        self._indexer = Indexer(self.path, self.content_dir, self.sources_dir, site or Site())
        self._subjects = SubjectList(()) if subjects is None else subjects
        self._snapshot = Snapshot("", 0, 0, self._subjects)

    def __enter__(self) -> "CorpusIndex":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections of all threads."""
        self._indexer.close()

    # Refreshing

    def refresh(self, progress: Progress | None = None) -> RefreshReport:
        """Bring the index up to date with the folder: only files whose stamp changed are read.

        Args:
            progress: called with the number of files that are read and of those to be read.
            processes: how many worker processes read files; by default one per core.

        Raises:
            StorageError: the index cannot be written.
        """
        return self._indexer.refresh(progress)

    def rebuild(self, progress: Progress | None = None) -> RefreshReport:
        """Delete the index and read every file again; as :meth:`refresh`."""
        return self._indexer.rebuild(progress)

    def overlay(self, articles: Mapping[str, bytes]) -> AbstractContextManager[None]:
        """A context manager: within the block, this thread's searches include these articles as if they were published.

        Args:
            articles: whole files by their path below the content folder; they replace indexed ones.

        Raises:
            FrontMatterError: one of them is not an article.
        """
        return self._indexer.overlay(articles)

    def state(self) -> IndexState:
        """What is indexed, and what a refresh would change. Compares stamps and reads no file."""
        return self._indexer.state()

    def is_filled(self) -> bool:
        """Whether a refresh has filled the index. While it is rebuilt, it is empty until the end."""
        return self._indexer.read(is_filled)

    # Looking up

    def count(self) -> int:
        """How many articles are indexed."""
        return self._indexer.read(lambda connection: self._snapshot_of(connection).total)

    def has_quotable_articles(self) -> bool:
        """Whether any article is suitable for quoting in a prompt."""
        return self._value("SELECT 1 FROM article WHERE fit LIMIT 1") is not None

    def has_source_passages(self) -> bool:
        """Whether any passage of the team's sources is indexed."""
        return self._value("SELECT 1 FROM chunk LIMIT 1") is not None

    def next_id(self) -> int:
        """One more than the largest id of an article; 1 without articles."""
        largest = self._value("SELECT max(id) FROM article")
        return largest + 1 if isinstance(largest, int) else 1

    def subjects(self) -> dict[str, int]:
        """How many articles each subject has, by its slug."""
        return self._indexer.read(count_subjects)

    def folder_of(self, subject: str) -> str:
        """The folder of a subject by its name or its slug; empty where it can have none."""
        folders = self._indexer.read(lambda connection: self._snapshot_of(connection).folders(connection))
        return self._subjects.folder_of(subject, folders)

    def has_key(self, key: object) -> bool:
        """Whether there is an article with this key: an ArticleKey or ``subject-slug/slug``."""
        return self._value("SELECT 1 FROM article WHERE key = ?", str(key)) is not None

    def get(self, key: object) -> ArticleRow | None:
        """The article with this key; None without one."""
        return next(iter(self._rows("key = ?", str(key))), None)

    def find_id(self, id: int) -> list[ArticleRow]:
        """The articles with this id. The corpus uses some ids twice."""
        return self._rows("id = ?", id)

    def find_slug(self, slug: str) -> list[ArticleRow]:
        """The articles with this slug, of all subjects."""
        return self._rows("slug = ?", slug)

    def find_questions(self, question: str, subject: str | None = None) -> list[ArticleRow]:
        """The articles that answer the same normalised question; ``subject`` None searches all subjects."""
        rows = self._rows("normal = ?", normalise_question(question))
        if subject is None or not rows:
            return rows
        folder = self.folder_of(subject)
        return [row for row in rows if row.subject_slug == folder]

    def with_canonical(self) -> list[ArticleRow]:
        """The articles that name another page as their canonical one."""
        return self._rows("canonical <> ''")

    def articles(self) -> list[ArticleRow]:
        """Every article."""
        return self._rows("1")

    def published_before(self, date: str) -> list[ArticleRow]:
        """The articles with an earlier date, YYYY-MM-DD, or without a date."""
        return self._rows("coalesce(date, '') < ?", date)

    def link_addresses(self) -> list[str]:
        """The addresses of the related links of all articles."""
        sql = "SELECT links FROM article WHERE links <> ''"
        rows = self._indexer.read(lambda connection: connection.execute(sql).fetchall())
        return [address for (links,) in rows for address in links.split("\n")]

    def answer(self, key: object) -> str | None:
        """The answer of an article as Markdown with real line breaks; None without this article."""
        text = self._value("SELECT answer FROM article WHERE key = ?", str(key))
        return None if text is None else str(text)

    # Searching

    def like_answer(self, answer: str, *, limit: int) -> list[tuple[ArticleRow, str]]:
        """The articles whose answers share the most words with an answer, with their answers, the best first."""

        def work(connection: sqlite3.Connection) -> list[tuple[ArticleRow, str]]:
            found = rows_that_share_words(connection.execute, "body", "answer", answer, limit=limit)
            sql = f"SELECT {ROW_COLUMNS}, answer FROM article WHERE rowid = ?"
            rows = [connection.execute(sql, (number,)).fetchone() for number in found]
            return [(ArticleRow.from_values(row[:-1]), row[-1]) for row in rows]

        return self._indexer.read(work)

    def search(
        self,
        question: str,
        *,
        limit: int = 30,
        exclude: Collection[str] = (),
        min_similarity: float = 0.0,
        only_indexable: bool = False,
    ) -> list[Hit]:
        """The articles nearest to a question by BM25, best first.

        Args:
            limit: the most articles.
            exclude: keys to leave out.
            min_similarity: a lower similarity may be reported as 0, which is faster.
            only_indexable: leave out pages that search engines must not index.
        """
        return self._indexer.read(
            lambda connection: self._snapshot_of(connection).search(
                connection,
                question,
                limit=limit,
                exclude=exclude,
                min_similarity=min_similarity,
                only_indexable=only_indexable,
            )
        )

    def near_duplicates(
        self,
        question: str,
        *,
        hits: Sequence[Hit] | None = None,
        threshold: float | None = None,
    ) -> list[tuple[ArticleRow, float]]:
        """Articles that answer the same question in other or the same words, with the similarity, most similar first.

        Args:
            hits: the result of a :meth:`search` for the question; by default a faster query is made.
            threshold: the similarity (0 to 1) of near duplicates; by default that of the index.
        """
        min_similarity = self.similarity if threshold is None else threshold
        if hits is None:
            return self._indexer.read(
                lambda connection: self._snapshot_of(connection).near_duplicates(
                    connection, question, threshold=min_similarity
                )
            )
        duplicates = [(hit.row, hit.similarity) for hit in hits if hit.similarity >= min_similarity]
        return sorted(duplicates, key=lambda pair: (-pair[1], pair[0].key))

    def source_passages(
        self, question: str, *, names: Sequence[str] = (), limit_chars: int = 6_000
    ) -> list[Passage]:
        """The chunks of the team's sources that match the question best, then their neighbours; ids s1, s2, …

        Args:
            names: search only the files that these names match, as a list's ``sources`` column writes them; by default
                all. See :meth:`unknown_sources` for names without a file.
            limit_chars: the most characters of all chunks together.
        """

        def work(connection: sqlite3.Connection) -> list[Passage]:
            only = None
            if names:
                only = {path for paths in matching_sources(connection, names).values() for path in paths}
            return self._snapshot_of(connection).source_passages(
                connection, question, only=only, limit_chars=limit_chars
            )

        return [] if self.sources_dir is None else self._indexer.read(work)

    def unknown_sources(self, names: Sequence[str]) -> list[str]:
        """Those of the names that match no readable source."""
        found = self._indexer.read(lambda connection: matching_sources(connection, names))
        return [name for name in names if not found[name]]

    def related(
        self,
        question: str,
        subject: str,
        *,
        answer: str = "",
        keywords: str = "",
        hits: Sequence[Hit] | None = None,
        others: Sequence[tuple[ArticleRow, str]] = (),
        limit: int = 5,
        exclude: Collection[str] = (),
    ) -> list[Hit]:
        """The articles to link to from an article, best first; ``hit.row.link(...)`` makes the link.

        None of them is a near duplicate of the article or of another one of the list, and each may be indexed and is
        suitable for linking.

        Args:
            subject: the article's subject, by its name or slug.
            answer: the article's answer as Markdown. With it whole articles are compared, which finds much better links
                than the question alone.
            keywords: the article's keywords, compared together with the answer.
            hits: without an answer: the result of a :meth:`search` for the question; by default one is made.
            others: with an answer: unpublished articles, with their answers, that are candidates too.
            limit: the most articles.
            exclude: keys to leave out.
        """
        folder = self.folder_of(subject)
        if answer:
            text = article_text(question, keywords, answer)
            candidates = [(row, body) for row, body in others if not self.is_never_indexed(row)]
            return self._indexer.read(
                lambda connection: links_of_text(
                    connection,
                    self._snapshot_of(connection),
                    text,
                    folder,
                    candidates,
                    limit=limit,
                    exclude=exclude,
                    similarity_limit=self.link_similarity_limit,
                )
            )
        found = self.search(question, exclude=exclude, only_indexable=True) if hits is None else hits
        linkable = {hit.row.rowid: hit for hit in found if not self.is_never_indexed(hit.row)}
        rated = (
            RatedArticle(rowid, hit.row.key, hit.row.subject_slug, hit.score)
            for rowid, hit in linkable.items()
            if hit.found_in_lead and hit.row.fit and hit.row.id is not None and hit.row.key not in exclude
        )
        chosen = choose_links(
            signature(question),
            in_link_order(rated, folder),
            lambda item: signature(linkable[item.rowid].row.question),
            limit=limit,
            similarity_limit=self.link_similarity_limit,
        )
        if len(chosen) < limit and len(linkable) < len(found) and hits is not None:
            # Pages that must not be indexed were among the hits, in the place of better candidates.
            return self.related(question, subject, limit=limit, exclude=exclude)
        return [linkable[item.rowid] for item in chosen]

    def link_ranking(self, row: ArticleRow, *, limit: int) -> LinkRanking | None:
        """The ranking of the articles to link to from a published article; None if it has no answer.

        Args:
            limit: the most nearest articles.
        """
        if self._value("SELECT 1 FROM article WHERE rowid = ? AND answer <> ''", row.rowid) is None:
            return None
        return self._indexer.read(
            lambda connection: LinkRanking.of(
                connection,
                self._snapshot_of(connection),
                row,
                limit=limit,
                similarity_limit=self.link_similarity_limit,
            )
        )

    def near_enough(self, ranking: LinkRanking, targets: Collection[ArticleRow], *, floor: float) -> set[str]:
        """The keys of those targets of links that are near enough to the article of the ranking.

        Args:
            floor: the lowest score of a target.
        """
        return self._indexer.read(lambda connection: ranking.near_enough(connection, targets, floor=floor))

    @property
    def link_similarity_limit(self) -> float:
        """From which similarity (0 to 1) two questions must not be in one list of links."""
        return min(LINK_SIMILARITY_LIMIT, self.similarity)

    def is_never_indexed(self, row: ArticleRow) -> bool:
        """Whether search engines must not index the page.

        That is so for a page with ``no_index``, one that names another page as its canonical one, and one of a subject
        that the site does not list.
        """
        return (
            row.no_index or bool(row.canonical) or self._subjects.is_unlisted(row.subject_slug, row.subject)
        )

    def related_to(self, key: object, *, limit: int = 5) -> list[Hit]:
        """As :meth:`related`, for a published article.

        Raises:
            KeyError: there is no article with this key.
        """
        row = self.get(key)
        if row is None:
            raise KeyError(str(key))
        return self.related(
            row.question,
            row.subject_slug,
            answer=self.answer(key) or "",
            keywords=row.keywords,
            limit=limit,
            exclude=(row.key,),
        )

    # Inside

    def _snapshot_of(self, connection: sqlite3.Connection) -> Snapshot:
        """The caches for the current state of the index."""
        (state,) = connection.execute("SELECT value FROM meta WHERE name = 'state'").fetchone()
        snapshot = self._snapshot
        if state != snapshot.state:
            snapshot = self._snapshot = Snapshot(
                state, count_rows(connection, "article"), count_rows(connection, "chunk"), self._subjects
            )
        return snapshot

    def _rows(self, where: str, *values: object) -> list[ArticleRow]:
        sql = f"SELECT {ROW_COLUMNS} FROM article WHERE {where} ORDER BY key"
        return self._indexer.read(
            lambda connection: [ArticleRow.from_values(row) for row in connection.execute(sql, values)]
        )

    def _value(self, sql: str, *values: object) -> object:
        row = self._indexer.read(lambda connection: connection.execute(sql, values).fetchone())
        return None if row is None else row[0]
