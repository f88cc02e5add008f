"""Acceptance sampling: the numbers are those of counting every possible sample, and of published tables."""

from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.content.sampling import Goal, Sample, draw_order, most_bad, needed


@pytest.mark.parametrize(
    ("size", "confidence", "limit", "wanted"),
    [
        (None, 0.95, 0.05, 59),
        (None, 0.95, 0.01, 299),
        (None, 0.99, 0.01, 459),
        (None, 0.90, 0.10, 22),
        (10_000, 0.95, 0.05, 59),
        (10_000, 0.95, 0.01, 294),
        (1_000, 0.95, 0.05, 57),
        (100, 0.95, 0.05, 45),
        (20, 0.95, 0.05, 19),
        (10, 0.95, 0.05, 10),
        (1, 0.95, 0.05, 1),
        (10_000, 0.95, 0.0001, 9_500),
    ],
)
def test_so_many_must_be_read(size, confidence, limit, wanted):
    assert needed(size, Goal(confidence, limit)) == wanted


def share_of_samples(size, bad, read, found):
    """The share of all samples in which at most ``found`` are bad, by counting them."""
    samples = list(combinations(range(size), read))
    return Fraction(sum(sum(item < bad for item in sample) <= found for sample in samples), len(samples))


@given(st.data())
def test_the_most_bad_ones_are_those_of_counting_every_sample(data):
    size = data.draw(st.integers(1, 9))
    read = data.draw(st.integers(0, size))
    found = data.draw(st.integers(0, read))
    confidence = data.draw(st.sampled_from([0.8, 0.9, 0.95, 0.99]))
    doubt = 1 - Fraction(str(confidence))
    possible = [
        bad
        for bad in range(found, size - read + found + 1)
        if share_of_samples(size, bad, read, found) > doubt
    ]
    assert most_bad(size, read, found, confidence) == max(possible)


@given(
    st.integers(1, 3_000),
    st.sampled_from([0.2, 0.1, 0.05, 0.02, 0.01]),
    st.sampled_from([0.8, 0.9, 0.95, 0.99]),
)
def test_a_lot_needs_the_fewest_that_show_its_goal_and_never_more_than_an_infinite_one(
    size, limit, confidence
):
    goal = Goal(confidence, limit)
    enough = needed(size, goal)
    assert enough <= min(size, needed(None, goal))
    assert Fraction(most_bad(size, enough, 0, confidence), size) < Fraction(str(limit))
    assert Fraction(most_bad(size, enough - 1, 0, confidence), size) >= Fraction(str(limit))


@given(st.sets(st.integers(1, 10_000), max_size=60), st.text(max_size=8))
def test_the_order_of_draws_follows_from_the_seed_alone(numbers, seed):
    order = draw_order(seed, numbers)
    assert sorted(order) == sorted(numbers)
    assert order == draw_order(seed, sorted(numbers, reverse=True))
    others = draw_order(seed, numbers | {10_001})
    assert [number for number in others if number != 10_001] == order


def test_every_draft_is_drawn_equally_often():
    drawn = [0] * 20
    for seed in range(2_000):
        for number in draw_order(str(seed), range(20))[:5]:
            drawn[number] += 1
    assert all(430 < count < 570 for count in drawn), drawn  # 500 expected, 19.4 standard deviation


def test_the_sentence_says_what_is_shown_and_what_is_missing():
    def sentence(read, serious=0, minor=0, size=10_000, **goal):
        return Sample(size, read, serious, minor, Goal(**goal)).sentence

    assert sentence(0) == "nothing read yet; 0 of 59 bad shows under 5 % bad with 95 % confidence"
    assert sentence(12) == "0 of 12 bad: under 22.1 % bad with 95 % confidence; 47 more for under 5 %"
    assert sentence(59) == "0 of 59 bad: under 5 % bad with 95 % confidence; 294 for under 1 %"
    assert (
        sentence(294, limit=0.01) == "0 of 294 bad: under 1 % bad with 95 % confidence; 2,588 for under 0.1 %"
    )
    assert sentence(13, serious=1) == "1 of 13 bad: up to 31.7 % bad with 95 % confidence"
    assert sentence(20, size=20) == "all 20 read, 0 bad"
    assert Sample(10_000, 12, 0, 2, Goal()).progress == "12 of 59 read, 0 serious, 2 minor"
    assert Sample(10_000, 59, 0, 2, Goal()).minor_sentence.startswith(
        "2 minor faults corrected: up to 10.3 % of"
    )
