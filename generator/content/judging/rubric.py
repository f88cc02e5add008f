"""The rubric of the judge: six criteria with their weights, and the total of a judgement.

A judgement is a model's opinion. It sorts drafts for review, and approves, rejects and hides nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

LOWEST, HIGHEST = 1, 5
"""The scores of a criterion, and of the total."""


class Criterion(NamedTuple):
    """One criterion: ``description`` completes "how well the page ..." for the model."""

    name: str
    title: str
    weight: int
    description: str


CRITERIA = (
    Criterion("answers", "answers the question", 3, "The page answers exactly what is asked, from its first sentence."),
    Criterion("correct", "correct", 3, "What the page states is right, as far as you can tell."),
    Criterion("complete", "complete", 2, "Nothing that the question asks for or plainly needs is missing."),
    Criterion("clear", "clear", 1, "A student follows it at the first reading; terms are explained, points connected."),
    Criterion("specific", "specific", 2, "It gives figures, names, mechanisms and worked cases instead of general talk."),
    Criterion("fields", "description and keywords fit", 1, "Description and keywords say what this page answers."),
)  # fmt: skip
"""All criteria with their weights in the total."""
CRITERION_NAMES = tuple(criterion.name for criterion in CRITERIA)


class Rating(NamedTuple):
    """The score of one criterion, from ``LOWEST`` to ``HIGHEST``, and the reason in one sentence."""

    score: int
    reason: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """The ratings of a page, one for each criterion, by its name."""

    ratings: Mapping[str, Rating]

    @property
    def total(self) -> float:
        """The weighted mean of the scores, from ``LOWEST`` to ``HIGHEST``, with two decimals."""
        weights = sum(criterion.weight for criterion in CRITERIA)
        points = sum(criterion.weight * self.ratings[criterion.name].score for criterion in CRITERIA)
        return round(points / weights, 2)
