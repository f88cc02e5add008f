"""A run is called worse than an earlier one only where chance does not explain the difference."""

import random

import pytest

from generator.store.ledger.runs.health import Health, HealthKey, RecordedHealth, Sample
from generator.workflows.engine.watch.run_comparison import fisher_p, has_larger_mean, warning, worse_points

CENT = 10_000_000


def sample(numbers):
    result = Sample()
    for number in numbers:
        result = result.plus(number)
    return result


def health(jobs, failed=0, *, findings=(), cost=()):
    causes = {"failed: http-500": failed} if failed else {}
    return Health(jobs, failed, causes, sample(findings), sample(cost))


@pytest.mark.parametrize(
    ("table", "p"),
    [
        ((3, 10, 0, 10), 0.105263),  # 120 / 1140
        ((8, 9, 2, 6), 0.046953),  # 141 / 3003
        ((0, 10, 3, 10), 1.0),
        ((0, 20, 0, 20), 1.0),
        ((20, 20, 0, 20), 7.25e-12),
        ((1, 20, 2000, 40_000), 0.6413),
    ],
)
def test_the_p_value_is_that_of_fisher_s_exact_test(table, p):
    assert fisher_p(*table) == pytest.approx(p, rel=1e-3)


@pytest.mark.parametrize(
    ("now", "before", "points"),
    [
        (
            health(60, 20),
            health(600, 6),
            ["20 of 60 failed or need a fix (then 6 of 600; most often failed: http-500)"],
        ),
        (health(60, 2), health(600, 6), []),
        (health(19, 19), health(600, 0), []),
        (health(60, 60), health(19, 0), []),
        (health(600, 6), health(60, 20), []),
        (
            health(60, findings=[3, 4] * 30),
            health(60, findings=[0, 1] * 30),
            ["3.5 findings an article (then 0.5)"],
        ),
        (
            health(60, findings=[1] * 60),
            health(60, findings=[0] * 60),
            ["1.0 findings an article (then 0.0)"],
        ),
        (health(60, findings=[0, 2] * 30), health(60, findings=[1] * 60), []),
        (
            health(60, cost=[3 * CENT, 4 * CENT] * 30),
            health(60, cost=[CENT, 2 * CENT] * 30),
            ["$0.0350 an article (then $0.0150)"],
        ),
        (health(60, cost=[105] * 60), health(60, cost=[100] * 60), []),  # 5 % more: sure, but of no interest
        (health(60, cost=[CENT] * 60), health(60), []),  # the price was not known then
    ],
)
def test_what_is_clearly_worse_is_told_with_its_figures(now, before, points):
    assert list(worse_points(now, before)) == points


def test_two_runs_of_the_same_quality_are_hardly_ever_told_apart():
    rng = random.Random(1)
    counts = [rng.choice([0, 0, 0, 0, 1, 1, 2, 9]) for _ in range(40_000)]
    runs = [sample(counts[start : start + 20]) for start in range(0, len(counts), 20)]
    false = sum(has_larger_mean(now, before) for now, before in zip(runs[::2], runs[1::2], strict=True))
    assert false <= 2


def test_a_warning_is_one_line_that_names_the_earlier_run_and_its_model_where_that_was_another():
    key = HealthKey("answer", "https://api.openai.com/v1", "small", "p")
    before = RecordedHealth(12, key, health(600, 6, cost=[CENT] * 600), "2026-01-30T10:00:00.000+00:00")
    now = health(60, 20, cost=[2 * CENT] * 60)
    assert warning(now, before, model="small") == (
        "warning: clearly worse than the last run with this prompt (run 12, 2026-01-30): 20 of 60 failed or need a fix"
        " (then 6 of 600; most often failed: http-500); $0.0200 an article (then $0.0100)"
    )
    assert "(run 12, 2026-01-30, model small)" in warning(now, before, model="large")
    assert warning(before.health, before, model="small") is None
