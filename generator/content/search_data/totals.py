"""Clicks, impressions and average position: of a page, of a query, or of a page for one query."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SearchTotals:
    """What Google Search counted in one range of dates.

    Args:
        clicks: how often a searcher went to the page.
        impressions: how often it was shown.
        position: its average position, weighted by impressions and counted from 1; None where it is not known.
    """

    clicks: int
    impressions: int
    position: float | None

    @property
    def click_rate(self) -> float:
        """The share of the impressions that were clicked, 0 to 1; 0 without impressions."""
        return self.clicks / self.impressions if self.impressions else 0.0


@dataclass(frozen=True, slots=True)
class PageQuery:
    """What was counted for one page when one query was searched; ``path`` as in ``SearchData``."""

    path: str
    query: str
    totals: SearchTotals


def sum_totals(items: Iterable[SearchTotals]) -> SearchTotals:
    """The totals of several rows together. The position is the average of those that have one, by impressions."""
    clicks = impressions = weight = 0
    positions = 0.0
    for item in items:
        clicks += item.clicks
        impressions += item.impressions
        if item.position is not None:
            weight += item.impressions
            positions += item.position * item.impressions
    return SearchTotals(clicks, impressions, positions / weight if weight else None)
