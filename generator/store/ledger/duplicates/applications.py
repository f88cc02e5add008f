"""The tables of applications: which files were changed for decided clusters, and their bytes before.

A change is recorded before the file is written, so that an interrupted application can be continued or undone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from generator.store.ledger.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Application:
    """One application of decisions to the content folder."""

    id: int
    who: str
    started_at: str


class RecordedChange(NamedTuple):
    """A changed file.

    Args:
        path: relative to the content folder.
        before: the SHA-256 of the file before, under which its bytes are stored.
        after: the SHA-256 of the file after.
    """

    path: str
    before: str
    after: str


class Applications:
    """The applications of one ledger. Methods write within the caller's transaction."""

    def __init__(self, ledger: Ledger) -> None:
        self._database = ledger.database
        self._blobs = ledger.blobs

    def begin(self, *, who: str, now: str) -> Application:
        """Start an application, or continue one that was interrupted."""
        found = self._last("finished_at IS NULL AND undone_at IS NULL")
        if found is not None:
            return found
        cursor = self._database.execute(
            "INSERT INTO duplicate_application (who, started_at) VALUES (?, ?)", (who, now)
        )
        return Application(int(cursor.lastrowid or 0), who, now)

    def finish(self, application: Application, *, now: str) -> None:
        """Record that all its files are written."""
        self._database.execute(
            "UPDATE duplicate_application SET finished_at = ? WHERE id = ?", (now, application.id)
        )

    def last(self) -> Application | None:
        """The newest application that is not undone; None without one."""
        return self._last("undone_at IS NULL")

    def record(self, application: Application, change: RecordedChange, before: bytes) -> None:
        """Record a change before its file is written; ``before`` is the whole file."""
        self._blobs.put(before)
        self._database.execute(
            "INSERT OR IGNORE INTO duplicate_change (application, path, before, after) VALUES (?, ?, ?, ?)",
            (application.id, *change),
        )

    def changes(self, application: Application) -> Iterator[RecordedChange]:
        """The changes of an application, newest first."""
        rows = self._database.execute(
            "SELECT path, before, after FROM duplicate_change WHERE application = ? ORDER BY id DESC",
            (application.id,),
        ).fetchall()
        return (RecordedChange(*row) for row in rows)

    def data_before(self, change: RecordedChange) -> bytes:
        """The bytes of a file before a change.

        Raises:
            StorageError: they are damaged or missing.
        """
        return self._blobs.get(change.before)

    def set_undone(self, application: Application, *, now: str) -> None:
        """Record that the files of an application are restored."""
        self._database.execute(
            "UPDATE duplicate_application SET undone_at = ? WHERE id = ?", (now, application.id)
        )

    def _last(self, condition: str) -> Application | None:
        row = self._database.execute(
            f"SELECT id, who, started_at FROM duplicate_application WHERE {condition} ORDER BY id DESC LIMIT 1"
        ).fetchone()
        return Application(*row) if row else None
