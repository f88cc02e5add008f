"""Paired differences: exact antisymmetry, nothing for equal samples, an interval only where there are enough pairs."""

import random

from hypothesis import given
from hypothesis import strategies as st

from generator.content.statistics.differences import FEWEST_PAIRS, draw_resamples, paired_difference

VALUES = st.floats(-1000, 1000, allow_nan=False)
PAIRS = st.lists(st.tuples(VALUES, VALUES), min_size=1, max_size=20)


def resamples(pairs: int, seed: int = 7, count: int = 200):
    rng = random.Random(seed)
    return draw_resamples(pairs, lambda n: rng.choices(range(n), k=n), count=count)


def compared(pairs, seed: int = 7):
    a, b = zip(*pairs, strict=True)
    return paired_difference(a, b, resamples(len(pairs), seed))


@given(PAIRS)
def test_exchanging_the_sides_changes_the_signs_and_nothing_else(pairs):
    first, second = compared(pairs), compared([(b, a) for a, b in pairs])
    assert (first.a, first.b, first.pairs) == (second.b, second.a, second.pairs)
    assert first.difference == -second.difference
    if first.low is not None and first.high is not None:
        assert (first.low, first.high) == (-second.high, -second.low)
    assert first.is_above_zero == second.is_below_zero


@given(st.lists(VALUES, min_size=1, max_size=20))
def test_equal_samples_differ_by_exactly_zero(values):
    result = compared([(value, value) for value in values])
    assert result.difference == 0
    assert {result.low, result.high} <= {0, None}
    assert not result.is_above_zero and not result.is_below_zero


@given(PAIRS)
def test_the_interval_lies_within_the_differences_and_the_same_seed_gives_the_same(pairs):
    result = compared(pairs)
    assert result == compared(pairs)
    assert (result.low is None) == (len(pairs) < FEWEST_PAIRS)
    if result.low is not None and result.high is not None:
        differences = [b - a for a, b in pairs]
        assert min(differences) - 1e-6 <= result.low <= result.high <= max(differences) + 1e-6


def test_a_constant_gain_is_above_zero_and_a_coin_is_not():
    assert compared([(1.0, 2.0)] * 10).is_above_zero
    assert not compared([(0.0, 1.0), (1.0, 0.0)] * 10).is_above_zero


def test_the_interval_of_a_known_sample_is_near_that_of_the_normal_distribution():
    rng = random.Random(3)
    pairs = [(0.0, rng.gauss(1, 2)) for _ in range(64)]
    result = paired_difference(*zip(*pairs, strict=True), resamples(64, count=2000))
    mean = sum(b for _, b in pairs) / 64
    spread = (sum((b - mean) ** 2 for _, b in pairs) / 63 / 64) ** 0.5
    assert abs(result.low - (mean - 1.96 * spread)) < 0.12
    assert abs(result.high - (mean + 1.96 * spread)) < 0.12
