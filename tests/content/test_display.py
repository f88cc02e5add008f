"""Counts, money and states are formatted for a person."""

import pytest

from generator.content.display import dollars, in_words, plural, short_number, tally


def test_an_amount_has_cents_or_four_places():
    assert [dollars(nano) for nano in (None, 0, 1_234_000, 2_500_000_000)] == [
        "unknown (no price in config.yaml)",
        "$0.00",
        "$0.0012",
        "$2.50",
    ]


def test_a_count_has_its_noun():
    assert [
        plural(1, "call"),
        plural(1200, "call"),
        plural(0, "query"),
        plural(2, "batch"),
        plural(2, "day"),
    ] == [
        "1 call",
        "1,200 calls",
        "0 queries",
        "2 batches",
        "2 days",
    ]


def test_a_state_is_written_in_words():
    assert in_words("near_duplicate") == "near duplicate"
    assert tally({"needs_fix": 2, "drafted": 1}, 0) == "1 drafted, 2 needs fix"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0.00"),
        (-0.5, "-0.50"),
        (1234.5, "1,234"),
        (-0.00125, "-0.0013"),
        (3.4e-6, "3.4e-06"),
        (99.994, "99.99"),
    ],
)
def test_a_short_number_keeps_the_digits_that_tell_two_values_apart(value, text):
    assert short_number(value) == text
