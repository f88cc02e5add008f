"""The table of redrafts: drafts that a person wants to be drafted again, with a note and facts for the model.

A redraft is queued until a run plans a job for it, a new generation of the draft's own job. So cost and history stay
with the draft, and the new messages get a new reply.
"""

from dataclasses import dataclass, fields

from generator.content.states import REDRAFTABLE
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


_STATES = ", ".join(f"'{state}'" for state in REDRAFTABLE)
_OPEN = f"EXISTS (SELECT 1 FROM draft AS own WHERE own.id = redraft.draft AND own.state IN ({_STATES}) AND NOT own.edited)"
_QUEUED = f"job IS NULL AND NOT withdrawn AND {_OPEN}"


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
        return next(iter(self._find("who = ? AND NOT withdrawn", who)[::-1]), None)

    def sent(self, draft: int) -> list[Redraft]:
        """Every redraft of a draft that a run planned a job for, oldest first."""
        return self._find("draft = ? AND job IS NOT NULL", draft)

    def queued_of(self, draft: int) -> Redraft | None:
        """The queued redraft of a draft; None without one, or if a person decided on the draft or edited it since."""
        return next(iter(self._find(f"draft = ? AND {_QUEUED}", draft)[::-1]), None)

    def queued_drafts(self) -> set[int]:
        """The drafts with a queued redraft, as for :meth:`queued_of`."""
        return {redraft.draft for redraft in self._find(_QUEUED)}

    def unfinished(self) -> list[Redraft]:
        """The newest redraft of each draft that nobody decided on or edited, if it is queued or its job has not ended."""
        return self._find(
            f"{_NEWEST} AND (job IS NULL OR EXISTS"
            " (SELECT 1 FROM job WHERE job.id = redraft.job AND job.state IN ('planned', 'claimed', 'batched')))"
            f" AND {_OPEN}"
        )

    def queued_count(self) -> int:
        """How many redrafts are queued, as for :meth:`queued_of`."""
        count: int = self._database.execute(f"SELECT count(*) FROM redraft WHERE {_QUEUED}").fetchone()[0]
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

    def _find(self, condition: str, *values: int | str) -> list[Redraft]:
        rows = self._database.execute(f"SELECT {_COLUMNS} FROM redraft WHERE {condition} ORDER BY id", values)
        return [Redraft(*row) for row in rows]
