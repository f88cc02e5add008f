"""Word differences, the query string of the queue, and the age of times."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.content.language.word_diff import word_diff
from generator.content.states import DRAFT_STATES
from generator.web.queue.query import ORDERS, TABS, QueueQuery, page_count, tab_counts
from generator.web.templating import ago


@given(st.text(alphabet="ab c.\n", max_size=80), st.text(alphabet="ab c.\n", max_size=80))
def test_a_difference_has_both_texts(old, new):
    pieces = word_diff(old, new)
    assert "".join(piece.text for piece in pieces if piece.kind != "added") == old
    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == new


def test_two_changed_words_are_one_change():
    kinds = [(piece.kind, piece.text) for piece in word_diff("the quick brown fox", "the slow red fox")]
    assert kinds == [("same", "the "), ("removed", "quick brown"), ("added", "slow red"), ("same", " fox")]


@given(
    st.builds(
        QueueQuery,
        tab=st.sampled_from(TABS),
        order=st.sampled_from(ORDERS),
        subject=st.none() | st.text(min_size=1, max_size=20),
        rule=st.none() | st.text(min_size=1, max_size=20),
        run=st.none() | st.integers(1, 10**8),
        text=st.text(max_size=40).map(str.strip),
        page=st.integers(1, 1000),
    )
)
def test_the_query_string_has_the_whole_state_of_the_queue(query):
    from urllib.parse import parse_qsl

    again = QueueQuery.read(dict(parse_qsl(query.string().removeprefix("?"), keep_blank_values=True)))
    assert again == query


@pytest.mark.parametrize(
    "wrong", [{"page": "-1"}, {"page": "x"}, {"run": "²"}, {"state": "'; DROP"}, {"sort": ""}]
)
def test_invalid_parameters_are_ignored(wrong):
    assert QueueQuery.read(wrong) == QueueQuery()


def test_every_state_is_in_one_tab_beside_all():
    assert sorted(state for tab in TABS[:-1] if not tab.aside for state in tab.states) == sorted(DRAFT_STATES)
    assert tab_counts({"drafted": 5, "failed": 1}, {"drafted": 2}) == {
        "review": 3, "fix": 0, "later": 2, "approved": 0, "rejected": 0, "published": 0, "near": 0, "none": 1,
        "all": 6,
    }  # fmt: skip
    assert [page_count(count) for count in (0, 50, 51)] == [1, 1, 2]


def test_a_time_is_shown_as_its_age():
    now = "2026-01-02T12:00:00.000+00:00"
    assert ago("2026-01-02T11:59:30+00:00", now) == "just now"
    assert ago("2026-01-02T10:00:00+00:00", now) == "2 hours ago"
    assert ago("2025-01-01T10:00:00+00:00", now) == "1 year ago"
    assert ago("someday", now) == "someday"
