"""Writes the figures of search data for a person."""

from generator.content.display import plural
from generator.content.search_data.experiment import Comparison, Conclusion
from generator.content.search_data.opportunity import Opportunity
from generator.content.search_data.totals import SearchTotals
from generator.content.statistics.differences import FEWEST_PAIRS, GroupDifference


def totals_line(totals: SearchTotals) -> str:
    """Totals on one line."""
    at = "" if totals.position is None else f", position {totals.position:.1f}"
    return f"{plural(totals.clicks, 'click')}, {plural(totals.impressions, 'impression')}, CTR {totals.click_rate:.1%}{at}"


def figures_line(totals: SearchTotals, found: Opportunity | None) -> str:
    """Totals with what is usual at their position, on one line."""
    if found is None:
        return totals_line(totals)
    missed = (
        f", about {plural(round(found.missed_clicks), 'click')} missed" if found.missed_clicks >= 1 else ""
    )
    return f"{totals_line(totals)} (usual there {found.usual_rate:.1%}{missed})"


def comparison_lines(found: Comparison) -> list[str]:
    """What a comparison of pages with new texts and pages that were held out says, in sentences."""
    if found.held_out is None:
        return [
            "No pages were held out, so that this says nothing about the cause: other things changed too."
        ]
    lines = []
    if found.clicks is not None:
        lines.append(f"Change of clicks a day, applied less held out: {_difference(found.clicks)}.")
    if found.like_position is not None:
        lines.append(
            f"Change of CTR at like position, in shares of the usual CTR: {_difference(found.like_position)}."
        )
    return [*lines, _CONCLUSIONS[found.conclusion]]


def left_hold_out_line(pages: int) -> str:
    """How many pages are no longer held out, because a rewrite of them was published."""
    return f"{plural(pages, 'page')} left the hold-out: a rewrite was published"


_CONCLUSIONS: dict[Conclusion, str] = {
    "gained": "The new texts gained clicks at like position: the whole interval is above 0.",
    "lost": "The new texts lost clicks at like position: the whole interval is below 0.",
    "no clear difference": "No clear difference at like position: the interval includes 0.",
    "too few pages": f"Too few pages for an interval: each group needs {FEWEST_PAIRS} with positions.",
}


def _difference(found: GroupDifference) -> str:
    if found.low is None or found.high is None:
        return f"{found.difference:+.1%}"
    return f"{found.difference:+.1%} (95 % interval {found.low:+.1%} to {found.high:+.1%})"
