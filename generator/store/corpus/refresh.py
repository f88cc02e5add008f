"""Brings the index up to date with the content folder, in one transaction: readers see all changes or none."""

import itertools
import sqlite3
import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple

from generator.content.site.site import Site
from generator.processes.ordered_map import ordered_map
from generator.store.corpus.files import IndexRecord, Scan, Unreadable, read_each
from generator.store.corpus.relatedness import ArticleText, TopicProfile, profile
from generator.store.corpus.topic_features import TopicWriter, remove_topics
from generator.store.files import FileStamp

Progress = Callable[[int, int], None]
"""Called with the number of files that are read so far and of all that must be read."""

_BATCH = 100
# Reading an article takes a quarter of a millisecond, so for few articles the start of worker processes is too slow.
_PARALLEL_FROM = 2_000
_LEAD = "question, headings, keywords, description"
_INSERT = f"INSERT INTO article (rowid, {', '.join(IndexRecord._fields)}) VALUES (?{', ?' * len(IndexRecord._fields)})"


@dataclass(slots=True)
class Changes:
    """How many articles a refresh added, updated and removed."""

    added: int = 0
    updated: int = 0
    removed: int = 0


def bring_up_to_date(
    connection: sqlite3.Connection,
    content_dir: Path,
    site: Site,
    scanned: Scan,
    *,
    progress: Progress | None = None,
) -> Changes:
    """Index new and changed files of a scan, and remove missing ones from the index.

    Args:
        progress: as in ``CorpusIndex.refresh``.

    Raises:
        sqlite3.Error: the database cannot be read or written; nothing has changed.
    """
    if is_filled(connection) and not _compare(connection, scanned):
        return Changes()
    with _transaction(connection):
        # Another process may have refreshed the index while this one waited for the lock.
        plan = _compare(connection, scanned)
        if is_filled(connection) and not plan:
            return Changes()
        reader = partial(partial, _read_articles, str(content_dir), site)
        changes = _apply(
            connection, plan, ordered_map(reader, plan.to_read, parallel_from=_PARALLEL_FROM), progress
        )
        mark_changed(connection)
        return changes


def is_filled(connection: sqlite3.Connection) -> bool:
    """Whether the folder was read since the index was created. Before, an empty index does not mean an empty folder."""
    (state,) = connection.execute("SELECT value FROM meta WHERE name = 'state'").fetchone()
    return bool(state)


def mark_changed(connection: sqlite3.Connection) -> None:
    """Give the index a new state, which makes all caches of the old one invalid."""
    connection.execute("UPDATE meta SET value = ? WHERE name = 'state'", (uuid.uuid4().hex,))
    connection.execute("UPDATE meta SET value = strftime('%Y-%m-%dT%H:%M:%SZ', 'now') WHERE name = 'changed'")


def pending(connection: sqlite3.Connection, scanned: Scan) -> int:
    """How many files a refresh would read or remove from the index."""
    plan = _compare(connection, scanned)
    return len(plan.to_read) + len(plan.missing)


class _Article(NamedTuple):
    """What the index stores of one article."""

    record: IndexRecord
    topics: TopicProfile

    @classmethod
    def of(cls, record: IndexRecord) -> "_Article":
        text = ArticleText(record.question, record.keywords, record.headings, record.answer)
        return cls(record, profile(text))


def _read_articles(
    content_dir: str, site: Site, wanted: Sequence[tuple[str, FileStamp]]
) -> list["_Article | Unreadable"]:
    """Article files, in order."""
    return [
        item if isinstance(item, Unreadable) else _Article.of(item)
        for item in read_each(content_dir, site, wanted)
    ]


def _insert(
    connection: sqlite3.Connection, topics: TopicWriter, articles: Iterable[tuple[int, _Article]]
) -> None:
    """Store articles, given with their row ids, but not their words in the full-text tables."""
    rows = list(articles)
    connection.executemany(_INSERT, [(rowid, *article.record) for rowid, article in rows])
    topics.add((rowid, article.topics) for rowid, article in rows)


class _Plan(NamedTuple):
    """What a refresh has to do; false when there is nothing to do.

    ``to_read`` are new and changed files, ``missing`` are indexed paths without a file, ``indexed`` and ``failed`` are
    the paths of the tables ``article`` and ``unreadable``.
    """

    to_read: list[tuple[str, FileStamp]]
    missing: list[str]
    indexed: Collection[str]
    failed: Collection[str]

    def __bool__(self) -> bool:
        return bool(self.to_read or self.missing)


