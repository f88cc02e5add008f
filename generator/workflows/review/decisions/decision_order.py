"""Which of two decisions of different kinds came first. A clock may give both one time, or be set back."""

from __future__ import annotations

from generator.store.ledger.drafts.decisions import DraftDecision
from generator.store.ledger.duplicates.decisions import ClusterDecision
from generator.store.ledger.queue.set_aside import SetAsideRow
from generator.store.ledger.sampling.judgements import LotJudgement
from generator.store.ledger.seo.proposal_decisions import ProposalDecision

AnyDecision = DraftDecision | ProposalDecision | ClusterDecision | SetAsideRow | LotJudgement

_RANKS: dict[type, int] = {
    kind: rank
    for rank, kind in enumerate((DraftDecision, ProposalDecision, ClusterDecision, SetAsideRow, LotJudgement))
}
_NEWEST_BEFORE: dict[type, str] = {
    DraftDecision: "after_decision",
    ProposalDecision: "after_proposal",
    ClusterDecision: "after_cluster",
    SetAsideRow: "after_set_aside",
}
"""Where a decision of a later kind keeps the id of the newest decision of this kind at that moment."""


def later(one: AnyDecision | None, other: AnyDecision | None) -> AnyDecision | None:
    """The later one of two decisions of different kinds; of two without a known order, that with the later time."""
    if one is None or other is None:
        return one or other
    low, high = sorted((one, other), key=lambda decision: _RANKS[type(decision)])
    newest: int | None = getattr(high, _NEWEST_BEFORE.get(type(low), ""), None)
    is_high_later = low.at <= high.at if newest is None else low.id <= newest
    return high if is_high_later else low
