"""Weighted kappa against values worked out by hand, and its interval."""

from random import Random

import pytest

from generator.content.statistics.agreement import Scored, agreement, weighted_kappa


def pairs(*items: tuple[float, int]) -> list[Scored]:
    return [Scored(*item) for item in items]


def seeded():
    random = Random(7)
    return lambda size: random.choices(range(size), k=size)


def test_the_same_order_agrees_fully_and_the_opposite_one_disagrees():
    assert weighted_kappa(pairs((1.0, 0), (2.0, 0), (3.0, 1), (4.9, 2))) == 1.0
    # Observed: 4 + 0 + 4 = 8 over 3; expected: each of 3 grades once on both sides: (1+4+1+1+4+1) / 3 = 4.
    assert weighted_kappa(pairs((5.0, 0), (3.0, 1), (1.0, 2))) == pytest.approx(1 - 3 * 8 / 12)


def test_a_value_by_hand_with_one_neighbouring_swap():
    # Grades 0, 0, 2, 2 by people; the order gives 0, 2, 0, 2: squares 0 + 4 + 4 + 0 = 8.
    # Expected: 2 * 2 * 4 * 2 = 32, over 4. So 1 - 4 * 8 / 32 = 0.
    assert weighted_kappa(pairs((1, 0), (3, 0), (2, 2), (4, 2))) == 0.0


def test_scores_that_are_all_equal_say_nothing():
    assert weighted_kappa(pairs(*[(4.0, 0)] * 3, *[(4.0, 2)] * 5)) == 0.0


def test_without_two_grades_there_is_nothing_to_agree_about():
    assert weighted_kappa(pairs((1.0, 2), (5.0, 2))) is None
    assert weighted_kappa([]) is None
    assert agreement(pairs((1.0, 2), (5.0, 2)), seeded()) is None


def test_the_order_of_the_pairs_does_not_matter():
    items = [(float(at % 7), at % 3) for at in range(60)]
    assert weighted_kappa(pairs(*items)) == weighted_kappa(pairs(*reversed(items)))


def test_the_interval_holds_kappa_narrows_with_more_decisions_and_is_the_same_each_time():
    random = Random(1)

    def made(size: int) -> list[Scored]:
        grades = [random.choice((0, 1, 2, 2)) for _ in range(size)]
        return [Scored(grade + random.gauss(0, 1), grade) for grade in grades]

    few, many = made(100), made(400)
    first, second = agreement(few, seeded()), agreement(many, seeded())
    assert first is not None and second is not None
    assert first.low < first.kappa < first.high < 1
    assert second.high - second.low < first.high - first.low
    assert agreement(few, seeded()) == first