def _compare(connection: sqlite3.Connection, scanned: Scan) -> _Plan:
    indexed = {path: stamp for path, *stamp in connection.execute("SELECT path, mtime_ns, size FROM article")}
    failed = {
        path: stamp for path, *stamp in connection.execute("SELECT path, mtime_ns, size FROM unreadable")
    }
    to_read = [
        (path, stamp)
        for path, stamp in scanned.files.items()
        if indexed.get(path, failed.get(path)) != [stamp.mtime_ns, stamp.size]
    ]
    missing = [path for paths in (indexed, failed) for path in paths if path not in scanned.files]
    return _Plan(sorted(to_read), sorted(missing), indexed.keys(), failed.keys())


def _apply(
    connection: sqlite3.Connection,
    plan: _Plan,
    outcomes: Iterator[_Article | Unreadable],
    progress: Progress | None,
) -> Changes:
    changes = Changes()
    # Row ids are chosen here, because SQLite would use the row id of a removed last article again.
    (last,) = connection.execute("SELECT coalesce(max(rowid), 0) FROM article").fetchone()
    rowids = itertools.count(last + 1)
    for path in plan.missing:
        changes.removed += _remove(connection, path)
        connection.execute("DELETE FROM unreadable WHERE path = ?", (path,))
    topics = TopicWriter(connection)
    new: list[_Article] = []
    for done, ((path, stamp), outcome) in enumerate(zip(plan.to_read, outcomes, strict=True), 1):
        if path in plan.failed:
            connection.execute("DELETE FROM unreadable WHERE path = ?", (path,))
        if isinstance(outcome, Unreadable):
            changes.removed += _remove(connection, path)
            connection.execute("INSERT INTO unreadable VALUES (?, ?, ?, ?)", (path, *stamp, outcome.reason))
        elif path not in plan.indexed:
            new.append(outcome)
            changes.added += 1
        elif not _update_stamp(connection, outcome.record):
            _remove(connection, path)
            new.append(outcome)
            changes.updated += 1
        if len(new) >= _BATCH or done == len(plan.to_read):
            _insert(connection, topics, [(next(rowids), article) for article in new])
            new.clear()
            if progress is not None:
                progress(done, len(plan.to_read))
    _index_words(connection, last)
    return changes


@contextmanager
def overlay_articles(connection: sqlite3.Connection, records: Collection[IndexRecord]) -> Iterator[None]:
    """Within the block, and for this connection only, index these articles too; they replace those of the same path."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        (last,) = connection.execute("SELECT coalesce(max(rowid), 0) FROM article").fetchone()
        for record in records:
            _remove(connection, record.path)
        articles = [_Article.of(record) for record in records]
        _insert(connection, TopicWriter(connection), enumerate(articles, last + 1))
        _index_words(connection, last)
        # A new state, so nothing that is cached within the block is used after it.
        connection.execute("UPDATE meta SET value = ? WHERE name = 'state'", (uuid.uuid4().hex,))
        yield
    finally:
        connection.execute("ROLLBACK")


def _index_words(connection: sqlite3.Connection, last: int) -> None:
    """Add the articles after this row id to the full-text tables."""
    for table, columns in (("lead", _LEAD), ("body", "answer")):
        connection.execute(
            f"INSERT INTO {table} (rowid, {columns}) SELECT rowid, {columns} FROM article WHERE rowid > ?",
            (last,),
        )


def _update_stamp(connection: sqlite3.Connection, record: IndexRecord) -> bool:
    """Store the new stamp of a file whose bytes did not change; False where they changed."""
    sql = "UPDATE article SET mtime_ns = ?, size = ? WHERE path = ? AND sha256 = ?"
    return connection.execute(sql, (record.mtime_ns, record.size, record.path, record.sha256)).rowcount > 0


def _remove(connection: sqlite3.Connection, path: str) -> int:
    """Remove an article from the index; returns the number of removed articles, 0 or 1."""
    row = connection.execute(f"SELECT rowid, {_LEAD}, answer FROM article WHERE path = ?", (path,)).fetchone()
    if row is None:
        return 0
    rowid, *lead, answer = row
    delete = "INSERT INTO {0} ({0}, rowid, {1}) VALUES ('delete', {2})"
    connection.execute(delete.format("lead", _LEAD, "?, ?, ?, ?, ?"), (rowid, *lead))
    connection.execute(delete.format("body", "answer", "?, ?"), (rowid, answer))
    remove_topics(connection, rowid)
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
