"""The ledger's SQLite connection: write-ahead log, full durability, migrations, and one commit for many writes.

Statements run in the caller's thread, because another thread would wait for the interpreter's lock at each statement.
Only the commit, which waits for the disk, runs outside the event loop.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, TypeVar

from generator.errors import StorageError
from generator.store.ledger.storage.commit_counter import Commit, CommitCounter, leave_series
from generator.store.ledger.storage.file import check_file, check_tables, create, damage, migrate

Result = TypeVar("Result")

BUSY_SECONDS = 30.0
# UnicodeDecodeError, because the driver cannot decode a message of SQLite that quotes damaged bytes.
_SQLITE_ERRORS = (sqlite3.Error, UnicodeDecodeError)
# Words of SQLite and its driver that mean a damaged file.
_DAMAGE = ("malformed", "not a database", "no such table", "Could not decode", "unsupported file")


class Database:
    """One connection to the ledger's file, which is created or migrated to the newest schema.

    Raises:
        StorageError: the file cannot be opened or written, is empty, damaged, locked, not a ledger, lacks its last
            commits, or was written by a newer version of this program.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._commits = CommitCounter(path)
        self.rollbacks = 0
        """How often writes were rolled back. When it changes, rows that were written before may not exist."""
        self._after_commit: list[Callable[[], None]] = []
        with self.translated_errors(opening=True):
            check_file(path)
            if not path.exists():
                create(path)
            self.connection = sqlite3.connect(
                f"{path.absolute().as_uri()}?mode=rw",  # a plain path would create an empty file if none exists
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
        # References are checked only after the migrations, because a migration may replace a table.
        migrate(self.connection, self.path)
        self._commits.check(self.connection)
        self.connection.execute("PRAGMA foreign_keys = ON")

    @contextmanager
    def translated_errors(self, *, opening: bool = False) -> Iterator[None]:
        """Turn errors of SQLite and the file system into StorageError.

        The error of an invalid statement is raised unchanged, except while the file is opened (``opening``).
        """
        try:
            yield
        except sqlite3.Error as error:
            reason = _reason(error) or (str(error) if opening else None)
            if reason is None:
                raise
            raise StorageError(str(self.path), reason) from error
        except UnicodeDecodeError as error:
            raise self.damage_error("a text is not UTF-8") from error
        except OSError as error:
            raise StorageError(str(error.filename or self.path), error.strerror or str(error)) from error

    def execute(self, sql: str, parameters: tuple[Any, ...] | dict[str, Any] = ()) -> sqlite3.Cursor:
        """Run one statement, outside or inside a transaction.

        Raises:
            StorageError: the file cannot be read or written, or is damaged; also while the rows are read.
        """
        try:
            cursor = self.connection.cursor(_Cursor)
            cursor.translated_errors = self.translated_errors
            return cursor.execute(sql, parameters)
        except _SQLITE_ERRORS:
            with self.translated_errors():
                raise

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit all writes of the block together, or none. Within another transaction the block is a part of that."""
        if self.connection.in_transaction:
            yield
            return
        self.execute("BEGIN IMMEDIATE")
        changes = self.connection.total_changes
        try:
            yield
            with self.translated_errors():
                self.commit(self.count_commit(changes))
        except BaseException:
            self.roll_back()
            raise

    def after_commit(self, action: Callable[[], None]) -> None:
        """Do something once the open transaction is durable; at once where none is open. A rollback drops it."""
        if self.connection.in_transaction:
            self._after_commit.append(action)
        else:
            action()

    def roll_back(self, savepoint: str | None = None, *, actions: int = 0) -> None:
        """Roll the open transaction back, if there is one.

        Args:
            savepoint: only what was written since this savepoint.
            actions: how many of the actions after the commit are left.
        """
        self.rollbacks += 1
        del self._after_commit[actions:]
        if savepoint is not None:
            self.connection.execute(f"ROLLBACK TO {savepoint}")
        elif self.connection.in_transaction:
            self.connection.rollback()

    @property
    def actions_after_commit(self) -> int:
        """How many actions wait for the commit."""
        return len(self._after_commit)

    def count_commit(self, changes: int) -> Commit | None:
        """Count the open transaction, directly before its commit; None where it has written nothing.

        Args:
            changes: ``connection.total_changes`` when the transaction began.
        """
        return self._commits.count(self.connection) if self.connection.total_changes != changes else None

    def commit(self, counted: Commit | None) -> None:
        """Commit the open transaction, and record that it is durable."""
        self.connection.commit()
        actions, self._after_commit = self._after_commit, []
        if counted is not None:
            self._commits.record(counted)
            if counted.begins_series:
                # The ledger's file names the series then, whatever becomes of its log.
                self.connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
        for action in actions:
            action()

    def data_version(self) -> int:
        """A number that changes when another connection of any process has written, but not by own writes."""
        version: int = self.execute("PRAGMA data_version").fetchone()[0]
        return version

    def damage_error(self, what: str) -> StorageError:
        """The error for stored data that is damaged; ``what`` names the damage."""
        return StorageError(str(self.path), damage(what))

    def problems(self) -> list[str]:
        """The problems that SQLite's integrity check finds."""
        return [row[0] for row in self.execute("PRAGMA integrity_check") if row[0] != "ok"]

    def copy_to(self, target: Path) -> None:
        """Write a consistent copy to ``target``, even while others write to the ledger. It may replace any ledger."""
        with self.translated_errors():
            copy = sqlite3.connect(target)
            try:
                self.connection.backup(copy)
                leave_series(copy)
                copy.commit()
            finally:
                copy.close()

    def close(self) -> None:
        self.connection.close()


class _Cursor(sqlite3.Cursor):
    """A cursor whose errors are translated too: damage may be found only when a row is read."""

    translated_errors: Callable[[], AbstractContextManager[None]]

    def fetchone(self) -> Any:
        try:
            return super().fetchone()
        except _SQLITE_ERRORS:
            with self.translated_errors():
                raise

    def fetchall(self) -> list[Any]:
        try:
            return super().fetchall()
        except _SQLITE_ERRORS:
            with self.translated_errors():
                raise

    def __next__(self) -> Any:
        try:
            return super().__next__()
        except _SQLITE_ERRORS:
            with self.translated_errors():
                raise


class GroupCommit:
    """Commits the writes of many tasks in one transaction, so all of them wait for the disk only once.

    A task that awaits :meth:`run` continues when its writes are durable. An operation that raises is rolled back, and
    its exception is raised only in its own task. A failed commit raises in every task of the group.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: list[tuple[Callable[[], Any], asyncio.Future[Any]]] = []
        self._worker: asyncio.Task[None] | None = None

    async def run(self, operation: Callable[[], Result]) -> Result:
        """Run ``operation``, which writes through the same database, and return its result when it is committed."""
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((operation, future))
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._commit_groups())
        return await future

    async def drain(self) -> None:
        """Wait until all operations so far are committed. Cancelling the caller does not stop the commit."""
        if self._worker is not None:
            await asyncio.shield(self._worker)

    async def _commit_groups(self) -> None:
        while self._waiting:
            await asyncio.sleep(0)
            group, self._waiting = self._waiting, []
            try:
                done = await self._commit(group)
            except Exception as error:  # noqa: BLE001 - raised in the tasks that wait
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
        with self._database.translated_errors():
            await self._begin(connection)
            changes = connection.total_changes
            try:
                for operation, future in group:
                    if self._run_one(operation, future, done):
                        continue
                    raise StorageError(str(self._database.path), "the disk is full or cannot be written")
                await asyncio.to_thread(self._database.commit, self._database.count_commit(changes))
            except BaseException:
                self._database.roll_back()
                raise
        return done

    @staticmethod
    async def _begin(connection: sqlite3.Connection) -> None:
        """Begin a transaction. Where another process is writing, wait for it outside the event loop."""
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
        """Run an operation in its own savepoint; False where SQLite rolled back the whole transaction."""
        connection = self._database.connection
        connection.execute("SAVEPOINT one")
        actions = self._database.actions_after_commit
        try:
            result = operation()
        except Exception as error:  # noqa: BLE001 - raised in the task that waits
            if not connection.in_transaction:
                return False
            self._database.roll_back("one", actions=actions)
            if not future.done():
                future.set_exception(error)
        else:
            done.append((future, result))
        connection.execute("RELEASE one")
        return True


def chunks(ids: Iterable[int], size: int) -> Iterator[list[int]]:
    """Lists of at most ``size`` ids, because SQLite limits the number of parameters of a statement."""
    chunk: list[int] = []
    for item in ids:
        chunk.append(item)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _copy(error: Exception) -> Exception:
    """An exception for one task: if several tasks raised the same object, their tracebacks would be mixed."""
    return StorageError(error.path, error.reason) if isinstance(error, StorageError) else error


def _reason(error: sqlite3.Error) -> str | None:
    """The reason of an error of the file or the machine, in a few words; None where the statement is invalid."""
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
