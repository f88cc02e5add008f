"""Differences of paired values and of groups, with intervals by the bootstrap: pure, so the caller draws the samples."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

FEWEST_PAIRS = 8
"""With fewer pairs there is no interval: the bootstrap would be far too sure."""
RESAMPLES = 10_000
GROUP_RESAMPLES = 2_000
"""Fewer, because each of them computes a statistic of all cases again."""
CONFIDENCE = 0.95

T = TypeVar("T")
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


@dataclass(frozen=True, slots=True)
class GroupDifference:
    """A statistic of two separate groups, and its difference.

    Args:
        difference: ``b - a``.
        low, high: its 95 % interval; None where a group has fewer than ``FEWEST_PAIRS`` cases.
    """

    a: float
    b: float
    difference: float
    low: float | None
    high: float | None


def group_difference(
    a: Sequence[T],
    b: Sequence[T],
    statistic: Callable[[Sequence[T]], float | None],
    draw: Callable[[int], Sequence[int]],
    *,
    count: int = GROUP_RESAMPLES,
) -> GroupDifference | None:
    """The difference of a statistic between two separate groups, with its interval: each group is resampled alone.

    Args:
        statistic: of the cases of a group; None where it cannot be computed of these.
        draw: as for :func:`draw_resamples`.
        count: how many samples.

    Returns:
        None where the statistic of a group cannot be computed.
    """
    of_a, of_b = statistic(a), statistic(b)
    if of_a is None or of_b is None:
        return None
    low: float | None = None
    high: float | None = None
    if min(len(a), len(b)) >= FEWEST_PAIRS:
        found: list[float] = []
        for _ in range(count):
            one, other = (statistic([group[n] for n in draw(len(group))]) for group in (a, b))
            if one is not None and other is not None:
                found.append(other - one)
        if found:
            low, high = interval(found)
    return GroupDifference(of_a, of_b, of_b - of_a, low, high)
