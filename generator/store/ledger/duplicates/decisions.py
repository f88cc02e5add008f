"""The table of decisions on clusters of duplicate pages: each is recorded, never changed, and can be undone."""

from dataclasses import dataclass

from generator.content.duplicates.cluster_states import TRANSITIONS, ClusterState
from generator.store.ledger.decision_log import PROGRAM, Decision, DecisionLog


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterDecision(Decision[ClusterState]):
    """One change of a cluster's state or keeper.

    Args:
        keeper: the key of the page that is kept after the decision.
        keeper_before: that before it.
        after_decision: the id of the newest decision on a draft at that time; 0 without one.
        after_proposal: the id of the newest decision on a proposal at that time; 0 without one.
    """

    keeper: str
    keeper_before: str
    after_decision: int
    after_proposal: int


class ClusterDecisionLog(DecisionLog[ClusterState, ClusterDecision]):
    """The decisions about the clusters of one ledger."""

    table = "duplicate_decision"
    rows = "duplicate_cluster"
    entry = ClusterDecision
    transitions = TRANSITIONS
    by_a_person = f"who <> '{PROGRAM}'"
    can_be_undone = (
        "NOT EXISTS (SELECT 1 FROM duplicate_cluster AS own"
        " WHERE own.id = duplicate_decision.duplicate_cluster AND own.applied_by IS NOT NULL)"
    )
    about = "duplicate_cluster = :about"

    def keeper_is_rewritten(self, cluster: int, keeper: str) -> bool:
        """Whether a rewrite of a page was published after the effective decision on a cluster.

        Args:
            keeper: the key of the page.
        """
        made = self.effective(cluster)
        if made is None:
            return False
        # By the order of decisions, not by times: a clock can be set back.
        row = self._database.execute(
            "SELECT 1 FROM decision JOIN draft ON draft.id = decision.draft WHERE draft.replaces = ?"
            " AND decision.decision = 'published' AND decision.id > ? LIMIT 1",
            (f"{keeper}.md", made.after_decision),
        ).fetchone()
        return row is not None

    def newest_elsewhere(self) -> tuple[int, int]:
        """The ids of the newest decisions on a draft and on a proposal; 0 without one."""
        row = self._database.execute(
            "SELECT (SELECT coalesce(max(id), 0) FROM decision), (SELECT coalesce(max(id), 0) FROM proposal_decision)"
        ).fetchone()
        return int(row[0]), int(row[1])
