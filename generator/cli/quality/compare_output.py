"""Shows the plan and the result of a comparison as text or JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from generator.cli.terminal.estimate_output import cost_in_words, estimate_object
from generator.cli.terminal.exit_codes import early_exit_code, error_object
from generator.cli.terminal.output import note, notes, say, say_json, say_line, table
from generator.cli.terminal.spend_output import spend_line, spend_object, usd
from generator.content.display import dollars, plural, short_number

if TYPE_CHECKING:
    from generator.workflows.compare.case_pairs import CasePair
    from generator.workflows.compare.recorded import SideDraft
    from generator.workflows.compare.requests import CompareOutcome, ComparePlan, CompareReport, SideName
    from generator.workflows.compare.statistics import MeasuredDifference

_TITLES = {"criteria": "criterion", "claims": "claims", "rules": "rule", "effort": "effort"}
_HEADER = ("cases", "A", "B", "B-A", "from", "to", "B is")


def show_comparison_plan(plan: ComparePlan, *, as_json: bool) -> None:
    """Show what a comparison would take."""
    if as_json:
        say_json(
            {
                "cases": plan.cases,
                "a": _side_object(plan.a),
                "b": _side_object(plan.b),
                "stages": [
                    {
                        "stage": stage.stage,
                        "model": stage.model,
                        "recorded": stage.recorded,
                        "estimate": estimate_object(stage.estimate),
                    }
                    for stage in plan.stages
                ],
                "typical_usd": usd(plan.typical),
                "most_without_retries_usd": usd(plan.most),
            }
        )
        return
    rows = [
        (
            stage.stage,
            stage.model,
            f"{stage.recorded:,}",
            f"{stage.estimate.calls:,}",
            f"{stage.estimate.prompt_tokens:,}",
            f"{stage.estimate.completion_tokens:,}",
            dollars(stage.estimate.typical),
        )
        for stage in plan.stages
    ]
    say(plural(plan.cases, "case"))
    table(rows, header=("stage", "model", "recorded", "calls", "tokens in", "out", "cost"))
    cap = "; --max-cost sets a cap" if plan.typical is not None else ""
    say(f"cost:   {cost_in_words(plan.typical, plan.most)}{cap}")


def show_compared(outcome: CompareOutcome, *, fail_if_worse: bool, as_json: bool) -> int:
    """Show the result of a comparison.

    Args:
        fail_if_worse: whether a criterion in which B is clearly worse makes the exit code 1.

    Returns:
        The exit code.

    Raises:
        GeneratorError: the error that ended the run early.
    """
    report = outcome.report
    if as_json:
        say_json(_compared_object(outcome))
    else:
        _say_report(report)
        note(spend_line(outcome.spend))
        if outcome.left:
            note(f"{plural(outcome.left, 'request')} left: run the same command again")
    notes(report.notes, dropped=report.dropped_notes)
    ended = early_exit_code(outcome, as_json=as_json)
    if ended is not None:
        return ended
    if fail_if_worse and report.worse:
        note(f"B is clearly worse: {', '.join(each.name for each in report.worse)}")
        return 1
    return int(bool(outcome.left) or not report.is_complete)


def _say_report(report: CompareReport) -> None:
    say_line(f"A: {report.a}")
    say_line(f"B: {report.b}")
    say(f"{len(report.pairs):,} of {plural(len(report.cases), 'case')} compared")
    for group, title in _TITLES.items():
        rows = [_row(each) for each in report.differences if each.group == group]
        if rows:
            say()
            table(rows, header=(title, *_HEADER))
    if report.preferences:
        found = report.preferences
        clear = found["a"] + found["b"]
        say(
            f"\npreferred: A {found['a']}, B {found['b']}, tie {found['tie']};"
            f" the longer one in {report.longer_preferred} of {clear}"
        )


def _row(item: MeasuredDifference) -> tuple[str, ...]:
    found = item.difference
    values = [found.a, found.b, found.difference, found.low, found.high]
    verdict = item.verdict if found.low is not None else "(too few cases)"
    unit = f" ({item.unit})" if item.unit else ""
    return (f"{item.name}{unit}", str(found.pairs), *map(_number, values), verdict)


def _number(value: float | None) -> str:
    return "" if value is None else short_number(value)


def _compared_object(outcome: CompareOutcome) -> dict[str, Any]:
    report = outcome.report
    return {
        "a": _side_object(report.a),
        "b": _side_object(report.b),
        "cases": len(report.cases),
        "compared": len(report.pairs),
        "measures": [_measure_object(each) for each in report.differences],
        "worse": [each.name for each in report.worse],
        "preferences": report.preferences or None,
        "longer_preferred": report.longer_preferred if report.preferences else None,
        "pairs": [_pair_object(pair) for pair in report.pairs],
        "unexamined": report.unexamined,
        "left": outcome.left,
        "spend": spend_object(outcome.spend),
        "notes": report.notes,
        **({"error": error_object(outcome.error)} if outcome.error else {}),
    }


def _side_object(side: SideName) -> dict[str, str]:
    return {"prompts": side.prompts, "prompt_hash": side.prompt_hash, "model": side.model}


def _measure_object(item: MeasuredDifference) -> dict[str, Any]:
    found = item.difference
    return {
        "group": item.group,
        "name": item.name,
        "better": item.better,
        "unit": item.unit,
        "pairs": found.pairs,
        "a": found.a,
        "b": found.b,
        "difference": found.difference,
        "low": found.low,
        "high": found.high,
        "verdict": item.verdict,
    }


def _pair_object(pair: CasePair) -> dict[str, Any]:
    preference = pair.preference
    return {
        "question": pair.case.question.text,
        "subject": pair.case.question.subject,
        "kind": pair.case.kind,
        "trap": pair.case.trap,
        "a": _draft_object(pair.a),
        "b": _draft_object(pair.b),
        "preferred": preference.preferred if preference else None,
        "reasons": list(preference.reasons) if preference else [],
    }


def _draft_object(draft: SideDraft) -> dict[str, Any]:
    return {
        "state": draft.state,
        "declined": draft.declined,
        "words": draft.words,
        "findings": [finding.as_dict() for finding in draft.findings],
        "calls": draft.calls,
        "prompt_tokens": draft.prompt_tokens,
        "completion_tokens": draft.completion_tokens,
        "cost_usd": usd(draft.cost),
        "seconds": draft.seconds,
    }
