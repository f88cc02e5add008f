"""The table of redrafts: drafts that a person wants to be drafted again, with a note and facts for the model.

A redraft is queued until a run plans a job for it, a new generation of the draft's own job. So cost and history stay
with the draft, and the new messages get a new reply.
"""

from dataclasses import dataclass, fields

from generator.store.ledger.storage.database import Database


@dataclass(frozen=True, slots=True)
class Redraft:
    """What a person wants from the next draft of a question.

    Args:
        note: for the model; empty without one.
        facts: a source that the model may use; empty without any.
        job: the job that was planned for it; None while it is queued.
    """

    id: int
    draft: int
    note: str
    facts: str
    who: str
    asked_at: str
    job: int | None

    @property
    def is_queued(self) -> bool:
        """Whether no run has planned it yet."""
        return self.job is None


_COLUMNS = ", ".join(field.name for field in fields(Redraft))
_NEWEST = (
    "id = (SELECT max(last.id) FROM redraft AS last WHERE last.draft = redraft.draft AND NOT last.withdrawn)"
)


_OPEN = "draft IN (SELECT draft.id FROM draft WHERE state <> 'rejected' AND NOT edited)"


class Redrafts:
    """The redrafts of one ledger. Methods write within the caller's transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def any(self) -> bool:
        """Whether there is any redraft."""
        return self._database.execute("SELECT 1 FROM redraft LIMIT 1").fetchone() is not None

    def newest(self, draft: int) -> Redraft | None:
        """The newest redraft of a draft that was not withdrawn; None without one."""
        row = self._database.execute(
            f"SELECT {_COLUMNS} FROM redraft WHERE draft = ? AND NOT withdrawn ORDER BY id DESC LIMIT 1",
            (draft,),
        ).fetchone()
        return Redraft(*row) if row else None

    def newest_of(self, who: str) -> Redraft | None:
        """The newest redraft that a person asked for and that was not withdrawn; None without one."""
        row = self._database.execute(
            f"SELECT {_COLUMNS} FROM redraft WHERE who = ? AND NOT withdrawn ORDER BY id DESC LIMIT 1", (who,)
        ).fetchone()
        return Redraft(*row) if row else None

    def unfinished(self) -> list[Redraft]:
        """The newest redraft of each draft that nobody rejected or edited, if it is queued or its job has not ended."""
        rows = self._database.execute(
            f"SELECT {_COLUMNS} FROM redraft WHERE {_NEWEST} AND (job IS NULL OR EXISTS"
            " (SELECT 1 FROM job WHERE job.id = redraft.job AND job.state IN ('planned', 'claimed', 'batched')))"
            f" AND {_OPEN} ORDER BY id"
        )
        return [Redraft(*row) for row in rows]

    def queued_count(self) -> int:
        """How many redrafts are queued."""
        count: int = self._database.execute(
            f"SELECT count(*) FROM redraft WHERE job IS NULL AND NOT withdrawn AND {_OPEN}"
        ).fetchone()[0]
        return count

    def ask(self, draft: int, *, note: str, facts: str, who: str, now: str) -> None:
        """Queue a redraft in the place of one that is still queued."""
        self.withdraw(draft)
        self._database.execute(
            "INSERT INTO redraft (draft, note, facts, who, asked_at) VALUES (?, ?, ?, ?, ?)",
            (draft, note, facts, who, now),
        )

    def take(self, redraft: int, job: int) -> None:
        """Record the job that was planned for a redraft."""
        self._database.execute("UPDATE redraft SET job = ? WHERE id = ?", (job, redraft))

    def withdraw(self, draft: int) -> bool:
        """Withdraw the queued redraft of a draft; returns whether there was one."""
        cursor = self._database.execute(
            "UPDATE redraft SET withdrawn = 1 WHERE draft = ? AND job IS NULL AND NOT withdrawn", (draft,)
        )
        return cursor.rowcount > 0
