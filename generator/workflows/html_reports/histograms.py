"""Computes the bars of histograms: how often a quantity falls into each bin, and which bins are within the limits."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HistogramBar:
    """One bar of a histogram.

    ``share`` is its length relative to the longest bar (1). ``within`` is whether the bin is within the limits.
    """

    label: str
    count: int
    share: float
    within: bool


@dataclass(frozen=True)
class HistogramBins:
    """Bins of ``width`` numbers each, such as 1–20 and 21–40, and one bin for all numbers above ``last``.

    A bin is identified by its highest number. 0 has its own bin.
    """

    width: int
    last: int

    def bin_of(self, value: int) -> int:
        """The bin of a number that is 0 or more."""
        return min(-(-value // self.width) * self.width, self.last + self.width)

    def label(self, highest: int) -> str:
        """The range of a bin as text, such as ``21–40``."""
        if highest > self.last:
            return f"over {self.last}"
        lowest = highest - self.width + 1
        return str(highest) if highest in (0, lowest) else f"{lowest}–{highest}"

    def bars(
        self, counts: Counter[int], *, least: int, most: int, beside: Iterable[int] = ()
    ) -> tuple[HistogramBar, ...]:
        """The bars from the first to the last bin that has a count.

        Args:
            counts: how many values each bin has.
            least, most: the limits of the quantity. A bin is within them if its highest number is.
            beside: the bins of a histogram that is shown beside this one. Both then have the same bars.
        """
        counted = {*counts, *beside}
        if not counted:
            return ()
        top = max(counts.values(), default=0) or 1
        return tuple(
            HistogramBar(self.label(number), counts[number], counts[number] / top, least <= number <= most)
            for number in range(min(counted), max(counted) + 1, self.width)
        )


DESCRIPTION_LENGTHS = HistogramBins(width=20, last=400)
"""The bins of description lengths in characters, as a search result shows them."""
