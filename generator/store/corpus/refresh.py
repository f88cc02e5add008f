"""Brings the index up to date with the content folder, in one transaction: all of the change is seen, or none."""

import itertools
import sqlite3
import uuid
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple

from generator.processes.ordered_map import ordered_map
from generator.store.corpus.files import Record, Scan, Unreadable, read_each
from generator.store.files import FileStamp

Progress = Callable[[int, int], None]
"""Told how many files are read and how many are to be read."""

_BATCH = 100
# An article is read in a quarter of a millisecond, so that few are not worth the start of worker processes.
_SEVERAL_FROM = 2_000
_LEAD = "question, headings, keywords, description"
_INSERT = f"INSERT INTO article (rowid, {', '.join(Record._fields)}) VALUES (?{', ?' * len(Record._fields)})"


@dataclass(slots=True)
class Changes:
    """How many articles a refresh added, updated and removed."""

    added: int = 0
    updated: int = 0
    removed: int = 0


def bring_up_to_date(
    connection: sqlite3.Connection,
    content_dir: Path,
    scanned: Scan,
    *,
    progress: Progress | None = None,
) -> Changes:
    """Index what the scan found and the index has not, and forget what is gone.

    Raises:
        sqlite3.Error: the database cannot be read or written; nothing has changed.
    """
    if is_filled(connection) and not _compare(connection, scanned):
        return Changes()
    with _transaction(connection):
        # Another process may have refreshed while this one waited for the lock.
        plan = _compare(connection, scanned)
        if is_filled(connection) and not plan:
            return Changes()
        reader = partial(partial, read_each, str(content_dir))
        changes = _apply(
            connection, plan, ordered_map(reader, plan.wanted, several_from=_SEVERAL_FROM), progress
        )
        mark_changed(connection)
        return changes


def is_filled(connection: sqlite3.Connection) -> bool:
    """Whether the folder was read since the index was created; before, nobody may take it for the folder."""
    (state,) = connection.execute("SELECT value FROM meta WHERE name = 'state'").fetchone()
    return bool(state)


def mark_changed(connection: sqlite3.Connection) -> None:
    """Give the index a new state, so that nobody goes on with what is remembered of the old one."""
    connection.execute("UPDATE meta SET value = ? WHERE name = 'state'", (uuid.uuid4().hex,))
    connection.execute("UPDATE meta SET value = strftime('%Y-%m-%dT%H:%M:%SZ', 'now') WHERE name = 'changed'")


def pending(connection: sqlite3.Connection, scanned: Scan) -> int:
    """How many files a refresh would read or forget."""
    plan = _compare(connection, scanned)
    return len(plan.wanted) + len(plan.gone)


class _Plan(NamedTuple):
    """What a refresh has to do; false when there is nothing."""

    wanted: list[tuple[str, FileStamp]]
    gone: list[str]
    indexed: Collection[str]
    failed: Collection[str]

    def __bool__(self) -> bool:
        return bool(self.wanted or self.gone)


def _compare(connection: sqlite3.Connection, scanned: Scan) -> _Plan:
    indexed = {path: stamp for path, *stamp in connection.execute("SELECT path, mtime_ns, size FROM article")}
    failed = {
        path: stamp for path, *stamp in connection.execute("SELECT path, mtime_ns, size FROM unreadable")
    }
    wanted = [
        (path, stamp)
        for path, stamp in scanned.files.items()
        if indexed.get(path, failed.get(path)) != [stamp.mtime_ns, stamp.size]
    ]
    gone = [path for known in (indexed, failed) for path in known if path not in scanned.files]
    return _Plan(sorted(wanted), sorted(gone), indexed.keys(), failed.keys())


def _apply(
    connection: sqlite3.Connection,
    plan: _Plan,
    found: Iterator[Record | Unreadable],
    progress: Progress | None,
) -> Changes:
    changes = Changes()
    # Given out here: SQLite would hand the row id of a removed last article to the next one.
    (last,) = connection.execute("SELECT coalesce(max(rowid), 0) FROM article").fetchone()
    rowids = itertools.count(last + 1)
    for path in plan.gone:
        changes.removed += _remove(connection, path)
        connection.execute("DELETE FROM unreadable WHERE path = ?", (path,))
    new: list[Record] = []
    for done, ((path, stamp), outcome) in enumerate(zip(plan.wanted, found, strict=True), 1):
        if path in plan.failed:
            connection.execute("DELETE FROM unreadable WHERE path = ?", (path,))
        if isinstance(outcome, Unreadable):
            changes.removed += _remove(connection, path)
            connection.execute("INSERT INTO unreadable VALUES (?, ?, ?, ?)", (path, *stamp, outcome.reason))
        elif path not in plan.indexed:
            new.append(outcome)
            changes.added += 1
        elif not _touch(connection, outcome):
            _remove(connection, path)
            new.append(outcome)
            changes.updated += 1
        if len(new) >= _BATCH or done == len(plan.wanted):
            connection.executemany(_INSERT, [(next(rowids), *record) for record in new])
            new.clear()
            if progress is not None:
                progress(done, len(plan.wanted))
    _file_words(connection, last)
    return changes


@contextmanager
def supposed(connection: sqlite3.Connection, records: Collection[Record]) -> Iterator[None]:
    """The index as it would be with these articles, for the length of the block and this connection alone."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        (last,) = connection.execute("SELECT coalesce(max(rowid), 0) FROM article").fetchone()
        for record in records:
            _remove(connection, record.path)
        connection.executemany(
            _INSERT, [(last + number, *record) for number, record in enumerate(records, 1)]
        )
        _file_words(connection, last)
        # Another state, so that nothing remembered of it outlives it.
        connection.execute("UPDATE meta SET value = ? WHERE name = 'state'", (uuid.uuid4().hex,))
        yield
    finally:
        connection.execute("ROLLBACK")


def _file_words(connection: sqlite3.Connection, last: int) -> None:
    """Make the articles after this row id findable by their words."""
    for table, columns in (("lead", _LEAD), ("body", "answer")):
        connection.execute(
            f"INSERT INTO {table} (rowid, {columns}) SELECT rowid, {columns} FROM article WHERE rowid > ?",
            (last,),
        )


def _touch(connection: sqlite3.Connection, record: Record) -> bool:
    """Note the new stamp of a file whose bytes did not change; false when they did."""
    sql = "UPDATE article SET mtime_ns = ?, size = ? WHERE path = ? AND sha256 = ?"
    return connection.execute(sql, (record.mtime_ns, record.size, record.path, record.sha256)).rowcount > 0


def _remove(connection: sqlite3.Connection, path: str) -> int:
    """Forget the article, if it is indexed; tells how many were."""
    row = connection.execute(f"SELECT rowid, {_LEAD}, answer FROM article WHERE path = ?", (path,)).fetchone()
    if row is None:
        return 0
    rowid, *lead, answer = row
    delete = "INSERT INTO {0} ({0}, rowid, {1}) VALUES ('delete', {2})"
    connection.execute(delete.format("lead", _LEAD, "?, ?, ?, ?, ?"), (rowid, *lead))
    connection.execute(delete.format("body", "answer", "?, ?"), (rowid, answer))
    connection.execute("DELETE FROM article WHERE rowid = ?", (rowid,))
    return 1


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise
