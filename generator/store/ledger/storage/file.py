"""The ledger's file: creates it completely or not at all, refuses other files, and migrates its schema."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from filelock import FileLock

from generator.errors import StorageError
from generator.store.ledger.storage.hashes import question_key
from generator.store.output_folder import LOCKS

RESTORE = (
    "move it and its -wal and -shm files away and replace it by a copy made with generator backup;"
    " without a ledger everything is requested and paid for again"
)
"""The advice for a ledger that cannot be used."""

# A ledger of any version has these tables.
_TABLES = frozenset({"run", "job", "call", "blob", "draft", "version", "decision"})


def check_file(path: Path) -> None:
    """Refuse a ledger whose content is lost. To be called before SQLite opens it and deletes an empty file's log.

    A new ledger gets its name when it is complete, so an existing ledger is never empty.

    Raises:
        StorageError: it is empty or cut off, missing although its write-ahead log exists, or cannot be read.
    """
    try:
        _check_file(path)
    except OSError as error:
        raise StorageError(str(path), error.strerror or str(error)) from error


def _check_file(path: Path) -> None:
    log = path.with_name(path.name + "-wal")
    has_log = bool(_size(log))
    size = _size(path)
    if size is None:
        if has_log:
            raise StorageError(str(path), f"is missing, and {log.name} contains its last changes; {RESTORE}")
    elif path.is_file():
        if not size:
            raise StorageError(str(path), f"is empty, so its content is lost; {RESTORE}")
        # A page that a full disk cut off is in the write-ahead log, if there is one; SQLite writes it again.
        if not has_log and _is_cut_off(path):
            raise StorageError(str(path), damage("its last page is cut off"))


def _size(path: Path) -> int | None:
    """The size of a file in bytes; None where it does not exist. Another process may remove it at any time."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return None


def damage(what: str) -> str:
    """The reason why a damaged ledger cannot be used; ``what`` names the damage."""
    return f"is damaged ({what}): {RESTORE}"


def _is_cut_off(path: Path) -> bool:
    """Whether a database ends within a page: SQLite would read the missing bytes as zeros."""
    with path.open("rb") as file:
        head = file.read(18)
    page = int.from_bytes(head[16:18], "big")
    page_bytes = 65_536 if page == 1 else page
    return head.startswith(b"SQLite format 3\0") and page_bytes > 0 and path.stat().st_size % page_bytes > 0


def create(path: Path) -> None:
    """Create a ledger, unless another process has just done so. After a kill at any time it is complete or missing."""
    locks = path.parent / LOCKS
    locks.mkdir(parents=True, exist_ok=True)
    with FileLock(locks / f"{path.name}.new.lock"):
        if path.exists():
            return
        part = path.with_name(path.name + ".new")
        with part.open("wb") as file:
            file.write(_new_ledger())
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)


def _new_ledger() -> bytes:
    """The file of a ledger without jobs: each has a random name of its own."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        migrate(connection, Path(":memory:"))
        return connection.serialize()


def check_tables(connection: sqlite3.Connection, path: Path) -> None:
    """Refuse a database that is not a ledger.

    Raises:
        StorageError: it has no tables, or those of another program.
    """
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not tables:
        raise StorageError(str(path), f"is an empty database, so its content is lost; {RESTORE}")
    if not tables >= _TABLES:
        raise StorageError(str(path), f"is a database, but not a ledger of this program; {RESTORE}")


def migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Migrate a ledger to the newest schema: run the numbered scripts one by one, each in its own transaction.

    Raises:
        StorageError: it was written by a newer version of this program.
    """
    scripts = _migrations()
    newest = len(scripts)
    if _version(connection) == newest:
        return
    if _version(connection) > newest:
        raise StorageError(str(path), "was written by a newer version of this program")
    connection.create_function("question_key", 1, question_key, deterministic=True)
    for number, script in enumerate(scripts, start=1):
        connection.execute("BEGIN IMMEDIATE")
        try:
            if _version(connection) < number:
                for statement in _statements(script.read_text(encoding="utf-8")):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {number}")
        except BaseException:
            connection.rollback()
            raise
        connection.commit()


def _migrations() -> list[Traversable]:
    """The scripts that make a ledger, in their order: each is a version of its schema."""
    files = resources.files("generator.store.ledger.migrations").iterdir()
    return sorted((file for file in files if file.name.endswith(".sql")), key=lambda file: file.name)


def _version(connection: sqlite3.Connection) -> int:
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version


def _statements(script: str) -> Iterator[str]:
    """The statements of a script, because ``executescript`` would commit the transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
