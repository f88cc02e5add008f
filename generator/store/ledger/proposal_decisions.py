"""The table of decisions about proposals: appended, never changed, and found again to be taken back."""

from dataclasses import dataclass

from generator.content.proposal_states import ProposalState
from generator.store.ledger.database import Database
from generator.store.ledger.decisions import PROGRAM

_COLUMNS = "id, decision, before, new, who, at, note, proposal, bulk, undoes, reason_before, after_decision"
# What a person decided: also a text that was applied without an approval before.
_BY_A_PERSON = (
    f"(decision IN ('approved', 'rejected') OR decision = 'skipped' AND who <> '{PROGRAM}'"
    " OR decision = 'applied' AND before = 'proposed')"
)
_NOT_UNDONE = (
    "NOT EXISTS (SELECT 1 FROM proposal_decision AS later WHERE later.undoes = proposal_decision.id)"
)
_STANDS = (
    "proposal_decision.id ="
    " (SELECT max(last.id) FROM proposal_decision AS last WHERE last.proposal = proposal_decision.proposal)"
)
# A later proposal for the same field, on the article as it was by then; not where a run only passed the page over.
_REPLACED = (
    "EXISTS (SELECT 1 FROM proposal AS own JOIN proposal AS other"
    " ON other.key = own.key AND other.field = own.field AND other.id <> own.id AND other.state <> 'stale'"
    " AND NOT (other.state = 'skipped' AND other.new IS NULL)"
    " JOIN proposal_decision AS later ON later.proposal = other.id"
    " WHERE own.id = proposal_decision.proposal AND later.id > proposal_decision.id)"
)
_CAN_BE_UNDONE = f"decision <> 'applied' AND {_STANDS} AND NOT {_REPLACED}"


@dataclass(frozen=True, slots=True)
class ProposalDecision:
    """One step in a proposal's life; ``before`` is None for the first.

    ``bulk`` is shared by decisions taken as one; ``undoes`` names the decision that this one takes back;
    ``reason_before`` is the reason that the proposal had before; ``after_decision`` is the number of the newest
    decision on a draft at that moment, 0 without one, None where it is not known.
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
    after_decision: int | None = None


class ProposalDecisions:
    """The decisions about the proposals of one ledger."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, proposal: int) -> list[ProposalDecision]:
        """Every decision about a proposal, oldest first."""
        return self._many("WHERE proposal = ? ORDER BY id", proposal)

    def last_of(self, who: str, *, undoable: bool = False) -> ProposalDecision | None:
        """The newest decision of this reviewer that was not taken back; ``undoable``, the newest that can be."""
        return self._last("who = ?", who, undoable)

    def last_on(self, key: str, *, undoable: bool = False) -> ProposalDecision | None:
        """The newest decision by a person about the proposals of ``subject/slug``, as in :meth:`last_of`."""
        return self._last("proposal IN (SELECT id FROM proposal WHERE key = ?)", key, undoable)

    def together(self, bulk: int, *, undoable: bool = False) -> list[ProposalDecision]:
        """The decisions taken as one that were not taken back (``undoable``, that can be), oldest first."""
        return self._many(f"WHERE bulk = ? AND {_NOT_UNDONE}{_only(undoable)} ORDER BY id", bulk)

    def stands(self, decision: ProposalDecision) -> bool:
        """Whether nothing happened to the proposal since."""
        return bool(self._many(f"WHERE id = ? AND {_STANDS}", decision.id))

    def is_replaced(self, proposal: int) -> bool:
        """Whether another proposal took its place: for the same field, and recorded or decided on later."""
        return bool(self._many(f"WHERE proposal = ? AND {_STANDS} AND {_REPLACED}", proposal))

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
        """Record a decision, in the transaction that carries it out."""
        self._database.execute(
            "INSERT INTO proposal_decision (proposal, decision, before, reason_before, new, who, at, note, bulk, undoes,"
            " after_decision) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, (SELECT coalesce(max(id), 0) FROM decision))",
            (proposal, decision, before, reason_before, new, who, at, note, bulk, undoes),
        )

    def _last(self, where: str, value: str, undoable: bool) -> ProposalDecision | None:
        found = self._many(
            f"WHERE {where} AND {_BY_A_PERSON} AND undoes IS NULL AND {_NOT_UNDONE}{_only(undoable)}"
            " ORDER BY id DESC LIMIT 1",
            value,
        )
        return found[0] if found else None

    def _many(self, where: str, value: str | int) -> list[ProposalDecision]:
        rows = self._database.execute(f"SELECT {_COLUMNS} FROM proposal_decision {where}", (value,))
        return [ProposalDecision(*row) for row in rows]


def _only(undoable: bool) -> str:
    return f" AND {_CAN_BE_UNDONE}" if undoable else ""
