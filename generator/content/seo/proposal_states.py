"""The states of a proposed text and the transitions between them; only the ledger applies them."""

from typing import Literal, get_args

ProposalState = Literal["proposed", "needs_fix", "skipped", "approved", "applied", "rejected", "stale"]

PROPOSAL_STATES: tuple[ProposalState, ...] = get_args(ProposalState)

# A person decided on the proposal, or it is in the file: no run proposes again on the same basis.
DECIDED: frozenset[ProposalState] = frozenset({"approved", "applied", "rejected"})
# The text may still be written to the file: other proposals must not repeat it.
LIVE: frozenset[ProposalState] = frozenset({"proposed", "needs_fix", "approved", "applied"})

_OPEN: frozenset[ProposalState] = frozenset({"proposed", "needs_fix", "skipped", "stale"})

TRANSITIONS: dict[ProposalState, frozenset[ProposalState]] = {
    "proposed": _OPEN | {"approved", "rejected", "applied"},
    "needs_fix": _OPEN | {"approved", "rejected"},
    "skipped": _OPEN | {"rejected"},
    "approved": _OPEN | {"applied", "rejected"},
    "applied": frozenset({"proposed", "needs_fix", "stale"}),
    "rejected": _OPEN,
    "stale": _OPEN,
}
