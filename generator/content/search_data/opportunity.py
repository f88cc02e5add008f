"""What a page could gain from a better search result: the clicks that pages at its position usually get, and it does not."""

from collections.abc import Mapping
from dataclasses import dataclass

from generator.content.search_data.click_rates import ClickRates
from generator.content.search_data.totals import SearchTotals


@dataclass(frozen=True, slots=True)
class Opportunity:
    """What was counted for a page, and what is usual at its position.

    Args:
        usual_rate: the usual click rate at its position, 0 to 1.
        missed_clicks: the impressions times the usual rate, less the clicks. Below 0 where it gets more than usual.
    """

    totals: SearchTotals
    usual_rate: float
    missed_clicks: float


def opportunity_of(totals: SearchTotals, rates: ClickRates) -> Opportunity | None:
    """The opportunity of a page; None where its position is not known."""
    if totals.position is None:
        return None
    usual = rates.usual(totals.position)
    return Opportunity(totals, usual, totals.impressions * usual - totals.clicks)


def by_opportunity(pages: Mapping[str, SearchTotals], rates: ClickRates) -> dict[str, Opportunity]:
    """The pages that get fewer clicks than usual, by path, those that miss most clicks first."""
    found = {path: opportunity_of(totals, rates) for path, totals in pages.items()}
    missing = {path: item for path, item in found.items() if item is not None and item.missed_clicks > 0}
    return dict(sorted(missing.items(), key=lambda pair: (-pair[1].missed_clicks, pair[0])))
