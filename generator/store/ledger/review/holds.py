"""The table of holds: who has a draft open in the review page. Advice for other reviewers, never a lock.

A person's tabs of the browser are one hold. Every server of the ledger sees the holds of the others.
"""

from generator.store.ledger.storage.database import Database


class DraftHolds:
    """The holds on the drafts of one ledger. Methods that write open their own transaction if none is open."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def hold(self, draft: int, who: str, tab: str, *, now: str, expired: str) -> None:
        """Record that a person has a draft open in a tab, and forget the holds that were last seen before ``expired``."""
        with self._database.transaction():
            self._database.execute("DELETE FROM draft_hold WHERE seen_at < ?", (expired,))
            self._database.execute(
                "INSERT OR REPLACE INTO draft_hold (draft, who, tab, seen_at) VALUES (?, ?, ?, ?)",
                (draft, who, tab, now),
            )

    def leave(self, draft: int, who: str, tab: str) -> None:
        """Record that a tab does not have a draft open any more."""
        with self._database.transaction():
            self._database.execute(
                "DELETE FROM draft_hold WHERE draft = ? AND who = ? AND tab = ?", (draft, who, tab)
            )

    def open(self, *, expired: str, but: str, draft: int | None = None) -> dict[int, list[str]]:
        """Who has which draft open, by draft, in the order of names.

        Args:
            expired: holds that were last seen before this time do not count.
            but: the person whose holds do not count.
            draft: of this draft alone; None for all drafts.
        """
        found: dict[int, list[str]] = {}
        rows = self._database.execute(
            "SELECT DISTINCT draft, who FROM draft_hold WHERE seen_at >= :expired AND who <> :but"
            " AND (:draft IS NULL OR draft = :draft) ORDER BY draft, who",
            {"expired": expired, "but": but, "draft": draft},
        )
        for number, who in rows:
            found.setdefault(number, []).append(who)
        return found
