"""The table of draft files: their size and modification time at the last reading, so only changed files are read."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from generator.content.states import DraftState
from generator.store.files import FileStamp, read_file, sha256
from generator.store.ledger.storage.database import Database


class DraftFiles:
    """The draft files of one ledger, as they were last read."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, output_dir: Path, draft: int, path: str, sha: str) -> None:
        """Record that a draft's file has the bytes with the hash ``sha``; does nothing if it has others.

        In its own transaction where none is open.

        Args:
            path: the file's path below the output folder.
        """
        # Before the file is read, so a change during the reading is visible as a new stamp.
        stamp = _stamp(output_dir / path)
        data = read_file(output_dir / path)
        if stamp is not None and data is not None and sha256(data) == sha:
            with self._database.transaction():
                self._insert(draft, path, sha, stamp)

    def is_recorded(self, draft: int, path: str, sha: str) -> bool:
        """Whether a draft's file had these bytes when it was last read: if so, other bytes now are an edit."""
        row = self._database.execute("SELECT path, sha FROM draft_file WHERE draft = ?", (draft,)).fetchone()
        return row is not None and (row["path"], row["sha"]) == (path, sha)

    def _insert(self, draft: int, path: str, sha: str, stamp: FileStamp) -> None:
        self._database.execute(
            "INSERT OR REPLACE INTO draft_file VALUES (?, ?, ?, ?, ?)", (draft, path, sha, *stamp)
        )

    def find_changed(
        self, output_dir: Path, states: Sequence[DraftState]
    ) -> Iterator[tuple[int, FileStamp | None]]:
        """The drafts in these states whose file does not have their bytes.

        Returns:
            The id of each draft with the stamp of its file; None for the stamp where the file is missing or empty.
        """
        rows = self._database.execute(
            "SELECT draft.id, draft.path, draft.sha, seen.path, seen.sha, seen.mtime_ns, seen.size"
            " FROM draft LEFT JOIN draft_file AS seen ON seen.draft = draft.id"
            f" WHERE draft.path IS NOT NULL AND draft.sha IS NOT NULL AND state IN ({', '.join('?' * len(states))})",
            tuple(states),
        ).fetchall()
        same: list[tuple[int, str, str, FileStamp]] = []
        for draft, path, sha, *recorded in rows:
            stamp = _stamp(output_dir / path)
            if stamp is None or stamp.size == 0:
                yield draft, None
            elif recorded != [path, sha, *stamp]:
                data = read_file(output_dir / path)
                if data is not None and sha256(data) == sha:
                    same.append((draft, path, sha, stamp))
                else:
                    yield draft, stamp
        if same:
            with self._database.transaction():
                for values in same:
                    self._insert(*values)


def _stamp(file: Path) -> FileStamp | None:
    try:
        return FileStamp.of(file.stat())
    except OSError:
        return None
