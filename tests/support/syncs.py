"""Which files and folders were made durable, for tests of what is on the disk when a command has ended."""

import os
from pathlib import Path

import pytest


class Syncs:
    """Records what is synced from now on. A file keeps its number when it is renamed."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._numbers: set[int] = set()
        sync = os.fsync

        def record(handle: int) -> None:
            self._numbers.add(os.fstat(handle).st_ino)
            sync(handle)

        monkeypatch.setattr(os, "fsync", record)

    def has(self, *paths: Path) -> bool:
        """Whether all of these were synced."""
        return all(path.stat().st_ino in self._numbers for path in paths)
