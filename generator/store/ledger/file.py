"""The ledger's file: made whole or not at all, refused where it is no ledger, brought to the newest schema."""

import sqlite3
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

from filelock import FileLock

from generator.errors import StorageError
from generator.store.ledger.hashes import question_key
from generator.store.output_folder import LOCKS

RESTORE = (
    "move it away with the -wal and -shm files beside it and put a copy made by generator backup in its place;"
    " without a ledger everything is asked and paid for again"
)
"""What to do about a ledger that cannot be used."""

# A ledger of any version has these tables.
_TABLES = frozenset({"run", "job", "call", "blob", "draft", "version", "decision"})


def check_file(path: Path) -> None:
    """Refuse a ledger that is visibly lost, before SQLite opens it: beside an empty file SQLite deletes the WAL.

    A new ledger takes its name when it is whole, so that none is ever empty.

    Raises:
        StorageError: it is empty or cut off, or missing while its write-ahead log is there; or cannot be read.
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
            raise StorageError(str(path), f"is gone, and {log.name} holds its last changes; {RESTORE}")
    elif path.is_file():
        if not size:
            raise StorageError(str(path), f"is empty, so what it held is lost; {RESTORE}")
        # With a log, a page that a full disk cut off is in the log, from which SQLite writes it again.
        if not has_log and _is_cut_off(path):
            raise StorageError(str(path), damage("its last page is cut off"))


def _size(path: Path) -> int | None:
    """The size of a file in bytes, None where there is none; another process may remove it at any moment."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return None


def damage(what: str) -> str:
    """The reason why a ledger whose bytes are not as they were written cannot be used."""
    return f"is damaged ({what}): {RESTORE}"


def _is_cut_off(path: Path) -> bool:
    """Whether a database ends within a page: SQLite would read zeros for what is missing."""
    with path.open("rb") as file:
        head = file.read(18)
    page = int.from_bytes(head[16:18], "big")
    whole = 65_536 if page == 1 else page
    return head.startswith(b"SQLite format 3\0") and whole > 0 and path.stat().st_size % whole > 0


def create(path: Path) -> None:
    """Make a new ledger, unless another process makes it meanwhile. A kill at any moment leaves a whole one or none."""
    locks = path.parent / LOCKS
    locks.mkdir(parents=True, exist_ok=True)
    with FileLock(locks / f"{path.name}.new.lock"):
        if path.exists():
            return
        part = path.with_name(path.name + ".new")
        part.unlink(missing_ok=True)
        connection = sqlite3.connect(part, isolation_level=None)
        try:
            connection.execute("PRAGMA journal_mode = MEMORY")  # a part is never gone on with
            connection.execute("PRAGMA synchronous = FULL")
            migrate(connection, path)
        finally:
            connection.close()
        part.rename(path)


def check_tables(connection: sqlite3.Connection, path: Path) -> None:
    """Refuse a database that is no ledger.

    Raises:
        StorageError: it holds nothing, or is another program's.
    """
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not tables:
        raise StorageError(str(path), f"is a database that holds nothing, so what it held is lost; {RESTORE}")
    if not tables >= _TABLES:
        raise StorageError(str(path), f"is a database, but no ledger of this program; {RESTORE}")


def migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Bring a ledger to the newest schema, one numbered script after the other, each in a transaction of its own.

    Raises:
        StorageError: it was written by a newer version of this program.
    """
    scripts = sorted(
        (
            file
            for file in resources.files("generator.store.ledger.migrations").iterdir()
            if file.name.endswith(".sql")
        ),
        key=lambda file: file.name,
    )
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


def _version(connection: sqlite3.Connection) -> int:
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version


def _statements(script: str) -> Iterator[str]:
    """The statements of a script one by one: ``executescript`` would commit before the first."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
