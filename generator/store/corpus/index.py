"""What the whole site already says: every published article, found by key, question, id or meaning.

The index is derived from the content folder and follows it by file stamps. It may be deleted at any time,
and is rebuilt by itself when damaged, of another schema or of another folder. Several threads and several
processes may use one index; reading never waits for a refresh.
"""

import sqlite3
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

from generator.content.duplicates.thresholds import THRESHOLD
from generator.content.frontmatter import Document
from generator.content.limits import Span
from generator.content.subjects import SubjectList
from generator.content.text import normalise_question
from generator.store.corpus import examples
from generator.store.corpus.indexer import Indexer, count_rows, count_subjects
from generator.store.corpus.refresh import Progress, is_filled
from generator.store.corpus.relatedness import TOO_ALIKE, article_text, choose_links
from generator.store.corpus.rows import (
    ROW_COLUMNS,
    ArticleRow,
    Example,
    Hit,
    IndexState,
    Passage,
    RefreshReport,
)
from generator.store.corpus.search import Snapshot
from generator.store.corpus.sources.index import matching_sources


class CorpusIndex:
    """The index of one content folder.

    Args:
        db_path: the index's own database file; its folder is made when missing.
        content_dir: the folder with ``<subject-slug>/<slug>.md``; missing means an empty corpus.
        sources_dir: the team's own documents; None when there are none.
        subjects: those of the settings, which tell what the site does not list. Nothing of them is stored.
        similarity: from where on two questions count as near-duplicates.
    """

    def __init__(
        self,
        db_path: Path,
        content_dir: Path,
        sources_dir: Path | None = None,
        *,
        subjects: SubjectList | None = None,
        similarity: float = THRESHOLD,
    ) -> None:
        self.similarity = similarity
        self.path = Path(db_path)
        self.content_dir = Path(content_dir).resolve()
        self.sources_dir = None if sources_dir is None else Path(sources_dir).resolve()
        self._indexer = Indexer(self.path, self.content_dir, self.sources_dir)
        self._subjects = SubjectList(()) if subjects is None else subjects
        self._snapshot = Snapshot("", 0, 0, self._subjects)

    def __enter__(self) -> "CorpusIndex":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections of all threads."""
        self._indexer.close()

    # Keeping up with the folder

    def refresh(self, progress: Progress | None = None) -> RefreshReport:
        """Bring the index up to date with the folder: only files whose stamp changed are read.

        Raises:
            StorageError: the index cannot be written.
        """
        return self._indexer.refresh(progress)

    def rebuild(self, progress: Progress | None = None) -> RefreshReport:
        """Throw the index away and read every file again."""
        return self._indexer.rebuild(progress)

    def supposing(self, articles: Mapping[str, bytes]) -> AbstractContextManager[None]:
        """Within the block, this thread searches as if these articles were in the folder already.

        Args:
            articles: whole files by their path below the content folder; they replace what is there.

        Raises:
            FrontMatterError: one of them is no article.
        """
        return self._indexer.supposing(articles)

    def state(self) -> IndexState:
        """What is indexed, how fresh and how large it is; looks at the folder, reads no file of it."""
        return self._indexer.state()

    def is_filled(self) -> bool:
        """Whether the folder was read into it: one that is being rebuilt is empty until it is whole."""
        return self._indexer.read(is_filled)

    # Looking up

    def count(self) -> int:
        """How many articles there are."""
        return self._indexer.read(lambda connection: self._snapshot_of(connection).total)

    def has_quotable_articles(self) -> bool:
        """Whether any article is fit to be quoted in a prompt."""
        return self._value("SELECT 1 FROM article WHERE fit LIMIT 1") is not None

    def has_source_passages(self) -> bool:
        """Whether any passage of the team's sources is indexed."""
        return self._value("SELECT 1 FROM chunk LIMIT 1") is not None

    def next_id(self) -> int:
        """One more than the largest id in use, 1 when there is none; ids may be used twice in the corpus."""
        largest = self._value("SELECT max(id) FROM article")
        return largest + 1 if isinstance(largest, int) else 1

    def subjects(self) -> dict[str, int]:
        """How many articles each subject has, by its slug."""
        return self._indexer.read(count_subjects)

    def folder_of(self, subject: str) -> str:
        """The folder of a subject, whether its name or its slug is given; empty where it can have none."""
        folders = self._indexer.read(lambda connection: self._snapshot_of(connection).folders(connection))
        return self._subjects.folder_of(subject, folders)

    def has_key(self, key: object) -> bool:
        """Whether ``subject-slug/slug`` (or the ArticleKey) is taken."""
        return self._value("SELECT 1 FROM article WHERE key = ?", str(key)) is not None

    def get(self, key: object) -> ArticleRow | None:
        """The article with this key."""
        return next(iter(self._rows("key = ?", str(key))), None)

    def find_id(self, id: int) -> list[ArticleRow]:
        """The articles with this id; the corpus uses some twice."""
        return self._rows("id = ?", id)

    def find_slug(self, slug: str) -> list[ArticleRow]:
        """The articles with this slug, of all subjects."""
        return self._rows("slug = ?", slug)

    def find_questions(self, question: str, subject: str | None = None) -> list[ArticleRow]:
        """All articles that answer the same normalised question, in the subject or in any."""
        normal = normalise_question(question)
        if subject is None:
            return self._rows("normal = ?", normal)
        return self._rows("normal = ? AND subject_slug = ?", normal, self.folder_of(subject))

    def link_addresses(self) -> list[str]:
        """Where the related links of all articles lead."""
        sql = "SELECT links FROM article WHERE links <> ''"
        rows = self._indexer.read(lambda connection: connection.execute(sql).fetchall())
        return [address for (links,) in rows for address in links.split("\n")]

    def answer(self, key: object) -> str | None:
        """The answer as Markdown with real line breaks."""
        found = self._value("SELECT answer FROM article WHERE key = ?", str(key))
        return None if found is None else str(found)

    # Searching

    def search(
        self,
        question: str,
        *,
        limit: int = 30,
        exclude: Collection[str] = (),
        least: float = 0.0,
        indexed: bool = False,
    ) -> list[Hit]:
        """The articles nearest to the question, best first; one query serves all that follows.

        Args:
            exclude: keys to leave out.
            least: of which similarity on the caller wants to know it; a lower one may be reported as 0.
            indexed: without the pages that are never indexed.
        """
        return self._indexer.read(
            lambda connection: self._snapshot_of(connection).search(
                connection,
                question,
                limit=limit,
                exclude=exclude,
                least=least,
                indexed=indexed,
            )
        )

    def near_duplicates(
        self,
        question: str,
        *,
        hits: Sequence[Hit] | None = None,
        threshold: float | None = None,
    ) -> list[tuple[ArticleRow, float]]:
        """Articles that answer the same question in other (or the same) words, most similar first.

        Args:
            hits: of a :meth:`search` already made; without, a quicker query of its own is made.
            threshold: instead of the index's own.
        """
        least = self.similarity if threshold is None else threshold
        if hits is None:
            return self._indexer.read(
                lambda connection: self._snapshot_of(connection).alike(connection, question, threshold=least)
            )
        alike = [(hit.row, hit.similarity) for hit in hits if hit.similarity >= least]
        return sorted(alike, key=lambda pair: (-pair[1], pair[0].key))

    def source_passages(
        self, question: str, *, names: Sequence[str] = (), limit_chars: int = 6_000
    ) -> list[Passage]:
        """The chunks of the team's sources that say most about the question, best first, as s1, s2, …

        Args:
            names: what a list's ``sources`` column names; only those files are searched. See
                :meth:`unknown_sources` for names that stand for none.
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
        """Those of the names that stand for no readable source."""
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
        """The articles that a reader of this one would want next: ``hit.row.link(...)`` makes the link.

        With its ``answer`` (Markdown) and ``keywords`` the whole article is compared, which finds much better
        links than the question alone, and ``others``, rows with their answers that are not published yet,
        compete on equal terms; without, ``hits`` of :meth:`search` serve. None is a near-duplicate of the
        article or of another one in the list, none is never indexed or unfit to be read.
        """
        if answer:
            text = article_text(question, keywords, answer)
            unpublished = [(row, article_text(row.question, row.keywords, body)) for row, body in others]
            found: Sequence[Hit] = self._indexer.read(
                lambda connection: self._snapshot_of(connection).nearest(
                    connection, text, unpublished, exclude=exclude
                )
            )
        else:
            found = self.search(question, exclude=exclude, indexed=True) if hits is None else hits
        linkable = [hit for hit in found if not self.never_indexed(hit.row)]
        chosen = choose_links(
            question,
            self.folder_of(subject),
            linkable,
            limit=limit,
            exclude=frozenset(exclude),
            too_alike=self.too_alike,
        )
        if len(chosen) < limit and len(linkable) < len(found) and hits is not None:
            # The pages that are never indexed took the places of others among the hits.
            return self.related(question, subject, limit=limit, exclude=exclude)
        return chosen

    @property
    def too_alike(self) -> float:
        """From which similarity on two questions do not stand in one list of links."""
        return min(TOO_ALIKE, self.similarity)

    def never_indexed(self, row: ArticleRow) -> bool:
        """Whether the site keeps the page from search engines: by its ``no_index``, or with its whole subject."""
        return row.no_index or self._subjects.is_unlisted(row.subject_slug, row.subject)

    def related_to(self, key: object, *, limit: int = 5) -> list[Hit]:
        """The same for a published article.

        Raises:
            KeyError: there is no such article.
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

    def examples(self, subject: str, words: Span, is_good: Callable[[Document], bool]) -> tuple[Example, ...]:
        """Two published articles with good answers of so many words: of the subject, else of others; fewer if there are fewer.

        The oldest good ones are chosen, so that the choice stays the same while the corpus grows.
        """
        folder = self.folder_of(subject)
        rows = (
            row
            for own in (True, False)
            for row in self._indexer.read(
                partial(examples.candidates, subject_slug=folder, words=words, own=own)
            )
        )
        return examples.choose(rows, self.content_dir, is_good)

    # Inside

    def _snapshot_of(self, connection: sqlite3.Connection) -> Snapshot:
        """What is kept in memory of the index as it is now."""
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
            lambda connection: [ArticleRow.made(row) for row in connection.execute(sql, values)]
        )

    def _value(self, sql: str, *values: object) -> object:
        row = self._indexer.read(lambda connection: connection.execute(sql, values).fetchone())
        return None if row is None else row[0]
