"""The team's sources in the index: kept up to date file by file, searched chunk by chunk."""

import sqlite3
from collections.abc import Collection, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from generator.content.markdown.chunks import chunks
from generator.content.stems import stems
from generator.store.corpus.files import Unreadable
from generator.store.corpus.ranking import Vocabulary, match_expression
from generator.store.corpus.refresh import mark_changed
from generator.store.corpus.rows import Passage, SourceCounts
from generator.store.corpus.sources.files import PARSED, SourceScan, SourceText, read_plain, refused, scan
from generator.store.corpus.sources.reader import DocumentReader

_WEIGHTS = "2.0, 3.0, 1.0"
_MOST_PASSAGES = 8
_LEAST_COVERED = 0.34
_SAME_CHUNK = 0.7


def refresh_sources(connection: sqlite3.Connection, folder: Path) -> SourceCounts:
    """Read what changed and forget what is gone. Each file is its own transaction: reading may take long.

    Raises:
        sqlite3.Error: the database cannot be read or written.
    """
    missing = not folder.is_dir()
    scanned = SourceScan({}, []) if missing else scan(folder)
    known = {path: stamp for path, *stamp in connection.execute("SELECT path, mtime_ns, size FROM source")}
    gone = known.keys() - scanned.files.keys()
    for path in sorted(gone):
        _write(connection, path, None, None)
    wanted = {path: stamp for path, stamp in scanned.files.items() if known.get(path) != list(stamp)}
    with DocumentReader(folder) as documents:
        for path, stamp in wanted.items():
            parsed = Path(path).suffix.lower() in PARSED
            found = refused(path, stamp) or (documents.read(path) if parsed else read_plain(folder, path))
            _write(connection, path, stamp, found)
    if gone or wanted:
        mark_changed(connection)
    failed = connection.execute("SELECT path, reason FROM source WHERE reason IS NOT NULL ORDER BY path")
    unreadable = (*scanned.unreadable, *(Unreadable(*row) for row in failed))
    return SourceCounts(
        added=len(wanted.keys() - known.keys()),
        updated=len(wanted.keys() & known.keys()),
        removed=len(gone),
        unreadable=unreadable,
        missing=missing,
    )


def _write(
    connection: sqlite3.Connection,
    path: str,
    stamp: tuple[int, int] | None,
    found: SourceText | Unreadable | None,
) -> None:
    """Put the file's chunks in the place of the old ones; without a stamp, only take those out."""
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
        if stamp is not None and found is not None:
            reason = found.reason if isinstance(found, Unreadable) else None
            title = found.title if isinstance(found, SourceText) else ""
            connection.execute("INSERT INTO source VALUES (?, ?, ?, ?, ?)", (path, *stamp, title, reason))
            for chunk in chunks(found.markdown) if isinstance(found, SourceText) else ():
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
    """For each name of a list's ``sources`` column the indexed files it stands for.

    A name is a path below the folder, a file's name, either without its suffix, a folder, or a pattern
    with ``*`` and ``?``.
    """
    paths = [
        path for (path,) in connection.execute("SELECT path FROM source WHERE reason IS NULL ORDER BY path")
    ]
    return {name: [path for path in paths if _stands_for(name.strip().strip("/"), path)] for name in names}


def _stands_for(name: str, path: str) -> bool:
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
    """The chunks that say most about the question, best first, as passages s1, s2, …

    A chunk that names too little of what the question is about is left out, and so is one that another
    chosen one already says. ``only`` are paths of sources; None takes all.
    """
    terms = vocabulary.terms(connection, question)
    if not terms or (only is not None and not only):
        return []
    whole = vocabulary.weight_of(connection, question) or sum(term.weight for term in terms)
    among = "" if only is None else f"AND chunk.path IN ({', '.join('?' * len(only))})"
    sql = (
        "SELECT chunk.path, chunk.title, chunk.heading, chunk.text FROM chunk_text JOIN chunk ON chunk.rowid = chunk_text.rowid "
        f"WHERE chunk_text MATCH ? {among} "
        f"ORDER BY bm25(chunk_text, {_WEIGHTS}), chunk.rowid LIMIT 40"
    )
    chosen: list[Passage] = []
    told: list[frozenset[str]] = []
    room = limit_chars
    for path, title, heading, text in connection.execute(sql, (match_expression(terms), *(only or ()))):
        said = frozenset(stems(f"{title} {heading} {text}"))
        covered = sum(term.weight for term in terms if term.stem in said) / whole
        if covered < _LEAST_COVERED or len(text) + len(heading) > room:
            continue
        if any(len(said & other) >= _SAME_CHUNK * min(len(said), len(other)) for other in told):
            continue
        told.append(said)
        room -= len(text) + len(heading)
        chosen.append(Passage(f"s{len(chosen) + 1}", path, title, heading, text))
        if len(chosen) == _MOST_PASSAGES:
            break
    return chosen
