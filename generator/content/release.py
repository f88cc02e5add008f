"""How an approved draft was released for publication: read by a person, as part of a sampled lot, or in bulk."""

import json
from dataclasses import asdict, dataclass
from typing import Literal

ReleaseKind = Literal["read", "sampled", "bulk", "unknown"]


@dataclass(frozen=True, slots=True)
class Release:
    """The evidence that an approval rests on.

    Args:
        kind: ``read``: opened by the approving person and seen to the end. ``sampled``: released with a lot of which a
            random sample was read. ``bulk``: approved without either. ``unknown``: approved before this was recorded.
        seconds: how long the person had the text open; None unless it was read.
        edited: whether a person changed the text.
        claims: the number of claims that a person settled.
        lot: the number of the lot; None unless it was sampled.
    """

    kind: ReleaseKind
    seconds: float | None = None
    edited: bool = False
    claims: int = 0
    lot: int | None = None

    def as_json(self) -> str:
        """The evidence as stored in the ledger."""
        return json.dumps(asdict(self), sort_keys=True)


def release_of(text: str | None) -> Release:
    """The evidence in the ledger's form; that of unknown kind for None, which earlier versions stored."""
    return Release(**json.loads(text)) if text else Release("unknown")
