"""A case of the golden set with what both sides made of it, and everything that was found out about the two drafts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from generator.content.claims.verdict import VerdictName
    from generator.content.judging.preference import Preference
    from generator.workflows.compare.recorded import SideDraft
    from generator.workflows.golden.golden_set import GoldenCase


class PairPreference(NamedTuple):
    """Which draft of a pair a model prefers, asked twice with the drafts exchanged.

    Args:
        reasons: of the two judgements, that with A first before the other.
    """

    preferred: Preference
    reasons: tuple[str, str]


@dataclass(frozen=True)
class SideFacts:
    """What was found out about one draft besides what its checks say.

    Args:
        claims: how many claims have which verdict; None where they were not checked.
        scores: by criterion of a judge; empty without one.
    """

    claims: Mapping[VerdictName, int] | None = None
    scores: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class CasePair:
    """One case that both sides have drafted.

    Args:
        preference: None where no model was asked, or one of the drafts has no text.
    """

    case: GoldenCase
    a: SideDraft
    b: SideDraft
    a_facts: SideFacts = SideFacts()
    b_facts: SideFacts = SideFacts()
    preference: PairPreference | None = None

    @property
    def has_both_texts(self) -> bool:
        """Whether both sides wrote an answer."""
        return self.a.draft is not None and self.b.draft is not None


class CriteriaJudge(Protocol):
    """Scores drafts by criteria, each alone and without knowing the other side."""

    async def scores(self, case: GoldenCase, draft: SideDraft) -> Mapping[str, float]:
        """The score by criterion; more is better. Empty where the draft could not be judged.

        Raises:
            ModelUnavailable, BudgetExceeded, StorageError: the run ends; what was paid for is stored.
        """
        ...
