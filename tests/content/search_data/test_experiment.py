"""The comparison of changed with held-out pages: what it finds, what it does not, and when it concludes nothing."""

import random
from collections import Counter

import pytest

from generator.content.search_data.click_rates import ClickRates
from generator.content.search_data.experiment import Comparison, Days, PageChange, compare_groups
from generator.content.search_data.hold_out import is_chosen
from generator.content.search_data.opportunity import opportunity_of
from generator.content.search_data.totals import SearchTotals
from generator.content.search_data.wording import comparison_lines, figures_line, totals_line

RATES = ClickRates((0.3, 0.2, 0.1))
DAYS = Days(90, 30)


def pages(count: int, *, gain: float, seed: int, rise: float = 0.0) -> dict[str, PageChange]:
    """Pages with half of the usual clicks before; after it they have ``gain`` times more, and stand ``rise`` higher."""
    draw = random.Random(seed)
    found = {}
    for number in range(count):
        shown, position = draw.randint(500, 5_000), draw.uniform(1.5, 3)
        before = SearchTotals(_clicks(draw, shown, position, 0.5), shown, position)
        after_shown, after_position = shown // 3, position - rise
        after = SearchTotals(
            _clicks(draw, after_shown, after_position, 0.5 * (1 + gain)), after_shown, after_position
        )
        found[f"a/{number}.md"] = PageChange(before, after)
    return found


def _clicks(draw: random.Random, shown: int, position: float, share: float) -> int:
    return min(shown, round(shown * RATES.usual(position) * share * draw.uniform(0.7, 1.3)))


def compare(applied: dict[str, PageChange], held_out: dict[str, PageChange] | None) -> Comparison:
    rng = random.Random(5)
    return compare_groups(applied, held_out, DAYS, RATES, lambda count: rng.choices(range(count), k=count))


def test_a_gain_beside_held_out_pages_is_found() -> None:
    found = compare(pages(80, gain=0.4, seed=1), pages(20, gain=0.0, seed=2))
    assert found.conclusion == "gained"
    assert found.like_position is not None
    assert found.like_position.difference == pytest.approx(0.2, abs=0.06)
    assert found.clicks is not None
    assert found.clicks.difference == pytest.approx(0.4, abs=0.15)
    assert any("gained clicks" in line for line in comparison_lines(found))


def test_a_loss_is_found() -> None:
    assert compare(pages(80, gain=-0.5, seed=1), pages(20, gain=0.0, seed=2)).conclusion == "lost"


def test_what_both_groups_gained_is_no_difference() -> None:
    assert (
        compare(pages(80, gain=0.4, seed=1), pages(20, gain=0.4, seed=2)).conclusion == "no clear difference"
    )


def test_a_page_that_only_rises_gains_clicks_and_nothing_at_like_position() -> None:
    found = compare(pages(80, gain=0.0, seed=1, rise=0.5), pages(40, gain=0.0, seed=2))
    assert found.conclusion == "no clear difference"
    assert found.clicks is not None
    assert found.clicks.low is not None and found.clicks.low > 0


def test_nothing_is_found_in_most_samples_without_a_difference() -> None:
    seen = Counter(
        compare(pages(24, gain=0.0, seed=2 * n), pages(8, gain=0.0, seed=2 * n + 1)).conclusion
        for n in range(6)
    )
    assert seen["no clear difference"] >= 5


@pytest.mark.parametrize(("applied", "held_out"), [(80, 7), (7, 80)])
def test_few_pages_have_no_interval(applied: int, held_out: int) -> None:
    found = compare(pages(applied, gain=0.4, seed=1), pages(held_out, gain=0.0, seed=2))
    assert found.conclusion == "too few pages"
    assert found.like_position is not None
    assert found.like_position.low is None


def test_without_a_hold_out_there_are_figures_and_no_conclusion() -> None:
    found = compare(pages(80, gain=0.4, seed=1), None)
    assert (found.conclusion, found.held_out, found.clicks, found.like_position) == (
        "no hold-out",
        None,
        None,
        None,
    )
    assert found.applied.pages == 80
    assert found.applied.clicks_a_day_after > found.applied.clicks_a_day_before
    (line,) = comparison_lines(found)
    assert "says nothing about the cause" in line


def test_pages_that_nobody_is_shown_divide_by_nothing() -> None:
    nothing = PageChange(SearchTotals(0, 0, None), SearchTotals(0, 0, None))
    found = compare({"a/a.md": nothing}, {"a/b.md": nothing})
    assert found.conclusion == "too few pages"
    assert (found.applied.like_position_before, found.clicks) == (None, None)


def test_the_same_pages_are_chosen_again_and_about_the_share() -> None:
    paths = [f"biology/thing-{number}.md" for number in range(5_000)]
    chosen = {path for path in paths if is_chosen(path, seed="one", share=0.2)}
    assert 900 < len(chosen) < 1_100
    assert chosen == {path for path in reversed(paths) if is_chosen(path, seed="one", share=0.2)}
    assert chosen < {path for path in paths if is_chosen(path, seed="one", share=0.5)}
    assert chosen != {path for path in paths if is_chosen(path, seed="two", share=0.2)}
    assert not any(is_chosen(path, seed="one", share=0) for path in paths)
    assert all(is_chosen(path, seed="one", share=1) for path in paths)


def test_figures_are_written_on_one_line() -> None:
    totals = SearchTotals(1, 1_000, 2.0)
    assert totals_line(totals) == "1 click, 1,000 impressions, CTR 0.1%, position 2.0"
    line = figures_line(totals, opportunity_of(totals, RATES))
    assert line == f"{totals_line(totals)} (usual there 20.0%, about 199 clicks missed)"
    assert figures_line(SearchTotals(0, 3, None), None) == "0 clicks, 3 impressions, CTR 0.0%"
