"""Counts the commits of a ledger, in the ledger and in a file of the output folder, so that lost commits are noticed.

SQLite keeps the newest commits in the ``-wal`` file until it copies them into the ledger. If that file is deleted, or the
ledger is replaced by an older state of itself, SQLite opens the older state without an error.

The file is written when a commit is durable, so it never counts a commit that a power failure can undo. A copy made with
``generator backup`` belongs to no series of commits: it may replace any ledger, and begins a new series then.
"""

import os
import re
import secrets
import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from generator.content.display import plural
from generator.errors import StorageError
from generator.store.output_folder import COMMITS

_LINE = re.compile(rb"([0-9a-f]{16}) ([0-9]{20})\n")
_READ_BYTES = 64


class _Count(NamedTuple):
    series: str
    commits: int


class CommitCounter:
    """The commits of one ledger, counted by one connection.

    Args:
        ledger: the ledger's file.
    """

    def __init__(self, ledger: Path) -> None:
        self._ledger = ledger
        self._file = ledger.parent / COMMITS
        self._series = ""
        """The series that the file is known to name; empty where it names none."""

    def check(self, connection: sqlite3.Connection) -> None:
        """Refuse a ledger that lacks commits which it had.

        Raises:
            StorageError: it does.
        """
        # Another process may be writing the file: only what is read twice counts.
        if not all(self._lost(connection) for _ in range(2)):
            return
        raise StorageError(
            str(self._ledger),
            f"lacks its last {plural(self._lost(connection), 'commit')}, because its -wal file was deleted or an older"
            " copy stands in its place: put the missing file back, or replace the ledger by a copy made with generator"
            f" backup; to go on without them, and pay again for what they contain, delete {self._file}",
        )

    def _lost(self, connection: sqlite3.Connection) -> int:
        """How many commits the file counts that the ledger does not have."""
        recorded = self._read()  # before the ledger, which may have more commits by then, but not fewer
        held = _held(connection)
        if recorded is None or held is None or recorded.series != held.series:
            return 0
        return max(0, recorded.commits - held.commits)

    def count(self, connection: sqlite3.Connection) -> "Commit | None":
        """Count the open transaction as one more commit, which is to be recorded when it is durable."""
        row = connection.execute(
            "UPDATE commit_count SET commits = commits + 1 RETURNING series, commits"
        ).fetchone()
        if row is None:
            return None
        series, commits = row
        begins_series = not series or (series != self._series and not self._names(series))
        if begins_series:
            series = secrets.token_hex(8)
            connection.execute("UPDATE commit_count SET series = ?", (series,))
        return Commit(series, commits, begins_series)

    def record(self, commit: "Commit") -> None:
        """Write the number of a durable commit to the file. A failure only means that a later loss is not noticed."""
        line = f"{commit.series} {commit.number:020d}\n".encode()
        with suppress(OSError):
            try:
                self._write(line)
            except FileNotFoundError:
                self._file.parent.mkdir(parents=True, exist_ok=True)
                self._write(line)
            self._series = commit.series

    def _names(self, series: str) -> bool:
        """Whether the file names this series: another process may have begun it."""
        recorded = self._read()
        if recorded is None or recorded.series != series:
            return False
        self._series = series
        return True

    def _read(self) -> _Count | None:
        """The content of the file; None without one, and where it cannot be read."""
        try:
            with self._file.open("rb") as file:
                match = _LINE.fullmatch(file.read(_READ_BYTES))
        except OSError:
            return None
        return _Count(match[1].decode(), int(match[2])) if match else None

    def _write(self, line: bytes) -> None:
        handle = os.open(self._file, os.O_WRONLY | os.O_CREAT, 0o666)
        try:
            os.write(handle, line)  # every line has the same length, so that nothing of the last one is left
        finally:
            os.close(handle)


class Commit(NamedTuple):
    """A counted commit: its number in its series, and whether the series begins with it."""

    series: str
    number: int
    begins_series: bool


def leave_series(connection: sqlite3.Connection) -> None:
    """Take a copy of a ledger out of the series of commits of the original."""
    connection.execute("UPDATE commit_count SET series = ''")


def _held(connection: sqlite3.Connection) -> _Count | None:
    row = connection.execute("SELECT series, commits FROM commit_count").fetchone()
    return None if row is None else _Count(*row)
