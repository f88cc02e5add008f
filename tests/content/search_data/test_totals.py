"""Totals of search data, and what follows from them: opportunities, competing pages, questions that people type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.content.search_data.click_rates import USUAL_CLICK_RATES, ClickRates
from generator.content.search_data.competing import competing_pages, competing_pairs
from generator.content.search_data.opportunity import by_opportunity, opportunity_of
from generator.content.search_data.totals import PageQuery, SearchTotals, sum_totals
from generator.content.search_data.typed_questions import question_of

RATES = ClickRates((0.3, 0.2, 0.1))


def row(path: str, query: str, impressions: int) -> PageQuery:
    return PageQuery(path, query, SearchTotals(0, impressions, 5.0))


def test_a_sum_weights_positions_by_impressions() -> None:
    items = [SearchTotals(1, 10, 2.0), SearchTotals(2, 30, 6.0), SearchTotals(0, 60, None)]
    assert sum_totals(items) == SearchTotals(3, 100, 5.0)
    assert sum_totals([]) == SearchTotals(0, 0, None)


@pytest.mark.parametrize(
    ("position", "rate"),
    [(1, 0.3), (1.5, 0.25), (2, 0.2), (3, 0.1), (3.5, 0.05), (4, 0), (80, 0), (0.5, 0.3)],
)
def test_the_usual_click_rate_between_two_positions_is_on_their_line(position: float, rate: float) -> None:
    assert RATES.usual(position) == pytest.approx(rate)


@given(st.floats(1, 200), st.floats(0, 50))
def test_the_usual_click_rate_never_rises_with_the_position(position: float, further: float) -> None:
    assert 0 <= ClickRates().usual(position + further) <= ClickRates().usual(position) <= USUAL_CLICK_RATES[0]


def test_an_opportunity_is_the_clicks_that_are_missing() -> None:
    found = opportunity_of(SearchTotals(10, 1_000, 2.0), RATES)
    assert found is not None
    assert (found.usual_rate, found.missed_clicks) == (pytest.approx(0.2), pytest.approx(190))
    assert opportunity_of(SearchTotals(10, 1_000, None), RATES) is None


def test_pages_that_miss_most_clicks_come_first_and_those_that_miss_none_are_left_out() -> None:
    pages = {
        "a/few.md": SearchTotals(0, 100, 1.0),
        "a/many.md": SearchTotals(0, 1_000, 1.0),
        "a/good.md": SearchTotals(900, 1_000, 1.0),
        "a/unknown.md": SearchTotals(0, 1_000, None),
    }
    assert list(by_opportunity(pages, RATES)) == ["a/many.md", "a/few.md"]


def test_pages_compete_that_have_a_share_of_one_query() -> None:
    rows = [
        row("a/one.md", "cells", 100),
        row("a/two.md", "cells", 60),
        row("a/rare.md", "cells", 9),
        row("a/one.md", "life", 1_000),
        row("a/two.md", "life", 50),
        row("a/one.md", "self", 500),
    ]
    (found,) = competing_pages(rows)
    assert (found.query, [page.path for page in found.pages]) == ("cells", ["a/one.md", "a/two.md"])
    assert (found.impressions, found.contested) == (160, 60)


def test_pairs_add_up_what_they_compete_for() -> None:
    rows = [row("b/b.md", "x", 20), row("a/a.md", "x", 30), row("a/a.md", "y", 50), row("b/b.md", "y", 40)]
    assert competing_pairs(competing_pages(rows)) == {("a/a.md", "b/b.md"): 60}


@pytest.mark.parametrize(
    ("query", "question"),
    [
        ("how do cells divide", "How do cells divide?"),
        ("What is  life?", "What is life?"),
        ("is water wet", "Is water wet?"),
        ("difference between mitosis and meiosis", "What is the difference between mitosis and meiosis?"),
        ("differences between dna and rna", "What are the differences between dna and rna?"),
        ("mitosis and meiosis the same?", "Mitosis and meiosis the same?"),
        ("explain the krebs cycle", "Explain the krebs cycle."),
        ("cell division", None),
        ("what is", None),
        ("photosynthesis in desert plants", None),
        ("what is example.com site", None),
        ("how to site:example.org cells", None),
        ("what " + "x" * 300 + " y z", None),
    ],
)
def test_a_query_that_is_a_question_is_written_as_one(query: str, question: str | None) -> None:
    assert question_of(query) == question
