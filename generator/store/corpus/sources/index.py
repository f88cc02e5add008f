"""Indexes the team's source documents file by file, and finds the chunks of them that match a question."""

import sqlite3
from collections.abc import Collection, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

from generator.content.language.stems import stems
from generator.content.markdown.chunks import chunks
from generator.store.corpus.files import Unreadable
from generator.store.corpus.ranking import Vocabulary, match_expression
from generator.store.corpus.refresh import mark_changed
from generator.store.corpus.rows import Passage, SourceCounts
from generator.store.corpus.sources.files import (
    PARSED,
    SourceScan,
    SourceText,
    read_plain,
    refusal_by_size,
    scan,
)
from generator.store.corpus.sources.reader import DocumentReader

# BM25's weights of a chunk's title, heading and text.
_WEIGHTS = "2.0, 3.0, 1.0"
_MOST_PASSAGES = 8
# The least share of the question's weight that the terms of a chunk must have.
_LEAST_COVERED = 0.34
# Two chunks repeat each other if they share this part of the stems of the smaller one.
_SAME_CHUNK = 0.7


def refresh_sources(connection: sqlite3.Connection, folder: Path) -> SourceCounts:
    """Index new and changed files, and remove missing ones. One transaction per file, because reading may take long.

    Raises:
        sqlite3.Error: the database cannot be read or written.
    """
    missing = not folder.is_dir()
    scanned = SourceScan({}, []) if missing else scan(folder)
    indexed = {path: stamp for path, *stamp in connection.execute("SELECT path, mtime_ns, size FROM source")}
    removed = indexed.keys() - scanned.files.keys()
    for path in sorted(removed):
        _write(connection, path, None, None)
    to_read = {path: stamp for path, stamp in scanned.files.items() if indexed.get(path) != list(stamp)}
    with DocumentReader(folder) as documents:
        for path, stamp in to_read.items():
            parsed = Path(path).suffix.lower() in PARSED
            result = refusal_by_size(path, stamp) or (
                documents.read(path) if parsed else read_plain(folder, path)
            )
            _write(connection, path, stamp, result)
    if removed or to_read:
        mark_changed(connection)
    failed = connection.execute("SELECT path, reason FROM source WHERE reason IS NOT NULL ORDER BY path")
    unreadable = (*scanned.unreadable, *(Unreadable(*row) for row in failed))
    return SourceCounts(
        added=len(to_read.keys() - indexed.keys()),
        updated=len(to_read.keys() & indexed.keys()),
        removed=len(removed),
        unreadable=unreadable,
        missing=missing,
    )


