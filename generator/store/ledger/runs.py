"""Runs of the program, and how the living are told from the dead."""

from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout


class RunLock:
    """Tells the living from the dead: held by a run's process until it ends, however it ends."""

    def __init__(self, folder: Path, name: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.name = name
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
