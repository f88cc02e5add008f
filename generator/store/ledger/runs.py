"""The table of runs: each holds a lock while its process lives, and what a dead one claimed is released."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from generator.store.ledger.database import Database
from generator.store.output_folder import LOCKS


class RunLock:
    """Shows whether a run is alive: its process holds the lock until it ends, however it ends."""

    def __init__(self, folder: Path, name: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._file = folder / f"{name}.lock"
        self._lock = FileLock(self._file)

    def acquire(self) -> bool:
        """Take the lock; False where a living process holds it."""
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
    """A run of the program, alive as long as it holds its lock."""

    id: int
    lock: RunLock


class Runs:
    """The runs of one ledger."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._locks = database.path.parent / LOCKS

    def start(self, command: str, argv: Sequence[str], config_hash: str, *, now: str, token: str) -> Run:
        """Open a run and release the claims of runs that died."""
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
        """Close a run; jobs it claimed and did not end can be claimed again."""
        with self._database.transaction():
            self._database.execute("UPDATE run SET finished_at = ? WHERE id = ?", (now, run.id))
            self._release_claims(run.id)
        run.lock.release()

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

    def _release_claims(self, run: int) -> None:
        for claimed in (
            "UPDATE job SET state = 'planned', claimed_by = NULL WHERE claimed_by = ? AND state = 'claimed'",
            "UPDATE job SET claimed_by = NULL WHERE claimed_by = ? AND state = 'batched'",
            "UPDATE batch SET claimed_by = NULL WHERE claimed_by = ?",
        ):
            self._database.execute(claimed, (run,))
