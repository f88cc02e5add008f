"""Reads what people did in a period from the tables of decisions and comments. Nothing is stored for it."""

from typing import NamedTuple

from generator.store.ledger.decision_log import PROGRAM
from generator.store.ledger.storage.database import Database

_PERIOD = "at >= :since AND at < :until"


class DraftWork(NamedTuple):
    """One step of a person on a draft: ``decision`` is its new state, ``sha`` the hash of its bytes.

    ``is_edit`` is whether the step before it left other bytes.
    """

    who: str
    draft: int
    decision: str
    before: str | None
    sha: str | None
    is_edit: bool
    is_undone: bool


class OtherWork(NamedTuple):
    """Decisions of a person on proposals or on clusters: those that stand, and those that were undone."""

    who: str
    standing: int
    undone: int


class WorkLog:
    """The work of all people in one ledger. A period has ``since`` and excludes ``until``, both in the ledger's format."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def on_drafts(self, since: str, until: str, *, who: str | None = None) -> list[DraftWork]:
        """Every step on a draft, oldest first, undone ones included; undoing itself is no step.

        Args:
            who: only those of this person.
        """
        of_person = "who = :who AND " if who is not None else ""
        rows = self._database.execute(
            "SELECT who, draft, decision, before, sha, sha IS NOT (SELECT earlier.sha FROM decision AS earlier"
            " WHERE earlier.draft = decision.draft AND earlier.id < decision.id ORDER BY earlier.id DESC LIMIT 1),"
            " EXISTS (SELECT 1 FROM decision AS later WHERE later.undoes = decision.id) FROM decision"
            f" WHERE {of_person}{_PERIOD} AND undoes IS NULL AND who <> :program ORDER BY id",
            {"since": since, "until": until, "program": PROGRAM, "who": who},
        )
        return [
            DraftWork(who_did, draft, decision, before, sha, bool(edit), bool(undone))
            for who_did, draft, decision, before, sha, edit, undone in rows
        ]

    def on_proposals(self, since: str, until: str) -> list[OtherWork]:
        """The decisions on proposals by person."""
        decided = "decision IN ('approved', 'rejected', 'skipped')"
        return self._counts("proposal_decision", decided, since, until)

    def on_clusters(self, since: str, until: str) -> list[OtherWork]:
        """The decisions on clusters of duplicate pages by person."""
        return self._counts("duplicate_decision", "1", since, until)

    def comments(self, since: str, until: str) -> dict[str, int]:
        """The number of comments by person."""
        rows = self._database.execute(
            f"SELECT who, count(*) FROM comment WHERE {_PERIOD} GROUP BY who",
            {"since": since, "until": until},
        )
        return dict(tuple(row) for row in rows)

    def _counts(self, table: str, condition: str, since: str, until: str) -> list[OtherWork]:
        undone = f"EXISTS (SELECT 1 FROM {table} AS later WHERE later.undoes = {table}.id)"
        rows = self._database.execute(
            f"SELECT who, sum(NOT {undone}), sum({undone}) FROM {table}"
            f" WHERE {_PERIOD} AND {condition} AND undoes IS NULL AND who <> :program GROUP BY who ORDER BY who",
            {"since": since, "until": until, "program": PROGRAM},
        )
        return [OtherWork(*row) for row in rows]
