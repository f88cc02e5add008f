"""What ``compare`` shows a person, and its exit codes."""

import pytest

from generator.cli.quality.compare_output import show_compared
from generator.errors import BudgetExceeded
from tests.support.comparisons import compare, golden_set, two_sides
from tests.support.replies import GOOD, completion, spoilt

WORSE = spoilt(
    points=[{**point, "body": point["body"].replace("Catalase", "It")} for point in GOOD["points"]]
)


def test_a_clearly_worse_criterion_is_named_and_fails_only_where_that_is_asked_for(tmp_path, capsys):
    golden_set(tmp_path)
    outcome = compare(tmp_path, two_sides(b=lambda _: completion(WORSE)))
    assert show_compared(outcome, fail_if_worse=False, as_json=False) == 0
    shown = capsys.readouterr()
    assert "facts found" in shown.out and "worse" in shown.out and "10 of 10 cases compared" in shown.out
    assert show_compared(outcome, fail_if_worse=True, as_json=False) == 1
    assert "B is clearly worse: facts found" in capsys.readouterr().err


def test_a_better_side_passes(tmp_path):
    golden_set(tmp_path)
    outcome = compare(tmp_path, two_sides(a=lambda _: completion(WORSE)))
    assert show_compared(outcome, fail_if_worse=True, as_json=False) == 0


def test_few_cases_show_their_means_without_a_verdict(tmp_path, capsys):
    golden_set(tmp_path, "Biology,Why is grass green?,,,answer,chlorophyll,,")
    outcome = compare(tmp_path, two_sides())
    show_compared(outcome, fail_if_worse=True, as_json=False)
    assert "(too few cases)" in capsys.readouterr().out


def test_what_ended_the_run_is_raised_after_what_there_is_was_shown(tmp_path, capsys):
    golden_set(tmp_path)
    outcome = compare(tmp_path, two_sides(), max_cost=0.000001)
    with pytest.raises(BudgetExceeded):
        show_compared(outcome, fail_if_worse=True, as_json=False)
    assert "0 of 10 cases compared" in capsys.readouterr().out
    assert show_compared(outcome, fail_if_worse=True, as_json=True) == 1
