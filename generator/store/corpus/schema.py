"""The database of the corpus index: creates its tables, opens it, and deletes it when it is unusable.

All its data is derived from the content folder. So a file that is damaged, has another schema version or belongs to
another folder or site is deleted and created again.
"""

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock

from generator.content.site.site import Site
from generator.errors import StorageError
from generator.store.corpus.topic_features import TOPIC_TABLES

VERSION = 12
_APPLICATION_ID = 0x51544B49
_BUSY_SECONDS = 120.0

# `lead` is for ranked queries: the parts that show an article's topic, a tenth of its text. `body` is the whole answer.
# It is searched only where the leads have too few hits, because ranking in it takes four times as long.
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
    canonical TEXT NOT NULL,
    lot TEXT NOT NULL,
    links TEXT NOT NULL,
    headings TEXT NOT NULL,
    answer TEXT NOT NULL
);
CREATE INDEX article_normal ON article (normal, subject_slug);
CREATE INDEX article_slug ON article (slug);
CREATE INDEX article_canonical ON article (canonical) WHERE canonical <> '';
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
    """Open a connection in autocommit mode. Any thread may use it, one at a time.

    Raises:
        sqlite3.Error: the file cannot be opened or is damaged.
    """
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
    """The database file of an index, with one connection per thread. Creates the file again when it is unusable."""

    def __init__(self, path: Path, content_dir: Path, site: Site) -> None:
        self.path = path
        self._owner = {"content_dir": str(content_dir), "site": f"{site.origin or ''}{site.address}"}
        self._local = threading.local()
        self._open: list[sqlite3.Connection] = []
        self._lock = threading.RLock()
        self._epoch = 0
        self._inode = -1

    def connection(self) -> sqlite3.Connection:
        """This thread's connection.

        Raises:
            StorageError: the folder cannot be written, or another process locks the file for too long.
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
        """Have all threads open the file again if another process has deleted and created it since."""
        with self._lock:
            try:
                inode = self.path.stat().st_ino
            except OSError:
                inode = -1
            if self._open and inode != self._inode:
                self._epoch += 1

    def size(self) -> int:
        """The size on disk in bytes, with the write-ahead log."""
        files = (Path(f"{self.path}{suffix}") for suffix in ("", "-wal"))
        return sum(file.stat().st_size for file in files if file.exists())

    def discard(self) -> None:
        """Delete a damaged file. Other processes that have it open use the deleted file until their next refresh.

        Raises:
            StorageError: the folder cannot be created or written.
        """
        with self._lock:
            self._epoch += 1
            try:
                with _open_lock(self.path):
                    _delete(self.path)
            except OSError as error:
                raise StorageError(str(self.path), f"the index cannot be deleted: {error}") from error

    def close(self) -> None:
        """Close the connections of all threads, none of which may be in use. The next use opens new ones."""
        with self._lock:
            self._epoch += 1
            while self._open:
                self._open.pop().close()

    def _open_or_create(self) -> sqlite3.Connection:
        try:
            with _open_lock(self.path):
                connection = self._open_usable() or self._create()
                self._inode = self.path.stat().st_ino
                return connection
        except (OSError, sqlite3.Error) as error:
            raise StorageError(str(self.path), f"the index cannot be opened: {error}") from error

    def _open_usable(self) -> sqlite3.Connection | None:
        """A connection to the existing file; None where it has another schema or belongs to another folder or site."""
        if not self.path.exists():
            return None
        connection = None
        try:
            connection = connect(self.path)
            (application,) = connection.execute("PRAGMA application_id").fetchone()
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if (application, version) == (_APPLICATION_ID, VERSION):
                names = "SELECT name, value FROM meta WHERE name IN ('content_dir', 'site')"
                if dict(connection.execute(names).fetchall()) == self._owner:
                    return connection
        except sqlite3.DatabaseError as error:
            if is_busy(error):
                raise
        if connection is not None:
            connection.close()
        return None

    def _create(self) -> sqlite3.Connection:
        _delete(self.path)
        connection = connect(self.path)
        connection.execute("BEGIN IMMEDIATE")
        for statement in filter(str.strip, (_TABLES + TOPIC_TABLES).split(";\n")):
            connection.execute(statement)
        connection.executemany("INSERT INTO meta VALUES (?, ?)", self._owner.items())
        connection.execute("INSERT INTO meta VALUES ('state', '')")
        connection.execute("INSERT INTO meta VALUES ('changed', strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))")
        connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("COMMIT")
        return connection


def is_busy(error: sqlite3.Error) -> bool:
    """Whether an error is no sign of damage: another process locks the database, or the disk is full or failing."""
    return getattr(error, "sqlite_errorname", "").startswith(
        ("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_FULL", "SQLITE_IOERR")
    )


def _delete(path: Path) -> None:
    # The write-ahead log first: SQLite would apply it to a new database of the same name.
    for suffix in ("-wal", "-shm", ""):
        with suppress(FileNotFoundError):
            os.unlink(f"{path}{suffix}")  # noqa: PTH108


@contextmanager
def _open_lock(path: Path) -> Iterator[None]:
    """Let only one process at a time open, create or delete the index."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{path}.lock", poll_interval=0.01):
        yield
