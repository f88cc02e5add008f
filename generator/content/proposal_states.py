"""The states of a proposed text and the transitions allowed between them; applied by the store alone."""

from typing import Literal, get_args

ProposalState = Literal["proposed", "needs_fix", "skipped", "approved", "applied", "rejected", "stale"]

PROPOSAL_STATES: tuple[ProposalState, ...] = get_args(ProposalState)

# What a person decided, or the file holds: no run proposes anew on the same basis.
DECIDED: frozenset[ProposalState] = frozenset({"approved", "applied", "rejected"})
# What may still reach the file: other proposals must not echo it.
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
