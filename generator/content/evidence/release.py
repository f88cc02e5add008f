"""How an approved draft was released for publication: read by a person, as part of a sampled lot, or in bulk."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Literal, get_args

from generator.content.display import plural

ReleaseKind = Literal["read", "sampled", "bulk", "unknown"]
RELEASE_KINDS: tuple[ReleaseKind, ...] = get_args(ReleaseKind)
RequiredRelease = Literal["read", "sampled", "bulk"]
"""The least that publishing may require of an approval."""

_RANK: dict[ReleaseKind, int] = {"read": 2, "sampled": 1, "bulk": 0, "unknown": 0}


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

    @property
    def is_recorded(self) -> bool:
        """Whether the approval says how it released the draft; those of earlier versions do not."""
        return self.kind != "unknown"

    def meets(self, required: RequiredRelease) -> bool:
        """Whether it is at least what is required: ``read``, then ``sampled``, then ``bulk``. Unknown counts as bulk."""
        return _RANK[self.kind] >= _RANK[required]

    def as_json(self) -> str:
        """The evidence as stored in the ledger."""
        return json.dumps(asdict(self), sort_keys=True)

    def in_words(self) -> str:
        """The evidence for a person, to follow "approved by Ada": ``after reading 3 min, edited, 2 claims settled``."""
        parts = [
            self._how(),
            *(["edited"] if self.edited else []),
            *([f"{plural(self.claims, 'claim')} settled"] if self.claims else []),
        ]
        return ", ".join(parts)

    def _how(self) -> str:
        if self.kind == "read":
            return f"after reading {duration(self.seconds or 0)}"
        if self.kind == "sampled":
            return f"with lot {self.lot}, of which a sample was read"
        return "without a record of reading it" if self.kind == "bulk" else "before reading was recorded"


def release_of(text: str | None) -> Release:
    """The evidence in the ledger's form; that of unknown kind for None, which earlier versions stored."""
    return Release(**json.loads(text)) if text else Release("unknown")


def counts_in_words(releases: Iterable[Release]) -> str:
    """How many releases there are of each kind: ``2 read, 1 bulk``; empty without any."""
    counts = Counter(release.kind for release in releases)
    return ", ".join(f"{counts[kind]:,} {kind}" for kind in RELEASE_KINDS if counts[kind])


def duration(seconds: float) -> str:
    """A time of reading: ``42 s``, ``3 min``."""
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:,.0f} min"
