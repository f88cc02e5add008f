"""The tables of hold-outs: pages that proposals leave alone while an experiment is open, and the pages they are compared with.

Only one hold-out is open at a time. Methods write within the caller's transaction, or in one of their own.
"""

from dataclasses import dataclass

from generator.store.ledger.storage.database import Database

_WAS_REWRITTEN = (
    "is_held_out AND EXISTS (SELECT 1 FROM draft JOIN publication ON publication.draft = draft.id"
    " WHERE draft.replaces = hold_out_page.path AND publication.state = 'published'"
    " AND published_at >= assigned_at AND (ended_at IS NULL OR published_at < ended_at))"
)
"""Whether a rewrite of a held-out page was published while it was held out. The record of the publication ends that."""


@dataclass(frozen=True, slots=True)
class HoldOut:
    """An experiment.

    Args:
        share: of the pages that are held out, 0 to 1.
        seed: of the hash that chooses them.
        ended_at: None while it is open.
    """

    id: int
    share: float
    seed: str
    started_at: str
    ended_at: str | None


class HoldOuts:
    """The hold-outs of one ledger."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def open(self) -> HoldOut | None:
        """The hold-out whose pages are left alone; None without one."""
        return self._one("WHERE ended_at IS NULL")

    def latest(self) -> HoldOut | None:
        """The hold-out that was started last; None without one."""
        return self._one("ORDER BY id DESC LIMIT 1")

    def next_seed(self) -> str:
        """The seed of the next hold-out. It follows from their number, so that nobody chooses it."""
        (number,) = self._database.execute("SELECT count(*) FROM hold_out").fetchone()
        return f"hold-out {number + 1}"

    def held_out(self) -> frozenset[str]:
        """The paths of the pages that are left alone now."""
        current = self.open()
        pages = {} if current is None else self.pages(current)
        return frozenset(path for path, is_held_out in pages.items() if is_held_out)

    def pages(self, hold_out: HoldOut) -> dict[str, bool]:
        """The pages of an experiment by path, with whether they are held out; without those of :meth:`rewritten`."""
        rows = self._database.execute(
            "SELECT path, is_held_out FROM hold_out_page JOIN hold_out ON hold_out.id = hold_out"
            f" WHERE hold_out = ? AND NOT ({_WAS_REWRITTEN}) ORDER BY path",
            (hold_out.id,),
        )
        return {path: bool(held_out) for path, held_out in rows}

    def rewritten(self, hold_out: HoldOut) -> frozenset[str]:
        """The pages that left an experiment: a rewrite was published while they were held out."""
        rows = self._database.execute(
            "SELECT path FROM hold_out_page JOIN hold_out ON hold_out.id = hold_out"
            f" WHERE hold_out = ? AND {_WAS_REWRITTEN}",
            (hold_out.id,),
        )
        return frozenset(path for (path,) in rows)

    def assign(self, path: str, *, held_out: bool, share: float, now: str) -> None:
        """Add a page to the open hold-out, which is started where there is none. A page stays where it was put first.

        Args:
            share: of a hold-out that is started.
        """
        with self._database.transaction():
            current = self.open()
            if current is None:
                self._database.execute(
                    "INSERT INTO hold_out (share, seed, started_at) VALUES (?, ?, ?)",
                    (share, self.next_seed(), now),
                )
                current = self.open()
            assert current is not None
            self._database.execute(
                "INSERT OR IGNORE INTO hold_out_page VALUES (?, ?, ?, ?)",
                (current.id, path, held_out, now),
            )

    def end(self, *, now: str) -> HoldOut | None:
        """End the open hold-out: proposals no longer leave its pages alone. None where none is open."""
        current = self.open()
        if current is not None:
            with self._database.transaction():
                self._database.execute("UPDATE hold_out SET ended_at = ? WHERE id = ?", (now, current.id))
        return current

    def _one(self, where: str) -> HoldOut | None:
        row = self._database.execute(
            f"SELECT id, share, seed, started_at, ended_at FROM hold_out {where}"
        ).fetchone()
        return None if row is None else HoldOut(*row)
