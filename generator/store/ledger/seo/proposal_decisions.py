"""The table of decisions about proposals: each change of a state is recorded, never changed, and can be undone."""

from dataclasses import dataclass

from generator.content.seo.proposal_states import TRANSITIONS, ProposalState
from generator.store.ledger.decision_log import PROGRAM, Decision, DecisionLog

# There is a later proposal for the same field, on a newer basis; one that a run skipped without a text does not count.
_REPLACED = (
    "EXISTS (SELECT 1 FROM proposal AS own JOIN proposal AS other"
    " ON other.key = own.key AND other.field = own.field AND other.id <> own.id AND other.state <> 'stale'"
    " AND NOT (other.state = 'skipped' AND other.new IS NULL)"
    " JOIN proposal_decision AS later ON later.proposal = other.id"
    " WHERE own.id = proposal_decision.proposal AND later.id > proposal_decision.id)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalDecision(Decision[ProposalState]):
    """One change of a proposal's state.

    Args:
        new: the text that was decided on.
        reason_before: the proposal's reason before the decision.
        after_decision: the id of the newest decision on a draft at that time; 0 without one, None if it is not known.
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
    # "applied" after "proposed" is a text that a person applied without an approval.
    by_a_person = (
        f"decision IN ('approved', 'rejected') OR decision = 'skipped' AND who <> '{PROGRAM}'"
        " OR decision = 'applied' AND before = 'proposed'"
    )
    can_be_undone = f"decision <> 'applied' AND NOT {_REPLACED}"
    about = "proposal IN (SELECT id FROM proposal WHERE key = :about)"

    def is_replaced(self, proposal: int) -> bool:
        """Whether a proposal was replaced by another one for the same field, recorded or decided on later."""
        return bool(self._find("proposal = :proposal", self._newest, _REPLACED, proposal=proposal))

    def newest_on_drafts(self) -> int:
        """The id of the newest decision on a draft; 0 without one."""
        (newest,) = self._database.execute("SELECT coalesce(max(id), 0) FROM decision").fetchone()
        return int(newest)
