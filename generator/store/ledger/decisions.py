"""The table of decisions: every step of a draft, appended, never changed, and found again to be taken back."""

from dataclasses import dataclass

from generator.content.states import DraftState
from generator.store.ledger.database import Database

PROGRAM = "generator"
"""Who decides where no person does."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One step in a draft's life. A near duplicate that a person allows stays one until it is drafted.

    ``covered`` is, of an approval, the hash of the bytes that it covers; ``bulk`` is shared by decisions taken
    as one; ``undoes`` names the decision that this one takes back.
    """

    id: int
    decision: DraftState
    before: DraftState
    sha: str | None
    who: str
    at: str
    note: str | None
    covered: str | None = None
    bulk: int | None = None
    undoes: int | None = None

    @property
    def allows(self) -> bool:
        """Whether a person wants a near duplicate drafted."""
        return self.decision == self.before == "near_duplicate" and self.who != PROGRAM


@dataclass(frozen=True, slots=True)
class TakenDecision:
    """A decision with the draft it is about."""

    draft: int
    decision: Decision


_COLUMNS = "id, decision, before, sha, who, at, note, covered, bulk, undoes"
# Nothing happened to the draft since, and what was allowed is not under way.
_CAN_BE_UNDONE = (
    "id = (SELECT max(last.id) FROM decision AS last WHERE last.draft = decision.draft)"
    " AND (decision <> 'near_duplicate' OR EXISTS (SELECT 1 FROM draft JOIN job ON job.id = draft.job"
    " WHERE draft.id = decision.draft AND job.state = 'planned'))"
)


class Decisions:
    """The decisions about the drafts of one ledger. Methods write within the caller's transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, draft: int) -> list[Decision]:
        """Every step of a draft's life, oldest first."""
        rows = self._database.execute(
            f"SELECT {_COLUMNS} FROM decision WHERE draft = ? ORDER BY id", (draft,)
        )
        return [Decision(*row) for row in rows]

    def approval(self, draft: int) -> Decision | None:
        """The newest approval of a draft."""
        row = self._database.execute(
            f"SELECT {_COLUMNS} FROM decision WHERE draft = ? AND decision = 'approved' AND before != 'publishing'"
            " ORDER BY id DESC LIMIT 1",
            (draft,),
        ).fetchone()
        return Decision(*row) if row else None

    def last_of(self, who: str, *, undoable: bool = False) -> TakenDecision | None:
        """The newest approval, rejection or allowance by a person that was not taken back; ``undoable``, that can be."""
        return self._taken("who = ?", who, undoable)

    def last_on(self, draft: int, *, undoable: bool = False) -> TakenDecision | None:
        """The newest approval, rejection or allowance of a draft, as in :meth:`last_of`."""
        return self._taken("draft = ?", draft, undoable)

    def together(self, bulk: int, *, undoable: bool = False) -> list[TakenDecision]:
        """The decisions of one bulk (``undoable``, those that can be taken back), oldest first."""
        where = f"bulk = ? AND undoes IS NULL{f' AND {_CAN_BE_UNDONE}' if undoable else ''}"
        rows = self._database.execute(
            f"SELECT draft, {_COLUMNS} FROM decision WHERE {where} ORDER BY id", (bulk,)
        )
        return [TakenDecision(row[0], Decision(*row[1:])) for row in rows]

    def stands(self, taken: TakenDecision) -> bool:
        """Whether nothing happened to the draft since."""
        (last,) = self._database.execute(
            "SELECT max(id) FROM decision WHERE draft = ?", (taken.draft,)
        ).fetchone()
        return bool(last == taken.decision.id)

    def next_bulk(self) -> int:
        """A number for decisions that are taken as one; within the transaction that takes them."""
        (last,) = self._database.execute("SELECT max(bulk) FROM decision").fetchone()
        return (last or 0) + 1

    def append(
        self,
        draft: int,
        decision: DraftState,
        *,
        before: DraftState,
        sha: str | None,
        who: str,
        now: str,
        note: str | None,
        covered: str | None = None,
        bulk: int | None = None,
        undoes: int | None = None,
    ) -> None:
        """Record a decision, in the transaction that carries it out."""
        self._database.execute(
            "INSERT INTO decision (draft, decision, before, sha, who, at, note, covered, bulk, undoes)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (draft, decision, before, sha, who, now, note, covered, bulk, undoes),
        )

    def _taken(self, where: str, value: str | int, undoable: bool) -> TakenDecision | None:
        if undoable:
            where = f"{where} AND {_CAN_BE_UNDONE}"
        row = self._database.execute(
            f"SELECT draft, {_COLUMNS} FROM decision WHERE {where} AND (decision IN ('approved', 'rejected')"
            f" OR decision = 'near_duplicate' AND before = 'near_duplicate' AND who != '{PROGRAM}')"
            " AND before != 'publishing' AND undoes IS NULL"
            " AND NOT EXISTS (SELECT 1 FROM decision AS later WHERE later.undoes = decision.id)"
            " ORDER BY id DESC LIMIT 1",
            (value,),
        ).fetchone()
        return TakenDecision(row[0], Decision(*row[1:])) if row else None
