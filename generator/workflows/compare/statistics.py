"""The paired difference of everything that was measured, with its interval; the same seed gives the same intervals."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

from generator.content.statistics.differences import (
    PairedDifference,
    Resamples,
    draw_resamples,
    paired_difference,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.workflows.compare.measures import Better, Group, Measure

Verdict = Literal["better", "worse", "no clear difference", "differs"]
"""What an interval says of B. ``differs``: it excludes 0, and neither direction is better."""


@dataclass(frozen=True, slots=True)
class MeasuredDifference:
    """A measure with the paired difference of its values."""

    group: Group
    name: str
    better: Better
    unit: str
    difference: PairedDifference

    @property
    def is_criterion(self) -> bool:
        """Whether it says something of the quality of the drafts as a whole."""
        return self.group == "criteria"

    @property
    def verdict(self) -> Verdict:
        """What the interval says of B."""
        found = self.difference
        if not (found.is_above_zero or found.is_below_zero):
            return "no clear difference"
        if self.better == "neither":
            return "differs"
        return "better" if found.is_above_zero == (self.better == "more") else "worse"


def differences_of(measures: Sequence[Measure], *, seed: int) -> tuple[MeasuredDifference, ...]:
    """The differences of measures, each with at least one pair of values."""

    @cache
    def resamples(pairs: int) -> Resamples:
        rng = random.Random(seed)
        return draw_resamples(pairs, lambda count: rng.choices(range(count), k=count))

    return tuple(
        MeasuredDifference(
            measure.group,
            measure.name,
            measure.better,
            measure.unit,
            paired_difference(measure.a, measure.b, resamples(len(measure.a))),
        )
        for measure in measures
    )
