"""Checks a ledger as a whole: the file, the schema, the references between rows, and what single columns must contain.

Each function only reads, and yields one description for each problem.
"""

import json
import sqlite3
from collections.abc import Iterator

from generator.content.findings import Finding
from generator.store.ledger.storage.blobs import Blobs
from generator.store.ledger.storage.database import Database
from generator.store.ledger.storage.file import migrate

# The columns with JSON, and with JSON lists of findings. Other values stand under a hash, or have no form.
_JSON = (
    ("run", "argv"),
    ("call", "price"),
    ("endpoint", "quirks"),
    ("revision", "accepted"),
    ("decision", "edit"),
    ("duplicate_cluster", "pages"),
)
_COLUMNS = (
    "SELECT item.name, part.name FROM sqlite_master AS item JOIN pragma_table_info(item.name) AS part"
    " WHERE item.type = 'table' ORDER BY item.name, part.cid"
)
_FINDINGS = (("version", "findings"), ("revision", "findings"), ("proposal", "findings"))


def problems_of(database: Database, blobs: Blobs) -> Iterator[str]:
    """Every problem of a ledger besides those that SQLite's integrity check finds.

    Raises:
        StorageError: damage ends a check early.
    """
    yield from _schema_problems(database)
    yield from _reference_problems(database)
    yield from _json_problems(database)
    yield from blobs.verify()
    for row in database.execute("SELECT draft, n, sha, bytes FROM version WHERE sha != bytes"):
        yield f"version {row['n']} of draft {row['draft']}: hash {row['sha']} names other bytes"


def _schema_problems(database: Database) -> Iterator[str]:
    """Compare the columns of the tables with those of a new ledger; the texts that created them may differ."""
    new = sqlite3.connect(":memory:", isolation_level=None)
    try:
        migrate(new, database.path)
        expected = [tuple(row) for row in new.execute(_COLUMNS)]
    finally:
        new.close()
    found = {tuple(row) for row in database.execute(_COLUMNS)}
    yield from (
        f"the table {table} has no column {column}"
        for table, column in expected
        if (table, column) not in found
    )


def _reference_problems(database: Database) -> Iterator[str]:
    for row in database.execute("PRAGMA foreign_key_check"):
        yield f"a row of the table {row['table']} names a row of {row['parent']} that does not exist"
    for row in database.execute(
        "SELECT draft.id FROM draft LEFT JOIN version ON version.draft = draft.id AND n = draft.version"
        " WHERE draft.sha IS NOT version.sha"
    ):
        yield f"draft {row['id']}: its version is missing, or has another hash"


def _json_problems(database: Database) -> Iterator[str]:
    for table, column in _JSON:
        for (text,) in database.execute(f"SELECT DISTINCT {column} FROM {table} WHERE {column} IS NOT NULL"):
            if _parsed(text) is None:
                yield f"{column} of the table {table}: {_shown(text)} is not JSON"
    for table, column in _FINDINGS:
        for (text,) in database.execute(f"SELECT DISTINCT {column} FROM {table}"):
            if not _has_findings(text):
                yield f"{column} of the table {table}: {_shown(text)} is not a list of findings"


def _parsed(text: object) -> object:
    try:
        return json.loads(text) if isinstance(text, str) else None
    except ValueError:
        return None


def _has_findings(text: object) -> bool:
    items = _parsed(text)
    try:
        return isinstance(items, list) and all(Finding(**item) for item in items)
    except TypeError:
        return False


def _shown(text: object) -> str:
    return repr(text)[:80]
