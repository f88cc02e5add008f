"""Keeps the index in step with the content folder: refreshed by file stamps, built again when it is damaged."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from generator.errors import FrontMatterError, StorageError
from generator.store.corpus import files
from generator.store.corpus.files import Unreadable
from generator.store.corpus.refresh import Progress, bring_up_to_date, pending, supposed
from generator.store.corpus.rows import IndexState, RefreshReport
from generator.store.corpus.schema import IndexDatabase, is_busy
from generator.store.corpus.sources.index import refresh_sources

T = TypeVar("T")


class Indexer:
    """The index file of one content folder; threads and processes may share it.

    Args:
        path: the index's own database file; its folder is made when missing.
        content_dir: the resolved content folder.
        sources_dir: the resolved folder of the team's own documents; None when there are none.
    """

    def __init__(self, path: Path, content_dir: Path, sources_dir: Path | None) -> None:
        self._path = path
        self._content_dir = content_dir
        self._sources_dir = sources_dir
        self._database = IndexDatabase(path, content_dir)
        self._lock = threading.RLock()

    def close(self) -> None:
        """Close the connections of all threads."""
        self._database.close()

    def refresh(self, progress: Progress | None = None) -> RefreshReport:
        """Bring the index up to date with the folder: only files whose stamp changed are read.

        Raises:
            StorageError: the index cannot be written.
        """
        started = time.perf_counter()
        with self._lock:
            self._database.reopen_if_replaced()
            try:
                return self._refreshed(started, progress, rebuilt=False)
            except sqlite3.DatabaseError as error:
                self._give_up_if_busy(error)
                self._database.discard()
            try:
                return self._refreshed(started, progress, rebuilt=True)
            except sqlite3.Error as error:
                raise StorageError(str(self._path), f"the index cannot be written: {error}") from error

    def rebuild(self, progress: Progress | None = None) -> RefreshReport:
        """Throw the index away and read every file again."""
        with self._lock:
            self._database.discard()
            return self.refresh(progress)

    def _refreshed(self, started: float, progress: Progress | None, *, rebuilt: bool) -> RefreshReport:
        scanned = files.scan(self._content_dir)
        connection = self._database.connection()
        changes = bring_up_to_date(connection, self._content_dir, scanned, progress=progress)
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
    def supposing(self, articles: Mapping[str, bytes]) -> Iterator[None]:
        """Within the block, this thread reads as if these articles were in the folder already.

        Args:
            articles: whole files by their path below the content folder; they replace what is there.

        Raises:
            FrontMatterError: one of them is no article.
        """
        records = []
        for path, data in articles.items():
            record = files.record_of(path, data)
            if isinstance(record, Unreadable):
                raise FrontMatterError(record.reason, path=path)
            records.append(record)
        with supposed(self._database.connection(), records):
            yield

    def state(self) -> IndexState:
        """What is indexed, how fresh and how large it is; looks at the folder, reads no file of it."""
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
        """Do the work in one read transaction; a file that turns out damaged is built again first.

        Raises:
            StorageError: another process holds the index for too long, or it cannot be read even so.
        """
        try:
            return _in_one_state(self._database.connection(), work)
        except sqlite3.DatabaseError as error:
            self._give_up_if_busy(error)
        with self._lock:
            self.rebuild()
        try:
            return _in_one_state(self._database.connection(), work)
        except sqlite3.Error as error:
            raise StorageError(str(self._path), f"the index cannot be read: {error}") from error

    def _give_up_if_busy(self, error: sqlite3.Error) -> None:
        """Building the index again repairs damage, and nothing else."""
        if isinstance(error, sqlite3.ProgrammingError):
            raise error
        if is_busy(error):
            raise StorageError(str(self._path), f"the index cannot be used: {error}") from error


def _in_one_state(connection: sqlite3.Connection, work: Callable[[sqlite3.Connection], T]) -> T:
    """Do the work in one read transaction: all that it reads is of one state, whoever writes meanwhile."""
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
