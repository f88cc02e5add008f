"""Histograms: how often a quantity falls into each bin, and which bins the limits allow."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HistogramBar:
    """One bar; ``share`` is its length, 1 for the longest, ``within`` whether the limits allow it."""

    label: str
    count: int
    share: float
    within: bool


@dataclass(frozen=True)
class Scale:
    """Bins of ``width`` numbers, such as 1–20, 21–40; one more takes all numbers above ``last``.

    A bin is named by its highest number. 0 has a bin of its own.
    """

    width: int
    last: int

    def bin_of(self, value: int) -> int:
        """The bin of a number from 0 on."""
        return min(-(-value // self.width) * self.width, self.last + self.width)

    def label(self, highest: int) -> str:
        """The numbers of a bin."""
        if highest > self.last:
            return f"over {self.last}"
        lowest = highest - self.width + 1
        return str(highest) if highest in (0, lowest) else f"{lowest}–{highest}"

    def bars(
        self, counts: Counter[int], *, least: int, most: int, beside: Iterable[int] = ()
    ) -> tuple[HistogramBar, ...]:
        """A bar for each bin from the first to the last that is counted.

        Args:
            counts: by bin.
            least, most: the limits of the quantity. They allow a bin that ends within them.
            beside: the bins of a histogram shown beside this one, so that both have the same bars.
        """
        counted = {*counts, *beside}
        if not counted:
            return ()
        top = max(counts.values(), default=0) or 1
        return tuple(
            HistogramBar(self.label(number), counts[number], counts[number] / top, least <= number <= most)
            for number in range(min(counted), max(counted) + 1, self.width)
        )


DESCRIPTION_LENGTHS = Scale(width=20, last=400)
"""For descriptions as searchers see them, in characters."""
