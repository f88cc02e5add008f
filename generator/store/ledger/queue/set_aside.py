"""The table of drafts that a reviewer set aside for later: a state of the review queue, for all reviewers.

A draft is aside until the day that was named, until somebody brings it back, or until it changes: by an edit, a decision
or a new version. Methods write within the caller's transaction.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields

from generator.store.ledger.drafts.rows import DraftRow
from generator.store.ledger.storage.database import Database

IS_ASIDE = "set_aside.ended_at IS NULL AND (set_aside.until IS NULL OR set_aside.until > ?)"
"""The condition, in SQL, that a draft that has not changed is aside. The parameter is today's date."""
ASIDE = (
    "SELECT set_aside.draft FROM set_aside JOIN draft AS own"
    f" ON own.id = set_aside.draft AND own.lock = set_aside.lock WHERE {IS_ASIDE}"
)
"""The drafts that are aside, in SQL. The parameter is today's date."""

SET_ASIDE = "set aside"
"""The name of what a :class:`SetAsideRow` records, in messages."""
SET_ASIDE_AGAIN = "set aside again"
"""The same of drafts that were aside before, and are so again after the undo."""


@dataclass(frozen=True, slots=True)
class SetAsideRow:
    """A draft that was set aside.

    Args:
        until: the day on which it comes back, YYYY-MM-DD; None for no day.
        bulk: the number that drafts set aside together share; None for a single one.
        after_decision, after_proposal, after_cluster: the ids of the newest decisions on a draft, a proposal and a
            cluster at that moment, 0 without one. They say what came later; a clock can be set back.
        replaces: the id of the row that it ended, because the draft was aside already; None without one.
    """

    id: int
    draft: int
    until: str | None
    note: str | None
    who: str
    at: str
    bulk: int | None
    after_decision: int
    after_proposal: int
    after_cluster: int
    replaces: int | None


_COLUMNS = ", ".join(f"set_aside.{field.name}" for field in fields(SetAsideRow))
_NEWEST = (
    "SELECT (SELECT coalesce(max(bulk), 0) FROM set_aside), (SELECT coalesce(max(id), 0) FROM decision),"
    " (SELECT coalesce(max(id), 0) FROM proposal_decision), (SELECT coalesce(max(id), 0) FROM duplicate_decision)"
)


class SetAsideTable:
    """The drafts of one ledger that are or were aside.

    Args:
        now: returns the time in the ledger's format.
    """

    def __init__(self, database: Database, now: Callable[[], str]) -> None:
        self._database = database
        self._now = now

    def of(self, drafts: Sequence[int]) -> dict[int, SetAsideRow]:
        """Those of these drafts that are aside now, by draft."""
        found = self._find("set_aside.draft IN (SELECT value FROM json_each(?2))", json.dumps(list(drafts)))
        return {row.draft: row for row in found}

    def all(self) -> dict[int, SetAsideRow]:
        """Everything that is aside now, by draft."""
        return {row.draft: row for row in self._find("1")}

    def last(self, *, who: str | None = None, draft: int | None = None) -> SetAsideRow | None:
        """The newest row that is aside now, of a person or about a draft; None without one."""
        found = self._find(
            "(?2 IS NULL OR set_aside.who = ?2) AND (?3 IS NULL OR set_aside.draft = ?3)", who, draft
        )
        return found[-1] if found else None

    def same_bulk(self, row: SetAsideRow) -> list[SetAsideRow]:
        """The rows set aside together with this one, and itself, that are aside now, oldest first."""
        return self._find("set_aside.id = ?2 OR set_aside.bulk = ?3", row.id, row.bulk)

    def put(
        self, drafts: Sequence[DraftRow], *, until: str | None, note: str | None, who: str, is_bulk: bool
    ) -> None:
        """Set drafts aside as they are; one that is aside already gets the new day and note, until that is undone."""
        at = self._now()
        before = self.all()
        self.end([draft.id for draft in drafts], who=who)
        last, *newest = self._database.execute(_NEWEST).fetchone()
        for draft in drafts:
            bulk = last + 1 if is_bulk else None
            replaced = before.get(draft.id)
            self._database.execute(
                "INSERT INTO set_aside (draft, lock, until, note, who, at, bulk, after_decision, after_proposal,"
                " after_cluster, replaces) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    draft.id,
                    draft.lock,
                    until,
                    note,
                    who,
                    at,
                    bulk,
                    *newest,
                    replaced.id if replaced else None,
                ),
            )

    def end(self, drafts: Sequence[int], *, who: str) -> None:
        """Bring drafts back, if they are aside."""
        for draft in drafts:
            self._database.execute(
                "UPDATE set_aside SET ended_at = ?, ended_by = ? WHERE draft = ? AND ended_at IS NULL",
                (self._now(), who, draft),
            )

    def undo(self, rows: Sequence[SetAsideRow], *, who: str) -> None:
        """Bring drafts back; one that was aside before is aside again, as it was."""
        self.end([row.draft for row in rows], who=who)
        for row in rows:
            self._database.execute(
                "UPDATE set_aside SET ended_at = NULL, ended_by = NULL WHERE id = ?", (row.replaces,)
            )

    def _find(self, condition: str, *values: str | int | None) -> list[SetAsideRow]:
        rows = self._database.execute(
            f"SELECT {_COLUMNS} FROM set_aside JOIN draft ON draft.id = set_aside.draft"
            f" AND draft.lock = set_aside.lock WHERE {IS_ASIDE.replace('?', '?1')} AND ({condition})"
            " ORDER BY set_aside.id",
            (self._now()[:10], *values),
        )
        return [SetAsideRow(*row) for row in rows]
