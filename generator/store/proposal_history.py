"""The decisions about proposals in the ledger: appended, never changed, and found again to be taken back."""

from dataclasses import dataclass

from generator.content.proposal_states import ProposalState
from generator.store.database import Database

PROGRAM = "generator"

_COLUMNS = "id, decision, before, new, who, at, note, proposal, bulk, undoes, reason_before"
# What a person decided: also a text that was applied without an approval before.
_BY_A_PERSON = (
    f"(decision IN ('approved', 'rejected') OR decision = 'skipped' AND who <> '{PROGRAM}'"
    " OR decision = 'applied' AND before = 'proposed')"
)
_NOT_UNDONE = (
    "NOT EXISTS (SELECT 1 FROM proposal_decision AS later WHERE later.undoes = proposal_decision.id)"
)


@dataclass(frozen=True, slots=True)
class ProposalDecision:
    """One step in a proposal's life; ``before`` is None for the first.

    ``bulk`` is shared by decisions taken as one; ``undoes`` names the decision that this one takes back;
    ``reason_before`` is the reason that the proposal had before.
    """

    id: int
    decision: ProposalState
    before: ProposalState | None
    new: str | None
    who: str
    at: str
    note: str | None
    proposal: int
    bulk: int | None = None
    undoes: int | None = None
    reason_before: str | None = None


class ProposalHistory:
    """The decisions about the proposals of one ledger."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, proposal: int) -> list[ProposalDecision]:
        """Every decision about a proposal, oldest first."""
        return self._many("WHERE proposal = ? ORDER BY id", proposal)

    def last_of(self, who: str) -> ProposalDecision | None:
        """The newest decision of this reviewer that was not taken back."""
        return self._last("who = ?", who)

    def last_on(self, key: str) -> ProposalDecision | None:
        """The newest decision by a person about the proposals of ``subject/slug`` that was not taken back."""
        return self._last("proposal IN (SELECT id FROM proposal WHERE key = ?)", key)

    def together(self, bulk: int) -> list[ProposalDecision]:
        """The decisions taken as one that were not taken back, oldest first."""
        return self._many(f"WHERE bulk = ? AND {_NOT_UNDONE} ORDER BY id", bulk)

    def stands(self, decision: ProposalDecision) -> bool:
        """Whether nothing happened to the proposal since."""
        (last,) = self._database.execute(
            "SELECT max(id) FROM proposal_decision WHERE proposal = ?", (decision.proposal,)
        ).fetchone()
        return bool(last == decision.id)

    def next_bulk(self) -> int:
        """A number for decisions that are taken as one; within the transaction that takes them."""
        (last,) = self._database.execute("SELECT max(bulk) FROM proposal_decision").fetchone()
        return (last or 0) + 1

    def append(
        self,
        proposal: int,
        decision: ProposalState,
        *,
        before: ProposalState | None,
        reason_before: str | None,
        new: str | None,
        who: str,
        at: str,
        note: str | None,
        bulk: int | None = None,
        undoes: int | None = None,
    ) -> None:
        """Put a decision on record, within the transaction that carries it out."""
        self._database.execute(
            "INSERT INTO proposal_decision (proposal, decision, before, reason_before, new, who, at, note, bulk, undoes)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (proposal, decision, before, reason_before, new, who, at, note, bulk, undoes),
        )

    def _last(self, where: str, value: str) -> ProposalDecision | None:
        found = self._many(
            f"WHERE {where} AND {_BY_A_PERSON} AND undoes IS NULL AND {_NOT_UNDONE} ORDER BY id DESC LIMIT 1",
            value,
        )
        return found[0] if found else None

    def _many(self, where: str, value: str | int) -> list[ProposalDecision]:
        rows = self._database.execute(f"SELECT {_COLUMNS} FROM proposal_decision {where}", (value,))
        return [ProposalDecision(*row) for row in rows]
