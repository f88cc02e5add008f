"""How well the judge agrees with the decisions of people here, once there are enough of them."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Protocol

from generator.content.statistics.agreement import DECISIONS_NEEDED, Agreement, Scored, agreement
from generator.workflows.ports import HasScores

if TYPE_CHECKING:
    from generator.store.ledger.scores import ScoredDecision

_SEED = 20_260_101
_NEWEST = 500


class AgreementServices(HasScores, Protocol):
    """What measuring the agreement takes."""


@dataclass(frozen=True)
class JudgeAgreement:
    """How well the judge agrees with people.

    Args:
        decisions: how many newest decisions on judged drafts count; at most 500.
        agreement: None below ``DECISIONS_NEEDED``, and where all decisions are alike.
    """

    decisions: int
    agreement: Agreement | None

    @property
    def missing(self) -> int:
        """How many decisions are missing."""
        return max(0, DECISIONS_NEEDED - self.decisions)


def judge_agreement(services: AgreementServices) -> JudgeAgreement | None:
    """The agreement of the judge with the decisions in this ledger; None where the judge never judged."""
    if not services.scores.count():
        return None
    pairs = [Scored(item.total, _grade(item)) for item in services.scores.decided(_NEWEST)]
    if len(pairs) < DECISIONS_NEEDED:
        return JudgeAgreement(len(pairs), None)
    random = Random(_SEED)
    return JudgeAgreement(len(pairs), agreement(pairs, lambda size: random.choices(range(size), k=size)))


def _grade(item: ScoredDecision) -> int:
    if item.decision == "rejected":
        return 0
    return 1 if item.is_edited else 2
