"""Differences of paired values, with intervals by the bootstrap: pure, so the caller draws the samples."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

FEWEST_PAIRS = 8
"""With fewer pairs there is no interval: the bootstrap would be far too sure."""
RESAMPLES = 10_000
CONFIDENCE = 0.95

Resamples = Sequence[Sequence[int]]
"""Samples with replacement of the indices of all pairs; each has as many indices as there are pairs."""


@dataclass(frozen=True, slots=True)
class PairedDifference:
    """The means of two values that were measured on the same cases, and the mean of their differences.

    Args:
        pairs: how many cases have both values.
        difference: the mean of ``b - a``.
        low, high: its 95 % interval; None with fewer than ``FEWEST_PAIRS`` pairs.
    """

    pairs: int
    a: float
    b: float
    difference: float
    low: float | None
    high: float | None

    @property
    def is_above_zero(self) -> bool:
        """Whether the whole interval is above 0."""
        return self.low is not None and self.low > 0

    @property
    def is_below_zero(self) -> bool:
        """Whether the whole interval is below 0."""
        return self.high is not None and self.high < 0


def draw_resamples(pairs: int, draw: Callable[[int], Sequence[int]], *, count: int = RESAMPLES) -> Resamples:
    """The samples for so many pairs.

    Args:
        draw: returns that many indices from 0 to the number, exclusive, each drawn from all of them.
    """
    return [draw(pairs) for _ in range(count)]


def paired_difference(a: Sequence[float], b: Sequence[float], resamples: Resamples) -> PairedDifference:
    """The mean difference of paired values with its interval: the percentiles of the means of the samples.

    The result for ``(b, a)`` is that for ``(a, b)`` with its signs changed, exactly.

    Args:
        a, b: values of the same cases in the same order; at least one.
        resamples: for as many pairs.
    """
    count = len(a)
    differences = [second - first for first, second in zip(a, b, strict=True)]
    low: float | None = None
    high: float | None = None
    if count >= FEWEST_PAIRS:
        low, high = interval([sum(map(differences.__getitem__, sample)) / count for sample in resamples])
    return PairedDifference(count, sum(a) / count, sum(b) / count, sum(differences) / count, low, high)


def interval(values: Sequence[float]) -> tuple[float, float]:
    """The ends of the 95 % interval of what a bootstrap gave: percentiles of the values, of which there is at least one."""
    ordered = sorted(values)
    outside = int(len(ordered) * (1 - CONFIDENCE) / 2)
    return ordered[outside], ordered[-1 - outside]
