"""The corpus index's database: its tables, how it is opened, and how it is thrown away when unusable.

All of it is derived from the content folder, so a file that is damaged, of another schema version or of
another folder is deleted and built again; nothing here is the only copy of anything.
"""

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock

from generator.errors import StorageError

VERSION = 8
_APPLICATION_ID = 0x51544B49
_BUSY_SECONDS = 120.0

# `lead` serves the ranked queries: what an article is about, a tenth of its text. `body` is the whole answer,
# asked only when the leads give too little: ranking over it takes four times as long.
_TABLES = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE article (
    rowid INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    path TEXT NOT NULL UNIQUE,
    mtime_ns INTEGER NOT NULL,
    size INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    subject_slug TEXT NOT NULL,
    slug TEXT NOT NULL,
    id INTEGER,
    date TEXT,
    question TEXT NOT NULL,
    normal TEXT NOT NULL,
    subject TEXT NOT NULL,
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    keywords TEXT NOT NULL,
    words INTEGER NOT NULL,
    no_index INTEGER NOT NULL,
    fit INTEGER NOT NULL,
    lot TEXT NOT NULL,
    links TEXT NOT NULL,
    headings TEXT NOT NULL,
    answer TEXT NOT NULL
);
CREATE INDEX article_normal ON article (normal, subject_slug);
CREATE INDEX article_slug ON article (slug);
CREATE INDEX article_id ON article (id);
CREATE INDEX article_subject ON article (subject_slug, date, lot);
CREATE TABLE unreadable (path TEXT PRIMARY KEY, mtime_ns INTEGER, size INTEGER, reason TEXT NOT NULL) WITHOUT ROWID;
CREATE VIRTUAL TABLE lead USING fts5(
    question, headings, keywords, description,
    content='article', content_rowid='rowid', tokenize='porter unicode61 remove_diacritics 2'
);
CREATE VIRTUAL TABLE body USING fts5(
    answer, content='article', content_rowid='rowid', tokenize='porter unicode61 remove_diacritics 2'
);
CREATE TABLE source (
    path TEXT PRIMARY KEY, mtime_ns INTEGER NOT NULL, size INTEGER NOT NULL, title TEXT NOT NULL, reason TEXT
) WITHOUT ROWID;
CREATE TABLE chunk (
    rowid INTEGER PRIMARY KEY, path TEXT NOT NULL, number INTEGER NOT NULL,
    title TEXT NOT NULL, heading TEXT NOT NULL, text TEXT NOT NULL
);
CREATE INDEX chunk_path ON chunk (path);
CREATE VIRTUAL TABLE chunk_text USING fts5(
    title, heading, text, content='chunk', content_rowid='rowid', tokenize='porter unicode61 remove_diacritics 2'
);
CREATE VIRTUAL TABLE chunk_text_terms USING fts5vocab(chunk_text, 'row');
CREATE VIRTUAL TABLE lead_terms USING fts5vocab(lead, 'row');
CREATE VIRTUAL TABLE body_terms USING fts5vocab(body, 'row');
"""


def connect(path: Path) -> sqlite3.Connection:
    """A connection in autocommit mode, usable from any one thread at a time."""
    connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA cache_size = -32768")
        connection.execute("PRAGMA mmap_size = 1073741824")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


class IndexDatabase:
    """The index's file: one connection a thread, made anew when the file cannot be used."""

    def __init__(self, path: Path, content_dir: Path) -> None:
        self.path = path
        self._content_dir = str(content_dir)
        self._local = threading.local()
        self._open: list[sqlite3.Connection] = []
        self._lock = threading.RLock()
        self._epoch = 0
        self._inode = -1

    def connection(self) -> sqlite3.Connection:
        """This thread's connection.

        Raises:
            StorageError: the folder cannot be written, or another process holds the file for too long.
        """
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is not None and self._local.epoch == self._epoch:
            return connection
        with self._lock:
            if connection is not None and connection in self._open:
                self._open.remove(connection)
                connection.close()
            connection = self._open_or_create()
            self._open.append(connection)
            self._local.connection, self._local.epoch = connection, self._epoch
        return connection

    def reopen_if_replaced(self) -> None:
        """Let go of a file that another process has thrown away meanwhile."""
        with self._lock:
            try:
                inode = self.path.stat().st_ino
            except OSError:
                inode = -1
            if self._open and inode != self._inode:
                self._epoch += 1

    def size(self) -> int:
        """Bytes on disk, the write-ahead log included."""
        files = (Path(f"{self.path}{suffix}") for suffix in ("", "-wal"))
        return sum(file.stat().st_size for file in files if file.exists())

    def discard(self) -> None:
        """Delete a damaged file; whoever else has it open keeps the old one until the next refresh.

        Raises:
            StorageError: the folder cannot be made or written.
        """
        with self._lock:
            self._epoch += 1
            try:
                with _sole_opener(self.path):
                    _delete(self.path)
            except OSError as error:
                raise StorageError(str(self.path), f"the index cannot be deleted: {error}") from error

    def close(self) -> None:
        """Close the connections of all threads; none may be at work. The next use opens new ones."""
        with self._lock:
            self._epoch += 1
            while self._open:
                self._open.pop().close()

    def _open_or_create(self) -> sqlite3.Connection:
        try:
            with _sole_opener(self.path):
                connection = self._usable() or self._created()
                self._inode = self.path.stat().st_ino
                return connection
        except (OSError, sqlite3.Error) as error:
            raise StorageError(str(self.path), f"the index cannot be opened: {error}") from error

    def _usable(self) -> sqlite3.Connection | None:
        """The file as it is, if it has this schema and belongs to this folder."""
        if not self.path.exists():
            return None
        connection = None
        try:
            connection = connect(self.path)
            (application,) = connection.execute("PRAGMA application_id").fetchone()
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if (application, version) == (_APPLICATION_ID, VERSION):
                row = connection.execute("SELECT value FROM meta WHERE name = 'content_dir'").fetchone()
                if row is not None and row[0] == self._content_dir:
                    return connection
        except sqlite3.DatabaseError as error:
            if is_busy(error):
                raise
        if connection is not None:
            connection.close()
        return None

    def _created(self) -> sqlite3.Connection:
        _delete(self.path)
        connection = connect(self.path)
        connection.execute("BEGIN IMMEDIATE")
        for statement in filter(str.strip, _TABLES.split(";\n")):
            connection.execute(statement)
        connection.execute("INSERT INTO meta VALUES ('content_dir', ?)", (self._content_dir,))
        connection.execute("INSERT INTO meta VALUES ('state', '')")
        connection.execute("INSERT INTO meta VALUES ('changed', strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))")
        connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("COMMIT")
        return connection


def is_busy(error: sqlite3.Error) -> bool:
    """Whether the database is merely held by another process, or out of space: not a sign of damage."""
    return getattr(error, "sqlite_errorname", "").startswith(
        ("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_FULL", "SQLITE_IOERR")
    )


def _delete(path: Path) -> None:
    # The write-ahead log goes first: left beside a new database, it would be replayed into it.
    for suffix in ("-wal", "-shm", ""):
        with suppress(FileNotFoundError):
            os.unlink(f"{path}{suffix}")  # noqa: PTH108


@contextmanager
def _sole_opener(path: Path) -> Iterator[None]:
    """Only one process at a time opens, creates or deletes the index."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{path}.lock", poll_interval=0.01):
        yield
