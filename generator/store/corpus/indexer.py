"""Keeps the index up to date with the content folder: refreshes it by file stamps, and rebuilds a damaged one."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from generator.content.site.site import Site
from generator.errors import FrontMatterError, StorageError
from generator.store.corpus import files
from generator.store.corpus.files import Unreadable
from generator.store.corpus.refresh import Progress, bring_up_to_date, overlay_articles, pending
from generator.store.corpus.rows import IndexState, RefreshReport
from generator.store.corpus.schema import IndexDatabase, is_busy
from generator.store.corpus.sources.index import refresh_sources

T = TypeVar("T")


class Indexer:
    """The index file of one content folder; threads and processes may share it.

    Args:
        path: the database file; its folder is created if missing.
        content_dir: the resolved content folder.
        sources_dir: the resolved folder of the team's own documents; None without one.
        site: its origin and addresses say which canonical addresses are of other pages.
    """

    def __init__(self, path: Path, content_dir: Path, sources_dir: Path | None, site: Site) -> None:
        self._path = path
        self._content_dir = content_dir
        self._sources_dir = sources_dir
        self._site = site
        self._database = IndexDatabase(path, content_dir, site)
        self._lock = threading.RLock()

    def close(self) -> None:
        """Close the connections of all threads."""
        self._database.close()

    def refresh(self, progress: Progress | None = None) -> RefreshReport:
        """See ``CorpusIndex.refresh``."""
        started = time.perf_counter()
        with self._lock:
            self._database.reopen_if_replaced()
            try:
                return self._refresh(started, progress, rebuilt=False)
            except sqlite3.DatabaseError as error:
                self._raise_unless_damaged(error)
                self._database.discard()
            try:
                return self._refresh(started, progress, rebuilt=True)
            except sqlite3.Error as error:
                raise StorageError(str(self._path), f"the index cannot be written: {error}") from error

    def rebuild(self, progress: Progress | None = None) -> RefreshReport:
        """See ``CorpusIndex.rebuild``."""
        with self._lock:
            self._database.discard()
            return self.refresh(progress)

    def _refresh(self, started: float, progress: Progress | None, *, rebuilt: bool) -> RefreshReport:
        scanned = files.scan(self._content_dir)
        connection = self._database.connection()
        changes = bring_up_to_date(connection, self._content_dir, self._site, scanned, progress=progress)
        sources = None if self._sources_dir is None else refresh_sources(connection, self._sources_dir)
        failed = connection.execute("SELECT path, reason FROM unreadable ORDER BY path").fetchall()
        return RefreshReport(
            added=changes.added,
            updated=changes.updated,
            removed=changes.removed,
            unreadable=(*scanned.unreadable, *(Unreadable(*row) for row in failed)),
            seconds=time.perf_counter() - started,
            missing=not self._content_dir.exists(),
            rebuilt=rebuilt,
            sources=sources,
        )

    @contextmanager
    def overlay(self, articles: Mapping[str, bytes]) -> Iterator[None]:
        """See ``CorpusIndex.overlay``."""
        records = []
        for path, data in articles.items():
            record = files.record_of(self._site, path, data)
            if isinstance(record, Unreadable):
                raise FrontMatterError(record.reason, path=path)
            records.append(record)
        with overlay_articles(self._database.connection(), records):
            yield

    def state(self) -> IndexState:
        """See ``CorpusIndex.state``."""
        scanned = files.scan(self._content_dir)

        def work(connection: sqlite3.Connection) -> IndexState:
            sources, refused = connection.execute("SELECT count(*), count(reason) FROM source").fetchone()
            (changed_at,) = connection.execute("SELECT value FROM meta WHERE name = 'changed'").fetchone()
            return IndexState(
                articles=count_rows(connection, "article"),
                subjects=count_subjects(connection),
                unreadable=count_rows(connection, "unreadable"),
                sources=sources - refused,
                passages=count_rows(connection, "chunk"),
                unreadable_sources=refused,
                changed_at=changed_at,
                pending=pending(connection, scanned),
                bytes=self._database.size(),
            )

        return self.read(work)

    def read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Call ``work`` in one read transaction. A damaged index is rebuilt and ``work`` called again.

        Raises:
            StorageError: another process locks the index for too long, or it cannot be read after a rebuild.
        """
        try:
            return _in_one_state(self._database.connection(), work)
        except sqlite3.DatabaseError as error:
            self._raise_unless_damaged(error)
        with self._lock:
            self.rebuild()
        try:
            return _in_one_state(self._database.connection(), work)
        except sqlite3.Error as error:
            raise StorageError(str(self._path), f"the index cannot be read: {error}") from error

    def _raise_unless_damaged(self, error: sqlite3.Error) -> None:
        """Raise errors that a rebuild of the index cannot repair."""
        if isinstance(error, sqlite3.ProgrammingError):
            raise error
        if is_busy(error):
            raise StorageError(str(self._path), f"the index cannot be used: {error}") from error


def _in_one_state(connection: sqlite3.Connection, work: Callable[[sqlite3.Connection], T]) -> T:
    """Call ``work`` in one read transaction: it sees one state of the index even if another process writes."""
    if connection.in_transaction:
        return work(connection)
    connection.execute("BEGIN")
    try:
        return work(connection)
    finally:
        connection.rollback()


def count_rows(connection: sqlite3.Connection, table: str) -> int:
    """How many rows a table has."""
    (count,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(count)


def count_subjects(connection: sqlite3.Connection) -> dict[str, int]:
    """How many articles each subject has, by its slug."""
    sql = "SELECT subject_slug, count(*) FROM article GROUP BY 1 ORDER BY 1"
    return dict(connection.execute(sql).fetchall())
