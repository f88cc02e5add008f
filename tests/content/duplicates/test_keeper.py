"""Which page is kept, and the reason."""

from dataclasses import replace

import pytest

from generator.content.duplicates.keeper import PageStrength, keeper_reason

PAGE = PageStrength("b/a", True, 0, 0, 0, 0, 300, 7)


@pytest.mark.parametrize(
    ("better", "reason"),
    [
        ({}, "the others are hidden from search engines"),
        ({"clicks": 1_200}, "most clicks: 1,200, the next 0"),
        ({"impressions": 5}, "most impressions: 5, the next 0"),
        ({"inbound": 2}, "most pages link to it: 2, the next 0"),
        ({"findings": 0}, "fewest findings: 0, the next 3"),
        ({"words": 400}, "longest answer: 400, the next 300 words"),
        ({"id": 3}, "oldest id: 3"),
    ],
)
def test_each_criterion_decides_only_where_the_earlier_ones_are_equal(better, reason):
    # In all later criteria the other page is the better one.
    order = ["is_listed", "clicks", "impressions", "inbound", "findings", "words", "id"]
    at = order.index(next(iter(better), "is_listed"))
    best = {"clicks": 9, "impressions": 9, "inbound": 9, "findings": 0, "words": 999, "id": 1}
    other = replace(PAGE, key="b/other", **{name: best[name] for name in order[at + 1 :]})
    if at == 0:
        other = replace(other, is_listed=False)
    if better.get("findings") == 0:
        other = replace(other, findings=3)
    page = replace(PAGE, **better)
    assert min([other, page], key=lambda each: each.rank) is page
    assert keeper_reason(page, [other]) == reason


def test_a_page_without_an_id_is_the_younger_one():
    without = replace(PAGE, key="a/a", id=None)
    assert min([without, PAGE], key=lambda each: each.rank) is PAGE


def test_equal_pages_are_kept_by_address():
    first = replace(PAGE, key="a/a")
    assert min([PAGE, first], key=lambda each: each.rank) is first
    assert keeper_reason(first, [PAGE]) == "all else is equal: first by address"
