"""The table of comments on drafts: what people wrote about them without a decision. No text is ever changed.

Methods write within the caller's transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import NamedTuple

from generator.store.ledger.drafts.rows import StaleDraft
from generator.store.ledger.storage.database import Database

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment on a draft.

    Args:
        field: the field that it is about; None where it is about the whole draft.
        text: exactly as it was written.
        resolved_by, resolved_at: who resolved it and when; None while it is open.
    """

    id: int
    draft: int
    field: str | None
    text: str
    who: str
    at: str
    resolved_by: str | None = None
    resolved_at: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether nobody has resolved it."""
        return self.resolved_at is None


class OpenComments(NamedTuple):
    """The open comments of a draft: how many there are, and the newest one."""

    number: int
    newest: Comment


_COLUMNS = ", ".join(field.name for field in fields(Comment))


class Comments:
    """The comments of one ledger."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, draft: int) -> list[Comment]:
        """Every comment on a draft, oldest first."""
        rows = self._database.execute(f"SELECT {_COLUMNS} FROM comment WHERE draft = ? ORDER BY id", (draft,))
        return [Comment(*row) for row in rows]

    def open_of(self, drafts: Sequence[int]) -> dict[int, OpenComments]:
        """The open comments of some drafts, by draft; those that have some."""
        found: dict[int, OpenComments] = {}
        for start in range(0, len(drafts), _CHUNK):
            chunk = tuple(drafts[start : start + _CHUNK])
            rows = self._database.execute(
                f"SELECT {_COLUMNS} FROM comment WHERE resolved_at IS NULL AND draft IN ({', '.join('?' * len(chunk))})"
                " ORDER BY id",
                chunk,
            )
            for comment in (Comment(*row) for row in rows):
                before = found.get(comment.draft)
                found[comment.draft] = OpenComments(before.number + 1 if before else 1, comment)
        return found

    def add(self, draft: int, text: str, *, field: str | None, who: str, now: str) -> Comment:
        """Record a comment."""
        cursor = self._database.execute(
            "INSERT INTO comment (draft, field, text, who, at) VALUES (?, ?, ?, ?, ?)",
            (draft, field, text, who, now),
        )
        return Comment(int(cursor.lastrowid or 0), draft, field, text, who, now)

    def set_resolved(self, comment: Comment, *, is_resolved: bool, who: str, now: str) -> None:
        """Resolve a comment, or open it again.

        Raises:
            StaleDraft: somebody else did so since ``comment`` was read.
        """
        resolved = (who, now) if is_resolved else (None, None)
        cursor = self._database.execute(
            "UPDATE comment SET resolved_by = ?, resolved_at = ? WHERE id = ? AND resolved_at IS ?",
            (*resolved, comment.id, comment.resolved_at),
        )
        if cursor.rowcount != 1:
            raise StaleDraft(f"comment {comment.id} was changed by someone else meanwhile")
