"""Compares what pages gained after their search texts changed with what pages gained that were held out.

Two figures of a group of pages change between an export before and one after:

- clicks a day,
- the click rate at like position: its clicks divided by those that are usual at the positions of its impressions. A page
  that only rises in the results does not gain in it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from generator.content.search_data.click_rates import ClickRates
from generator.content.search_data.totals import SearchTotals, sum_totals
from generator.content.statistics.differences import GroupDifference, group_difference

Conclusion = Literal["gained", "lost", "no clear difference", "too few pages", "no hold-out"]
"""What the interval says of the pages with new texts, beside those that were held out."""


@dataclass(frozen=True, slots=True)
class PageChange:
    """A page in the exports before and after."""

    before: SearchTotals
    after: SearchTotals


@dataclass(frozen=True, slots=True)
class GroupFigures:
    """The figures of a group of pages before and after; None where there is nothing to divide by.

    Args:
        like_position_before, like_position_after: clicks divided by the usual ones at these positions; 1 is as usual.
    """

    pages: int
    before: SearchTotals
    after: SearchTotals
    clicks_a_day_before: float
    clicks_a_day_after: float
    like_position_before: float | None
    like_position_after: float | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """What pages with new texts gained, beside pages that were held out.

    Args:
        held_out: None without a hold-out.
        clicks: the difference between the groups (applied less held out) of the relative change of their clicks a day.
        like_position: the same of the change of the click rate at like position. Both None without a hold-out.
    """

    applied: GroupFigures
    held_out: GroupFigures | None
    clicks: GroupDifference | None
    like_position: GroupDifference | None

    @property
    def conclusion(self) -> Conclusion:
        """What the interval of the click rate at like position says."""
        if self.held_out is None:
            return "no hold-out"
        found = self.like_position
        if found is None or found.low is None or found.high is None:
            return "too few pages"
        return "gained" if found.low > 0 else "lost" if found.high < 0 else "no clear difference"


@dataclass(frozen=True, slots=True)
class Days:
    """How many days each export covers."""

    before: int
    after: int


def compare_groups(
    applied: Mapping[str, PageChange],
    held_out: Mapping[str, PageChange] | None,
    days: Days,
    rates: ClickRates,
    draw: Callable[[int], Sequence[int]],
) -> Comparison:
    """Compare the pages with new texts with those that were held out.

    Args:
        applied, held_out: by path; ``held_out`` None without a hold-out.
        draw: as for ``group_difference``.
    """
    figures = _figures(list(applied.values()), days, rates)
    if held_out is None:
        return Comparison(figures, None, None, None)
    left, changed = ([_sums(page, rates) for page in group.values()] for group in (held_out, applied))
    return Comparison(
        applied=figures,
        held_out=_figures(list(held_out.values()), days, rates),
        clicks=group_difference(left, changed, lambda pages: _change_of_clicks(pages, days), draw),
        like_position=group_difference(left, changed, _change_at_like_position, draw),
    )


_Sums = tuple[int, float, int, float]
"""Of a page or of several: clicks and usual clicks before, then after."""


def _sums(page: PageChange, rates: ClickRates) -> _Sums:
    return (
        page.before.clicks,
        _usual_clicks(page.before, rates),
        page.after.clicks,
        _usual_clicks(page.after, rates),
    )


def _usual_clicks(totals: SearchTotals, rates: ClickRates) -> float:
    return 0.0 if totals.position is None else totals.impressions * rates.usual(totals.position)


def _figures(pages: Sequence[PageChange], days: Days, rates: ClickRates) -> GroupFigures:
    before, after = sum_totals(page.before for page in pages), sum_totals(page.after for page in pages)
    clicks_before, usual_before, clicks_after, usual_after = _added([_sums(page, rates) for page in pages])
    return GroupFigures(
        pages=len(pages),
        before=before,
        after=after,
        clicks_a_day_before=clicks_before / days.before,
        clicks_a_day_after=clicks_after / days.after,
        like_position_before=clicks_before / usual_before if usual_before else None,
        like_position_after=clicks_after / usual_after if usual_after else None,
    )


def _added(pages: Sequence[_Sums]) -> tuple[float, float, float, float]:
    if not pages:
        return 0, 0, 0, 0
    before, usual_before, after, usual_after = map(sum, zip(*pages, strict=True))
    return before, usual_before, after, usual_after


def _change_of_clicks(pages: Sequence[_Sums], days: Days) -> float | None:
    before, _, after, _ = _added(pages)
    return (after / days.after) / (before / days.before) - 1 if before else None


def _change_at_like_position(pages: Sequence[_Sums]) -> float | None:
    before, usual_before, after, usual_after = _added(pages)
    return after / usual_after - before / usual_before if usual_before and usual_after else None
