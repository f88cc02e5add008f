"""The tables of the review page's links and sign-ins, as hashes: what the ledger has lets nobody in."""

from generator.store.ledger.storage.database import Database
from generator.store.ledger.storage.hashes import hash_of


class ReviewLinks:
    """The links of one ledger that sign reviewers in, and the cookies that they have set.

    A link stays valid until :meth:`end_all`, so restarts of a server and further servers accept it. Each method reads or
    writes in a transaction of its own.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, token: str, reviewer: str, *, now: str) -> None:
        """Store a new link. ``token`` must be random, with at least 128 bits."""
        with self._database.transaction():
            self._database.execute(
                "INSERT INTO review_link VALUES (?, ?, ?)", (hash_of(token), reviewer, now)
            )

    def reviewer_of(self, token: str) -> str | None:
        """The reviewer whose link has this token; None without one."""
        return self._name("SELECT reviewer FROM review_link WHERE hash = ?", (hash_of(token),))

    def has_link(self, reviewer: str) -> bool:
        """Whether a reviewer has a link."""
        return (
            self._name("SELECT reviewer FROM review_link WHERE reviewer = ? LIMIT 1", (reviewer,)) is not None
        )

    def sign_in(self, cookie: str, reviewer: str, port: int, *, now: str) -> None:
        """Store that the cookie with this value is a reviewer's, on the server at this port."""
        with self._database.transaction():
            self._database.execute(
                "INSERT OR IGNORE INTO review_sign_in VALUES (?, ?, ?, ?)",
                (hash_of(cookie), reviewer, port, now),
            )

    def signed_in(self, cookie: str, port: int) -> str | None:
        """The reviewer whose cookie has this value on the server at this port; None without one."""
        return self._name(
            "SELECT reviewer FROM review_sign_in WHERE hash = ? AND port = ?", (hash_of(cookie), port)
        )

    def end_all(self) -> None:
        """End all links and sign-ins, on every server of this ledger."""
        with self._database.transaction():
            self._database.execute("DELETE FROM review_link")
            self._database.execute("DELETE FROM review_sign_in")

    def _name(self, sql: str, parameters: tuple[str | int, ...]) -> str | None:
        row = self._database.execute(sql, parameters).fetchone()
        return str(row[0]) if row else None
