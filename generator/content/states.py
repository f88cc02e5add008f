"""The states of drafts and jobs, and the transitions between draft states; only the ledger applies them."""

from typing import Literal, get_args

DraftState = Literal[
    "near_duplicate",
    "drafted",
    "needs_fix",
    "refused",
    "failed",
    "approved",
    "rejected",
    "publishing",
    "published",
]
# The next request of a batched job is in a batch, or goes into the next one.
JobState = Literal["planned", "claimed", "batched", "done", "needs_fix", "refused", "failed", "held"]

DRAFT_STATES: tuple[DraftState, ...] = get_args(DraftState)

# A draft in one of these states is not requested again, not even by --redo.
DECIDED: frozenset[DraftState] = frozenset({"approved", "publishing", "published"})

# A draft in one of these states can be drafted again with a note, unless a person edited it.
REDRAFTABLE: tuple[DraftState, ...] = ("refused", "failed", "needs_fix", "drafted")

# A person may edit a draft in one of these states.
EDITABLE: tuple[DraftState, ...] = ("near_duplicate", "drafted", "needs_fix", "approved", "rejected")

TRANSITIONS: dict[DraftState, frozenset[DraftState]] = {
    # From near_duplicate to itself: another run holds the question, or a person allowed it and no article exists yet.
    "near_duplicate": frozenset({"near_duplicate", "drafted", "needs_fix", "refused", "failed", "rejected"}),
    "drafted": frozenset({"drafted", "needs_fix", "refused", "failed", "approved", "rejected"}),
    "needs_fix": frozenset({"drafted", "needs_fix", "refused", "failed", "approved", "rejected"}),
    "refused": frozenset({"near_duplicate", "drafted", "needs_fix", "refused", "failed", "rejected"}),
    "failed": frozenset({"near_duplicate", "drafted", "needs_fix", "refused", "failed", "rejected"}),
    "approved": frozenset({"drafted", "needs_fix", "rejected", "publishing"}),
    "rejected": frozenset({"near_duplicate", "drafted", "needs_fix", "refused", "failed", "approved"}),
    "publishing": frozenset({"published", "approved"}),
    "published": frozenset(),
}
