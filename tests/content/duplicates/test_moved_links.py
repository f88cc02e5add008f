"""Related links are moved to the pages that are kept, without links to the page itself and without doubles."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.content.duplicates.moved_links import moved_links

KEEPERS = {"a": "k", "b": "k", "c": "m"}


@pytest.mark.parametrize(
    ("targets", "expected"),
    [
        (["x", "a", "y"], [(0, None), (1, "k"), (2, None)]),
        (["a", "b"], [(0, "k")]),
        (["a", "k"], [(1, None)]),
        (["k", "a"], [(0, None)]),
        (["a", "c"], [(0, "k"), (1, "m")]),
        (["x", "x"], [(0, None), (1, None)]),
        ([], []),
    ],
)
def test_links_are_moved(targets, expected):
    assert moved_links(targets, KEEPERS, "page") == expected


def test_no_link_is_moved_to_the_page_itself_or_from_a_duplicate_to_its_own_keeper():
    assert moved_links(["a", "x"], KEEPERS, "k") == [(1, None)]
    assert moved_links(["b", "x"], KEEPERS, "a") == [(1, None)]


@given(st.lists(st.sampled_from("abckmxyz"), max_size=5), st.sampled_from("abkmx"))
def test_moving_twice_changes_nothing_more(targets, page):
    once = [target or targets[number] for number, target in moved_links(targets, KEEPERS, page)]
    assert not set(once) & KEEPERS.keys()
    assert moved_links(once, KEEPERS, page) == [(number, None) for number in range(len(once))]
