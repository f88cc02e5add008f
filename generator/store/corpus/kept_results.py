"""Keeps results of single files and of whole runs in the index's database, for files that do not change.

Everything here can be computed again. So nothing here raises because the database is damaged, locked or read-only: then
there are no kept results, and none are kept.
"""

import hashlib
import sqlite3
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from generator.errors import StorageError
from generator.store.corpus.index import CorpusIndex
from generator.store.corpus.schema import connect
from generator.store.files import FileStamp

_TABLES = """
CREATE TABLE IF NOT EXISTS kept_version (version TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS kept_result (
    path TEXT PRIMARY KEY, mtime_ns INTEGER NOT NULL, size INTEGER NOT NULL, result TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS kept_run (key TEXT PRIMARY KEY, result TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS kept_value (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""
# A file that changed so recently can change once more within the resolution of its time of modification.
_UNSETTLED_NS = 2_000_000_000
_READ_AT_ONCE = 500


class KeptResult(NamedTuple):
    """The result of a file, and the file's stamp from before it was read."""

    path: str
    stamp: FileStamp
    result: str


class KeptResults:
    """The kept results of one version. Close it at the end.

    Args:
        index: the index whose database is used; None keeps nothing.
        version: identifies everything that results depend on, apart from the files; results of others are deleted.
    """

    def __init__(self, index: CorpusIndex | None, version: str) -> None:
        self._version = version
        self._connection: sqlite3.Connection | None = None
        if index is None:
            return
        with suppress(StorageError, sqlite3.Error, OSError):
            index.count()  # creates a database that is missing or damaged
            self._connection = connect(Path(index.path))
            self._prepare(self._connection)
            return
        self.close()

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def current(self, stamps: Mapping[str, FileStamp]) -> frozenset[str]:
        """The paths of those files that have a kept result and the same stamp."""
        return frozenset(
            path
            for path, *stamp in self._rows("SELECT path, mtime_ns, size FROM kept_result")
            if path in stamps and [*stamps[path]] == stamp
        )

    def results(self, paths: Iterable[str]) -> Iterator[str]:
        """The kept results of files, in the given order; it ends early where one cannot be read.

        It is fastest in the order of the paths, because those between two of them are read too.
        """
        remaining = list(paths)
        for start in range(0, len(remaining), _READ_AT_ONCE):
            chunk = remaining[start : start + _READ_AT_ONCE]
            sql = "SELECT path, result FROM kept_result WHERE path BETWEEN ? AND ?"
            found: dict[str, str] = dict(self._rows(sql, min(chunk), max(chunk)))
            for path in chunk:
                if path not in found:
                    return
                yield found[path]

    def run(self, key: str) -> str | None:
        """The kept result of the run with this key."""
        rows = self._rows("SELECT result FROM kept_run WHERE key = ?", key)
        return rows[0][0] if rows else None

    def keep(self, results: Iterable[KeptResult], *, removed: Collection[str] = ()) -> None:
        """Keep the results of files that did not change just now, and remove those of other files."""
        latest = time.time_ns() - _UNSETTLED_NS
        rows = [(item.path, *item.stamp, item.result) for item in results if item.stamp.mtime_ns < latest]
        if rows or removed:
            self._write(
                ("DELETE FROM kept_result WHERE path = ?", [(path,) for path in removed]),
                ("INSERT OR REPLACE INTO kept_result VALUES (?, ?, ?, ?)", rows),
            )

    def keep_run(self, key: str, result: str, stamps: Iterable[FileStamp]) -> None:
        """Keep the result of a run instead of that of an earlier one, unless one of its files changed just now."""
        latest = time.time_ns() - _UNSETTLED_NS
        if all(stamp.mtime_ns < latest for stamp in stamps):
            self._write(
                ("DELETE FROM kept_run", [()]), ("INSERT INTO kept_run VALUES (?, ?)", [(key, result)])
            )

    def value(self, name: str) -> str | None:
        """The kept value of this name, of whatever state of the files it was kept for."""
        rows = self._rows("SELECT value FROM kept_value WHERE name = ?", name)
        return rows[0][0] if rows else None

    def keep_value(self, name: str, value: str) -> None:
        """Keep a value instead of an earlier one of this name."""
        self._write(("INSERT OR REPLACE INTO kept_value VALUES (?, ?)", [(name, value)]))

    def _prepare(self, connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA busy_timeout = 1000")
        with suppress(sqlite3.OperationalError):
            if connection.execute("SELECT version FROM kept_version").fetchall() == [(self._version,)]:
                return
        connection.execute("BEGIN IMMEDIATE")
        for statement in filter(str.strip, _TABLES.split(";\n")):
            connection.execute(statement)
        for table in ("kept_version", "kept_result", "kept_run", "kept_value"):
            connection.execute(f"DELETE FROM {table}")
        connection.execute("INSERT INTO kept_version VALUES (?)", (self._version,))
        connection.execute("COMMIT")

    def _rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        if self._connection is not None:
            with suppress(sqlite3.Error):
                return self._connection.execute(sql, values).fetchall()
        return []

    def _write(self, *statements: tuple[str, Sequence[tuple[object, ...]]]) -> None:
        if self._connection is None:
            return
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            for sql, rows in statements:
                self._connection.executemany(sql, rows)
            self._connection.execute("COMMIT")
        except sqlite3.Error:
            with suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")


def key_of_run(stamps: Mapping[str, FileStamp], chosen: Collection[str]) -> str:
    """The key of a run over files with these stamps, for the chosen ones of them."""
    digest = hashlib.sha256()
    for path in sorted(stamps):
        mtime_ns, size = stamps[path]
        digest.update(f"{path}\0{mtime_ns}\0{size}\0{path in chosen}\n".encode())
    return digest.hexdigest()
