"""The table of runs: each run has a lock file while its process lives, and the claims of dead runs are released."""

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from filelock import FileLock, Timeout

from generator.events import emit
from generator.store.ledger.storage.database import Database
from generator.store.output_folder import LOCKS


class RunLock:
    """The lock file of a run. It is locked while the run's process lives, even if that ends in a crash."""

    def __init__(self, folder: Path, name: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._file = folder / f"{name}.lock"
        self._lock = FileLock(self._file)

    def acquire(self) -> bool:
        """Lock the file; False where a living process has locked it."""
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            return False
        return True

    def release(self) -> None:
        self._lock.release()
        self._file.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Run:
    """A run of the program, with its lock."""

    id: int
    lock: RunLock


class Runs:
    """The runs of one ledger."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._locks = database.path.parent / LOCKS

    def start(self, command: str, argv: Sequence[str], config_hash: str, *, now: str, token: str) -> Run:
        """Start a run, and release the claims of dead runs. In its own transaction where none is open.

        Args:
            token: the name of the run's lock file, unique for each run.
        """
        lock = RunLock(self._locks, token)
        lock.acquire()
        with self._database.transaction():
            cursor = self._database.execute(
                "INSERT INTO run (command, argv, config_hash, lock, started_at) VALUES (?, ?, ?, ?, ?)",
                (command, json.dumps(list(argv)), config_hash, token, now),
            )
            run = Run(int(cursor.lastrowid or 0), lock)
            self._release_dead_claims()
        return run

    def finish(self, run: Run, *, now: str) -> None:
        """End a run; its unfinished jobs can be claimed again. In its own transaction where none is open."""
        with self._database.transaction():
            self._database.execute("UPDATE run SET finished_at = ? WHERE id = ?", (now, run.id))
            self._release_claims(run.id)
        run.lock.release()

    def newest_time(self) -> str | None:
        """When the newest run began; None without one."""
        row = self._database.execute("SELECT max(started_at) FROM run").fetchone()
        found: str | None = row[0]
        return found

    def is_alive(self, run: int) -> bool:
        """Whether the process of a run lives."""
        row = self._database.execute("SELECT lock, finished_at FROM run WHERE id = ?", (run,)).fetchone()
        if row is None or row["finished_at"] is not None:
            return False
        lock = RunLock(self._locks, row["lock"])
        if lock.acquire():
            lock.release()
            return False
        return True

    def _release_dead_claims(self) -> None:
        rows = self._database.execute(
            "SELECT id, lock FROM run WHERE id IN (SELECT claimed_by FROM job WHERE state = 'claimed'"
            " UNION SELECT claimed_by FROM job WHERE state = 'batched' AND claimed_by IS NOT NULL"
            " UNION SELECT claimed_by FROM batch WHERE claimed_by IS NOT NULL)"
        ).fetchall()
        for row in rows:
            lock = RunLock(self._locks, row["lock"])
            if lock.acquire():
                self._release_claims(row["id"])
                lock.release()
                self._database.after_commit(partial(_log_takeover, row["id"]))

    def _release_claims(self, run: int) -> None:
        for claimed in (
            "UPDATE job SET state = 'planned', claimed_by = NULL WHERE claimed_by = ? AND state = 'claimed'",
            "UPDATE job SET claimed_by = NULL WHERE claimed_by = ? AND state = 'batched'",
            "UPDATE batch SET claimed_by = NULL WHERE claimed_by = ?",
        ):
            self._database.execute(claimed, (run,))


def _log_takeover(run: int) -> None:
    text = f"run {run} has ended without finishing: its jobs can be claimed again"
    emit("lock.taken_over", text, level=logging.WARNING, run=run)
