"""The states of a cluster of duplicate pages and the transitions between them; only the ledger applies them."""

from typing import Literal

ClusterState = Literal["open", "kept", "merge", "rejected"]
"""``open``: not decided. ``kept``: the keeper serves all. ``merge``: the keeper is first rewritten with what the others
say. ``rejected``: the pages are not duplicates."""


DECIDED: frozenset[ClusterState] = frozenset({"kept", "merge", "rejected"})

TRANSITIONS: dict[ClusterState, frozenset[ClusterState]] = {
    "open": DECIDED,
    # Kept again, with another keeper.
    "kept": DECIDED,
    "merge": DECIDED,
    "rejected": frozenset({"kept", "merge"}),
}
