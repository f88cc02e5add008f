"""The table of decisions about proposals: appended, never changed, and found again to be taken back."""

from dataclasses import dataclass

from generator.content.proposal_states import TRANSITIONS, ProposalState
from generator.store.ledger.decision_log import PROGRAM, Decision, DecisionLog

# A later proposal for the same field, on the article as it was by then; not where a run only passed the page over.
_REPLACED = (
    "EXISTS (SELECT 1 FROM proposal AS own JOIN proposal AS other"
    " ON other.key = own.key AND other.field = own.field AND other.id <> own.id AND other.state <> 'stale'"
    " AND NOT (other.state = 'skipped' AND other.new IS NULL)"
    " JOIN proposal_decision AS later ON later.proposal = other.id"
    " WHERE own.id = proposal_decision.proposal AND later.id > proposal_decision.id)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalDecision(Decision[ProposalState]):
    """One step in a proposal's life. ``new`` is the text decided on; ``reason_before`` is the reason that the proposal
    had before; ``after_decision`` is the number of the newest decision on a draft at that moment, 0 without one, None
    where it is not known.
    """

    new: str | None
    reason_before: str | None
    after_decision: int | None


class ProposalDecisionLog(DecisionLog[ProposalState, ProposalDecision]):
    """The decisions about the proposals of one ledger."""

    table = "proposal_decision"
    rows = "proposal"
    entry = ProposalDecision
    transitions = TRANSITIONS
    # Also a text that was applied without an approval before.
    by_a_person = (
        f"decision IN ('approved', 'rejected') OR decision = 'skipped' AND who <> '{PROGRAM}'"
        " OR decision = 'applied' AND before = 'proposed'"
    )
    can_be_undone = f"decision <> 'applied' AND NOT {_REPLACED}"
    about = "proposal IN (SELECT id FROM proposal WHERE key = :about)"

    def is_replaced(self, proposal: int) -> bool:
        """Whether another proposal took its place: for the same field, and recorded or decided on later."""
        return bool(self._find("proposal = :proposal", self._newest, _REPLACED, proposal=proposal))

    def newest_on_drafts(self) -> int:
        """The number of the newest decision on a draft, 0 without one."""
        (newest,) = self._database.execute("SELECT coalesce(max(id), 0) FROM decision").fetchone()
        return int(newest)
