"""The states of a question's draft and the transitions allowed between them; applied by the ledger alone."""

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
# A batched job goes by batch: its next request is in one, or is due for the next one.
JobState = Literal["planned", "claimed", "batched", "done", "needs_fix", "refused", "failed", "held"]

DRAFT_STATES: tuple[DraftState, ...] = get_args(DraftState)

# A draft in one of these is never asked for again, and --redo leaves it alone.
DECIDED: frozenset[DraftState] = frozenset({"approved", "publishing", "published"})

# A draft in one of these may be edited by a person.
EDITABLE: tuple[DraftState, ...] = ("near_duplicate", "drafted", "needs_fix", "approved", "rejected")

TRANSITIONS: dict[DraftState, frozenset[DraftState]] = {
    # Held by another run, or allowed by a person: it stays one until its article is there.
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
