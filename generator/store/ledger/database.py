"""SQLite as the ledger uses it: WAL, full durability, numbered migrations, and one commit for many writes.

Statements run on the caller's thread, because a thread that takes the interpreter's lock for each of
them would wait for it each time; only the commit, which waits for the disk, leaves the event loop.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, TypeVar

from generator.errors import StorageError
from generator.store.ledger.file import check_file, check_tables, create, damage, migrate

Result = TypeVar("Result")

BUSY_SECONDS = 30.0
# The driver cannot decode a message of SQLite's that quotes damaged bytes.
_SQLITE_ERRORS = (sqlite3.Error, UnicodeDecodeError)
# What SQLite and its driver say where bytes are not as they were written.
_DAMAGE = ("malformed", "not a database", "no such table", "Could not decode", "unsupported file")


class Database:
    """One connection to one file, brought to the newest schema.

    Raises:
        StorageError: the file cannot be opened or written, is empty, damaged, locked, no ledger, or newer than this
            program.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rollbacks = 0
        """How often writes were undone: what was written before the last time may not be there."""
        with self.reporting(opening=True):
            check_file(path)
            if not path.exists():
                create(path)
            self.connection = sqlite3.connect(
                f"{path.absolute().as_uri()}?mode=rw",  # a path alone would make an empty file where there is none
                uri=True,
                isolation_level=None,
                timeout=BUSY_SECONDS,
                check_same_thread=False,
                cached_statements=256,
            )
            try:
                self._set_up()
            except BaseException:
                self.connection.close()
                raise

    def _set_up(self) -> None:
        self.connection.row_factory = sqlite3.Row
        check_tables(self.connection, self.path)
        self.connection.execute("PRAGMA journal_mode = WAL")
        self.connection.execute("PRAGMA synchronous = FULL")
        # References are kept from here on: a migration may put another table in the place of one.
        migrate(self.connection, self.path)
        self.connection.execute("PRAGMA foreign_keys = ON")

    @contextmanager
    def reporting(self, *, opening: bool = False) -> Iterator[None]:
        """Turn what SQLite and the file system say into one clear line; ``opening``, whatever it is.

        A statement that is wrong stays the error that it is.
        """
        try:
            yield
        except sqlite3.Error as error:
            reason = _reason(error) or (str(error) if opening else None)
            if reason is None:
                raise
            raise StorageError(str(self.path), reason) from error
        except UnicodeDecodeError as error:
            raise self.damaged("a text is not UTF-8") from error
        except OSError as error:
            raise StorageError(str(error.filename or self.path), error.strerror or str(error)) from error

    def execute(self, sql: str, parameters: tuple[Any, ...] | dict[str, Any] = ()) -> sqlite3.Cursor:
        """Run one statement, outside or inside a transaction.

        Raises:
            StorageError: now, or while its rows are read.
        """
        try:
            cursor = self.connection.cursor(_Rows)
            cursor.reporting = self.reporting
            return cursor.execute(sql, parameters)
        except _SQLITE_ERRORS:
            with self.reporting():
                raise

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

    def data_version(self) -> int:
        """A number that changes when another connection, of any process, has written; not by own writes."""
        version: int = self.execute("PRAGMA data_version").fetchone()[0]
        return version

    def damaged(self, what: str) -> StorageError:
        """The error to raise where something stored is not as it was written."""
        return StorageError(str(self.path), damage(what))

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


class _Rows(sqlite3.Cursor):
    """The rows of a statement. Reading any of them may meet damage, which is reported as everywhere."""

    reporting: Callable[[], AbstractContextManager[None]]

    def fetchone(self) -> Any:
        try:
            return super().fetchone()
        except _SQLITE_ERRORS:
            with self.reporting():
                raise

    def fetchall(self) -> list[Any]:
        try:
            return super().fetchall()
        except _SQLITE_ERRORS:
            with self.reporting():
                raise

    def __next__(self) -> Any:
        try:
            return super().__next__()
        except _SQLITE_ERRORS:
            with self.reporting():
                raise


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


def chunks(ids: Iterable[int], size: int) -> Iterator[list[int]]:
    """Lists of at most ``size``, as SQLite bounds the parameters of a statement."""
    chunk: list[int] = []
    for item in ids:
        chunk.append(item)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _copy(error: Exception) -> Exception:
    """One exception for each task: a raised one gathers the traceback of its task."""
    return StorageError(error.path, error.reason) if isinstance(error, StorageError) else error


def _reason(error: sqlite3.Error) -> str | None:
    """What SQLite says of the file or the machine, in a few words; None where the statement is at fault."""
    text = str(error)
    if "locked" in text:
        return "is locked by another program"
    if any(sign in text for sign in _DAMAGE):
        return damage(text)
    if "full" in text:
        return "the disk is full"
    if "readonly" in text or "unable to open" in text:
        return "cannot be written"
    code: int = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    return None if code in (sqlite3.SQLITE_ERROR, sqlite3.SQLITE_MISUSE) else text
