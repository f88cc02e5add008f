"""SQLite as the ledger uses it: WAL, full durability, numbered migrations, and one commit for many writes.

Statements run on the caller's thread, because a thread that takes the interpreter's lock for each of
them would wait for it each time; only the commit, which waits for the disk, leaves the event loop.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

from generator.errors import StorageError

Result = TypeVar("Result")

BUSY_SECONDS = 30.0


class Database:
    """One connection to one file, brought to the newest schema.

    Raises:
        StorageError: the file cannot be opened or written, is damaged, is locked, or is newer than this program.
    """

    def __init__(self, path: Path, *, create: bool = True) -> None:
        self.path = path
        self.rollbacks = 0
        """How often writes were undone: what was written before the last time may not be there."""
        with self.reporting():
            if create:
                path.parent.mkdir(parents=True, exist_ok=True)
            elif not path.exists():
                raise StorageError(str(path), "there is none yet")
            self.connection = sqlite3.connect(
                path,
                isolation_level=None,
                timeout=BUSY_SECONDS,
                check_same_thread=False,
                cached_statements=256,
            )
            self.connection.row_factory = sqlite3.Row
            self.connection.execute("PRAGMA journal_mode = WAL")
            self.connection.execute("PRAGMA synchronous = FULL")
            # References are kept from here on: a migration may put another table in the place of one.
            _migrate(self.connection, path)
            self.connection.execute("PRAGMA foreign_keys = ON")

    @contextmanager
    def reporting(self) -> Iterator[None]:
        """Turn what SQLite and the file system say into one clear line."""
        try:
            yield
        except sqlite3.Error as error:
            raise StorageError(str(self.path), _reason(error)) from error
        except OSError as error:
            raise StorageError(str(error.filename or self.path), error.strerror or str(error)) from error

    def execute(self, sql: str, parameters: tuple[Any, ...] | dict[str, Any] = ()) -> sqlite3.Cursor:
        """Run one statement, outside or inside a transaction."""
        try:
            return self.connection.execute(sql, parameters)
        except sqlite3.Error as error:
            raise StorageError(str(self.path), _reason(error)) from error

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of the block's writes or none of them; within another transaction, part of that one."""
        if self.connection.in_transaction:
            yield
            return
        self.execute("BEGIN IMMEDIATE")
        try:
            yield
            with self.reporting():
                self.connection.commit()
        except BaseException:
            self.rollbacks += 1
            self.connection.rollback()
            raise

    def others_version(self) -> int:
        """A number that changes when another connection, of any process, has written; not by own writes."""
        version: int = self.execute("PRAGMA data_version").fetchone()[0]
        return version

    def problems(self) -> list[str]:
        """What SQLite's integrity check finds."""
        return [row[0] for row in self.execute("PRAGMA integrity_check") if row[0] != "ok"]

    def copy_to(self, target: Path) -> None:
        """A consistent copy, also while others write."""
        with self.reporting():
            copy = sqlite3.connect(target)
            try:
                self.connection.backup(copy)
            finally:
                copy.close()

    def close(self) -> None:
        self.connection.close()


class GroupCommit:
    """Commits what many tasks write in one transaction, so that a slow disk costs one wait for all of them.

    A task that awaits :meth:`run` goes on when its writes are durable. An operation that raises leaves no
    trace and raises in its own task alone. A failing commit raises in every task of the group.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: list[tuple[Callable[[], Any], asyncio.Future[Any]]] = []
        self._worker: asyncio.Task[None] | None = None

    async def run(self, operation: Callable[[], Result]) -> Result:
        """Run ``operation`` (plain writes through the same database) and return once it is committed."""
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((operation, future))
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._commit_groups())
        return await future

    async def drain(self) -> None:
        """Return when everything handed in is committed; a cancelled caller does not stop the commit."""
        if self._worker is not None:
            await asyncio.shield(self._worker)

    async def _commit_groups(self) -> None:
        while self._waiting:
            await asyncio.sleep(0)
            group, self._waiting = self._waiting, []
            try:
                done = await self._commit(group)
            except Exception as error:  # noqa: BLE001 - handed to the tasks that wait
                for _, future in group:
                    if not future.done():
                        future.set_exception(_copy(error))
            else:
                for future, result in done:
                    if not future.done():
                        future.set_result(result)

    async def _commit(
        self, group: list[tuple[Callable[[], Any], asyncio.Future[Any]]]
    ) -> list[tuple[asyncio.Future[Any], Any]]:
        connection = self._database.connection
        done: list[tuple[asyncio.Future[Any], Any]] = []
        with self._database.reporting():
            await self._begin(connection)
            try:
                for operation, future in group:
                    if self._run_one(operation, future, done):
                        continue
                    raise StorageError(str(self._database.path), "the disk is full or cannot be written")
                await asyncio.to_thread(connection.commit)
            except BaseException:
                self._database.rollbacks += 1
                if connection.in_transaction:
                    connection.rollback()
                raise
        return done

    @staticmethod
    async def _begin(connection: sqlite3.Connection) -> None:
        """Begin at once; only where another process is writing, off the event loop, and wait for it."""
        connection.execute("PRAGMA busy_timeout = 0")
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            connection.execute(f"PRAGMA busy_timeout = {round(BUSY_SECONDS * 1000)}")
            await asyncio.to_thread(connection.execute, "BEGIN IMMEDIATE")
        else:
            connection.execute(f"PRAGMA busy_timeout = {round(BUSY_SECONDS * 1000)}")

    def _run_one(
        self,
        operation: Callable[[], Any],
        future: asyncio.Future[Any],
        done: list[tuple[asyncio.Future[Any], Any]],
    ) -> bool:
        """Run an operation on its own savepoint; False where SQLite gave up the whole transaction."""
        connection = self._database.connection
        connection.execute("SAVEPOINT one")
        try:
            result = operation()
        except Exception as error:  # noqa: BLE001 - handed to the task that asked
            if not connection.in_transaction:
                return False
            self._database.rollbacks += 1
            connection.execute("ROLLBACK TO one")
            if not future.done():
                future.set_exception(error)
        else:
            done.append((future, result))
        connection.execute("RELEASE one")
        return True


def _copy(error: Exception) -> Exception:
    """One exception for each task: a raised one gathers the traceback of its task."""
    return StorageError(error.path, error.reason) if isinstance(error, StorageError) else error


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    scripts = sorted(
        (
            file
            for file in resources.files("generator.store.migrations").iterdir()
            if file.name.endswith(".sql")
        ),
        key=lambda file: file.name,
    )
    newest = len(scripts)
    if _version(connection) == newest:
        return
    if _version(connection) > newest:
        raise StorageError(str(path), "was written by a newer version of this program")
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


def _reason(error: sqlite3.Error) -> str:
    text = str(error)
    if "locked" in text:
        return "is locked by another program"
    if "malformed" in text or "not a database" in text:
        return f"is damaged ({text})"
    if "full" in text:
        return "the disk is full"
    if "readonly" in text or "unable to open" in text:
        return "cannot be written"
    return text