def _write(
    connection: sqlite3.Connection,
    path: str,
    stamp: tuple[int, int] | None,
    result: SourceText | Unreadable | None,
) -> None:
    """Replace the chunks of a file; without a stamp and a result, only remove them."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        for row in connection.execute(
            "SELECT rowid, title, heading, text FROM chunk WHERE path = ?", (path,)
        ).fetchall():
            connection.execute(
                "INSERT INTO chunk_text (chunk_text, rowid, title, heading, text) VALUES ('delete', ?, ?, ?, ?)",
                row,
            )
        connection.execute("DELETE FROM chunk WHERE path = ?", (path,))
        connection.execute("DELETE FROM source WHERE path = ?", (path,))
        if stamp is not None and result is not None:
            reason = result.reason if isinstance(result, Unreadable) else None
            title = result.title if isinstance(result, SourceText) else ""
            connection.execute("INSERT INTO source VALUES (?, ?, ?, ?, ?)", (path, *stamp, title, reason))
            for chunk in chunks(result.markdown) if isinstance(result, SourceText) else ():
                values = (title, chunk.heading, chunk.text)
                rowid = connection.execute(
                    "INSERT INTO chunk (path, number, title, heading, text) VALUES (?, ?, ?, ?, ?)",
                    (path, chunk.number, *values),
                ).lastrowid
                connection.execute(
                    "INSERT INTO chunk_text (rowid, title, heading, text) VALUES (?, ?, ?, ?)",
                    (rowid, *values),
                )
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def matching_sources(connection: sqlite3.Connection, names: Sequence[str]) -> dict[str, list[str]]:
    """The indexed files that match each name of a list's ``sources`` column.

    A name is a path below the folder or a file's name, each with or without its suffix, or a folder, or a pattern with
    ``*`` and ``?``.
    """
    paths = [
        path for (path,) in connection.execute("SELECT path FROM source WHERE reason IS NULL ORDER BY path")
    ]
    return {name: [path for path in paths if _matches(name.strip().strip("/"), path)] for name in names}


def _matches(name: str, path: str) -> bool:
    file = path.rpartition("/")[2]
    forms = {path, file, path.rpartition(".")[0], file.rpartition(".")[0]}
    return (
        name in forms or path.startswith(f"{name}/") or any(fnmatchcase(form, name) for form in (path, file))
    )


def source_passages(
    connection: sqlite3.Connection,
    vocabulary: Vocabulary,
    question: str,
    *,
    only: Collection[str] | None,
    limit_chars: int,
) -> list[Passage]:
    """The chunks that match a question best, best first, then their neighbours in the document, as s1, s2, …

    Left out are chunks that contain too few of the question's terms, and chunks that repeat another one of the result.

    Args:
        only: the paths of the sources to search; None for all.
        limit_chars: the most characters of all chunks together.
    """
    terms = vocabulary.terms(connection, question)
    if not terms or (only is not None and not only):
        return []
    total_weight = vocabulary.weight_of(connection, question) or sum(term.weight for term in terms)
    among = "" if only is None else f"AND chunk.path IN ({', '.join('?' * len(only))})"
    sql = (
        f"SELECT {_CHUNK_COLUMNS} FROM chunk_text JOIN chunk ON chunk.rowid = chunk_text.rowid "
        f"WHERE chunk_text MATCH ? {among} "
        f"ORDER BY bm25(chunk_text, {_WEIGHTS}), chunk.rowid LIMIT 40"
    )
    selection = _Selection(limit_chars)
    for values in connection.execute(sql, (match_expression(terms), *(only or ()))):
        chunk = _Chunk(*values)
        own = chunk.stems()
        if sum(term.weight for term in terms if term.stem in own) >= _LEAST_COVERED * total_weight:
            selection.add(chunk, own)
    for matched in tuple(selection.chosen):
        neighbours = (
            f"SELECT {_CHUNK_COLUMNS} FROM chunk WHERE path = ? AND number IN (?, ?) ORDER BY number DESC"
        )
        for values in connection.execute(neighbours, (matched.path, matched.number - 1, matched.number + 1)):
            neighbour = _Chunk(*values)
            selection.add(neighbour, neighbour.stems())
    return [
        Passage(f"s{number}", chunk.path, chunk.title, chunk.heading, chunk.text)
        for number, chunk in enumerate(selection.chosen, start=1)
    ]


_CHUNK_COLUMNS = "chunk.path, chunk.number, chunk.title, chunk.heading, chunk.text"


class _Chunk(NamedTuple):
    path: str
    number: int
    title: str
    heading: str
    text: str

    def stems(self) -> frozenset[str]:
        return frozenset(stems(f"{self.title} {self.heading} {self.text}"))


class _Selection:
    """Chunks within a number of characters, of which no two repeat each other."""

    def __init__(self, limit_chars: int) -> None:
        self.chosen: list[_Chunk] = []
        self._stems: list[frozenset[str]] = []
        self._room = limit_chars

    def add(self, chunk: _Chunk, own: frozenset[str]) -> None:
        """Add a chunk with these stems, unless there is no room for it or it repeats another one."""
        size = len(chunk.text) + len(chunk.heading)
        if len(self.chosen) == _MOST_PASSAGES or size > self._room or chunk in self.chosen:
            return
        if any(len(own & other) >= _SAME_CHUNK * min(len(own), len(other)) for other in self._stems):
            return
        self._stems.append(own)
        self._room -= size
        self.chosen.append(chunk)
