"""Remembers the hashes of the article files that this program wrote, to tell its own uncommitted changes from others'.

The database is beside the index and may be deleted at any time: then files that are not committed yet count as changed
by others until they are.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from generator.errors import StorageError

_BUSY_SECONDS = 120.0
_TABLE = (
    "CREATE TABLE IF NOT EXISTS written (path TEXT, sha256 TEXT, PRIMARY KEY (path, sha256)) WITHOUT ROWID"
)


class WrittenFiles:
    """The files that were written. Any thread may use it. Nothing is created before the first one.

    Args:
        path: the database file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def record(self, files: Iterable[tuple[str, str]]) -> None:
        """Record files, by path below the content folder and SHA-256, before they are written.

        Raises:
            StorageError: the database cannot be written.
        """
        with self._connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(_TABLE)
            connection.executemany("INSERT OR IGNORE INTO written VALUES (?, ?)", files)
            connection.execute("COMMIT")

    def has(self, path: str, sha256: str) -> bool:
        """Whether this program wrote exactly these bytes to this path."""
        if not self.path.exists():
            return False
        with self._connection() as connection:
            connection.execute(_TABLE)
            row = connection.execute(
                "SELECT 1 FROM written WHERE path = ? AND sha256 = ?", (path, sha256)
            ).fetchone()
            return row is not None

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with closing(
                sqlite3.connect(self.path, timeout=_BUSY_SECONDS, isolation_level=None)
            ) as connection:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = NORMAL")
                yield connection
        except (OSError, sqlite3.Error) as error:
            raise StorageError(str(self.path), f"cannot be used, and may be deleted: {error}") from error
