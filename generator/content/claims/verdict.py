"""What a check says of a claim: the verdict, what it rests on, and the words of the passage that show it."""

from dataclasses import dataclass
from typing import Literal, get_args

VerdictName = Literal["supported", "contradicted", "doubtful", "consistent", "unsupported", "unchecked"]
"""What a check says.

- ``supported``: a passage says the same; its words are quoted.
- ``contradicted``: a passage says otherwise; its words are quoted.
- ``doubtful``: a model doubts it from what it knows, or two answers of models differ.
- ``consistent``: a model that was asked without seeing the words gave the same. It proves nothing.
- ``unsupported``: there is nothing to hold it against.
- ``unchecked``: nothing has checked it.
"""
VERDICTS: tuple[VerdictName, ...] = get_args(VerdictName)

Basis = Literal["exact", "rule", "model", "answers", "none"]
"""What a verdict rests on: the same sentence in a passage, a comparison by rules, a model's reading of a passage or its
own knowledge, two answers, or nothing."""

RequiredClaims = Literal["none", "contradicted", "doubtful"]
"""Which claims a person must settle before a draft may be approved."""

_TO_SETTLE: dict[RequiredClaims, frozenset[VerdictName]] = {
    "none": frozenset(),
    "contradicted": frozenset({"contradicted"}),
    "doubtful": frozenset({"contradicted", "doubtful", "unchecked"}),
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of checking one claim.

    Args:
        passage: the id of the passage that ``quote`` is from; None where the verdict rests on no passage.
        source: the title of that passage.
        quote: the words of the passage.
        right: what should be there instead, as far as it is known.
        reason: for a person.
    """

    name: VerdictName
    basis: Basis = "none"
    passage: str | None = None
    source: str | None = None
    quote: str | None = None
    right: str | None = None
    reason: str | None = None


UNCHECKED = Verdict("unchecked")
UNSUPPORTED = Verdict("unsupported")


def must_be_settled(verdict: VerdictName, required: RequiredClaims) -> bool:
    """Whether a person must settle a claim with this verdict before the draft may be approved."""
    return verdict in _TO_SETTLE[required]
