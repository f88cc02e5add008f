"""How well the judge's order agrees with what people decide: quadratic weighted kappa with its bootstrap interval.

A person's decision has one of three grades: rejected, approved after an edit, approved as it was judged. The judge has
no thresholds, because its scores only sort; so of its order, as many of the lowest are taken for rejected as people
rejected, and so on. Kappa is 1 where both agree everywhere, and 0 where they agree no better than by chance.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from generator.content.statistics.differences import interval

GRADES = ("rejected", "approved after an edit", "approved as judged")
DECISIONS_NEEDED = 100
RESAMPLES = 1_000

Resample = Callable[[int], Sequence[int]]
"""Draws so many positions from 0 to that number, with replacement."""


class Scored(NamedTuple):
    """A judge's score of a draft, and the grade of what a person decided: an index of ``GRADES``."""

    score: float
    grade: int


class Agreement(NamedTuple):
    """Kappa, and the ends of its 95 % interval."""

    kappa: float
    low: float
    high: float


def agreement(pairs: Sequence[Scored], resample: Resample) -> Agreement | None:
    """How well scores and grades agree; None where all grades are alike, so that there is nothing to agree about.

    Args:
        resample: draws the samples of the bootstrap; seeded, so that the same decisions give the same interval.
    """
    kappa = weighted_kappa(pairs)
    if kappa is None:
        return None
    size = len(pairs)
    drawn = (weighted_kappa([pairs[at] for at in resample(size)]) for _ in range(RESAMPLES))
    return Agreement(kappa, *interval([value for value in drawn if value is not None] or [kappa]))


def weighted_kappa(pairs: Sequence[Scored]) -> float | None:
    """Quadratic weighted kappa between the grades and those that the order of the scores gives; None without two grades."""
    given = [pair.grade for pair in pairs]
    if len(set(given)) < 2:
        return None
    ordered = _grades_by_order(pairs)
    size = len(pairs)
    observed = sum((one - other) ** 2 for one, other in zip(given, ordered, strict=True))
    expected = sum(
        given.count(one) * ordered.count(other) * (one - other) ** 2
        for one in range(len(GRADES))
        for other in range(len(GRADES))
    )
    return 1 - size * observed / expected


def _grades_by_order(pairs: Sequence[Scored]) -> list[int]:
    """A grade for each pair by the order of its score, as many of each as people gave.

    Equal scores get one grade, that of the middle of their ranks: the order says nothing about which of them is better.
    """
    wanted = sorted(pair.grade for pair in pairs)
    ranks: dict[float, list[int]] = {}
    for rank, score in enumerate(sorted(pair.score for pair in pairs)):
        ranks.setdefault(score, []).append(rank)
    grade_of = {score: wanted[(places[0] + places[-1]) // 2] for score, places in ranks.items()}
    return [grade_of[pair.score] for pair in pairs]
