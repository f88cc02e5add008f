"""Two pages that may be one: what shows it, and whether that is enough."""

from typing import Literal, NamedTuple

PairKind = Literal["same_question", "same_answer", "near_question", "near_answer", "verdict", "competing"]
"""What shows that two pages are duplicates.

- ``same_question``: the same question, word for word.
- ``same_answer``: the same answer, byte for byte.
- ``near_question``: questions that are near duplicates.
- ``near_answer``: answers that share most of what is rare in them.
- ``verdict``: a model said that one page would serve both.
- ``competing``: search engines show both for one query.
"""

KINDS: tuple[PairKind, ...] = (
    "same_question",
    "same_answer",
    "verdict",
    "near_question",
    "near_answer",
    "competing",
)
"""The kinds, strongest first."""

CLUSTER_KINDS: tuple[PairKind, ...] = tuple(kind for kind in KINDS if kind != "competing")
"""The kinds that clusters can have. Pages that only compete for a query are left to the model, and form no cluster."""


class DuplicatePair(NamedTuple):
    """Two pages by their keys.

    Args:
        similarity: of what ``kind`` compares, 0 to 1.
        is_sure: whether one page is enough; where not, a model or a person decides.
        doubt: why a person should look first; empty without a doubt.
    """

    one: str
    other: str
    kind: PairKind
    similarity: float
    is_sure: bool = True
    doubt: str = ""

    @property
    def keys(self) -> frozenset[str]:
        """The two pages."""
        return frozenset((self.one, self.other))

    @property
    def strength(self) -> tuple[bool, int, float]:
        """Sorts the strongest pair first, those with a doubt last."""
        return bool(self.doubt), KINDS.index(self.kind), -self.similarity


def strongest(pairs: "list[DuplicatePair]") -> DuplicatePair:
    """The pair that shows best that two pages are one."""
    return min(pairs, key=lambda pair: pair.strength)
