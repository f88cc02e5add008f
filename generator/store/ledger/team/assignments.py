"""The tables of reviewers and of assignments: which draft is assigned to whom, and who assigned it.

A draft that nobody assigned belongs to the owner that its list names, if this is a reviewer who may edit. Methods
write within the caller's transaction.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from generator.content.review.reviewers import Reviewer
from generator.store.ledger.question_details import DETAILS_OF_JOBS
from generator.store.ledger.storage.database import Database

_CHUNK = 500
_IS_OWNER = "reviewer.name = detail.owner AND reviewer.role <> 'read'"
_OWNED = f"SELECT job.id FROM {DETAILS_OF_JOBS} JOIN reviewer ON {_IS_OWNER}"
_ASSIGNED = "SELECT draft FROM assignment WHERE is_last = 1"

ASSIGNED_TO = (
    f"(draft.id IN ({_ASSIGNED} AND reviewer = ?)"
    f" OR (draft.job IN ({_OWNED} WHERE reviewer.name = ?) AND draft.id NOT IN ({_ASSIGNED})))"
)
"""The condition, in SQL, that a draft is assigned to a person; the name is the parameter, twice."""
UNASSIGNED = (
    f"(draft.id IN ({_ASSIGNED} AND reviewer IS NULL)"
    f" OR (draft.id NOT IN ({_ASSIGNED}) AND draft.job NOT IN ({_OWNED})))"
)
"""The condition, in SQL, that a draft is assigned to nobody."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """To whom a draft is assigned.

    Args:
        reviewer: their name.
        who, at: who assigned it and when; None where the list names the reviewer as its owner.
    """

    reviewer: str
    who: str | None = None
    at: str | None = None


class Assignments:
    """The reviewers and the assignments of one ledger."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # reviewers

    def register(self, reviewers: Iterable[Reviewer], *, now: str) -> None:
        """Record who has a link to the review page, and in which role."""
        for reviewer in reviewers:
            self._database.execute(
                "INSERT INTO reviewer VALUES (?, ?, ?) ON CONFLICT (name)"
                " DO UPDATE SET role = excluded.role, seen_at = excluded.seen_at",
                (reviewer.name, reviewer.role, now),
            )

    def reviewers(self) -> list[Reviewer]:
        """Everybody who ever had a link, by name, in the role of the newest one."""
        rows = self._database.execute("SELECT name, role FROM reviewer ORDER BY name")
        return [Reviewer(*row) for row in rows]

    def names(self) -> list[str]:
        """The names of the reviewers who may edit, and of everybody to whom a draft is assigned."""
        rows = self._database.execute(
            "SELECT name FROM reviewer WHERE role <> 'read'"
            " UNION SELECT reviewer FROM assignment WHERE is_last = 1 AND reviewer IS NOT NULL ORDER BY 1"
        )
        return list({row[0].casefold(): row[0] for row in rows}.values())

    def deciders(self) -> list[str]:
        """The names of everybody who ever approved or rejected a draft."""
        rows = self._database.execute(
            "SELECT DISTINCT who FROM decision WHERE decision IN ('approved', 'rejected') AND before <> 'publishing'"
            " AND undoes IS NULL ORDER BY who"
        )
        return [row[0] for row in rows]

    # assignments

    def of(self, drafts: Sequence[int]) -> dict[int, Assignment]:
        """The assignments of some drafts, by draft; those that have one."""
        found: dict[int, Assignment] = {}
        for start in range(0, len(drafts), _CHUNK):
            chunk = tuple(drafts[start : start + _CHUNK])
            rows = self._database.execute(
                "SELECT draft.id, CASE WHEN own.id IS NULL THEN reviewer.name ELSE own.reviewer END, own.who, own.at"
                " FROM draft LEFT JOIN assignment AS own ON own.draft = draft.id AND own.is_last = 1"
                " LEFT JOIN job ON job.id = draft.job AND job.kind = 'answer'"
                " LEFT JOIN question_details AS detail ON detail.identity = job.identity AND own.id IS NULL"
                f" LEFT JOIN reviewer ON {_IS_OWNER} WHERE draft.id IN ({', '.join('?' * len(chunk))})",
                chunk,
            )
            found |= {draft: Assignment(name, who, at) for draft, name, who, at in rows if name is not None}
        return found

    def is_assigned(self, draft: int, name: str) -> bool:
        """Whether a draft is assigned to the person with this name."""
        row = self._database.execute(
            f"SELECT 1 FROM draft WHERE id = ? AND {ASSIGNED_TO}", (draft, name, name)
        ).fetchone()
        return row is not None

    def assign(self, draft: int, reviewer: str | None, *, who: str, now: str) -> None:
        """Assign a draft to a reviewer, or to nobody. Earlier assignments stay recorded."""
        self._database.execute("UPDATE assignment SET is_last = 0 WHERE draft = ? AND is_last = 1", (draft,))
        self._database.execute(
            "INSERT INTO assignment (draft, reviewer, who, at, is_last) VALUES (?, ?, ?, ?, 1)",
            (draft, reviewer, who, now),
        )
