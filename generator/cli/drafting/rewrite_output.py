"""Prints plans and results of ``rewrite``, as text or JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from generator.cli.drafting.draft_output import ended_before, say_where
from generator.cli.terminal.estimate_output import estimate_object, say_estimate
from generator.cli.terminal.exit_codes import early_exit_code, error_object
from generator.cli.terminal.output import note, notes, say, say_json, say_line, table
from generator.cli.terminal.spend_output import spend_line, spend_object
from generator.content.display import in_words, plural

if TYPE_CHECKING:
    from collections.abc import Callable

    from generator.config import Settings
    from generator.workflows.rewriting.requests import (
        RewriteDecision,
        RewriteOutcome,
        RewritePlan,
        RewritePlanOutcome,
    )

_MOST_WITHDRAWALS = 20
_LABELS: dict[RewriteDecision, str] = {
    "new": "to rewrite",
    "resume": "planned before, not finished",
    "redo": "to be rewritten again",
    "busy": "being rewritten by another run",
    "batched": "in a batch",
    "drafted": "rewritten before",
    "withdraw": "to be withdrawn",
    "withdrawn": "withdrawn before",
    "canonical": "left out: their canonical address is another page",
    "held_out": "held out for comparison (generator seo hold-out)",
    "skipped": "skipped",
}


def show_rewrites(plan: RewritePlan, *, next_command: Callable[..., str]) -> None:
    """Print notes on pages that need a look, and the pages that should be withdrawn.

    Args:
        next_command: builds the next command line from words.
    """
    notes(plan.notes, dropped=plan.dropped_notes)
    if not plan.withdraw:
        return
    note(f"to withdraw, not rewritten: {plural(len(plan.withdraw), 'page')}")
    for item in plan.withdraw[:_MOST_WITHDRAWALS]:
        note(f"  {item.key}: {item.reason} [{item.code}]")
    if len(plan.withdraw) > _MOST_WITHDRAWALS:
        note(f"  and {len(plan.withdraw) - _MOST_WITHDRAWALS:,} more (--plan --json names all)")
    command = next_command("withdraw", plan.withdraw[0].key, "--reason", plan.withdraw[0].reason)
    note(f"  for each that you agree with: {command}")


def show_planned(planned: RewritePlanOutcome, *, next_command: Callable[..., str], as_json: bool) -> int:
    """Print what rewriting pages would take; returns the exit code."""
    plan = planned.plan
    if as_json:
        say_json(
            {
                "model": planned.endpoint.model,
                **_plan_object(plan),
                "first_pages": plan.first_pages,
                "estimate": estimate_object(planned.estimate),
            }
        )
        return int(plan.needs_person)
    show_rewrites(plan, next_command=next_command)
    for kind, label in _LABELS.items():
        if kind == "drafted" and plan.before:
            for words, count in ended_before(plan.before):
                say(f"{count:>8,}  {words}")
        elif plan.counts[kind] or kind == "new":
            say(f"{plan.counts[kind]:>8,}  {label}")
    if plan.rules:
        say("\nto rewrite, by rule")
        table([(f"{count:,}", code) for code, count in plan.rules.most_common()], indent="  ")
    if plan.first_pages:
        say("\nfirst pages" if plan.to_ask > len(plan.first_pages) else "\npages")
        for key in plan.first_pages:
            say_line(f"  {key}")
    say_estimate(planned.endpoint, planned.estimate)
    return int(plan.needs_person)


def show_rewritten(
    settings: Settings, outcome: RewriteOutcome, *, next_command: Callable[..., str], as_json: bool
) -> int:
    """Print the result of rewriting pages; returns the exit code.

    Args:
        next_command: builds the next command line from words; ``content_dir=None`` for a command without that option.

    Raises:
        GeneratorError: the error that ended the run early, unless the JSON reports it.
    """
    if as_json:
        result = _result_object(settings, outcome)
        say_json({**result, "error": error_object(outcome.error)} if outcome.error else result)
    else:
        _say_result(settings, outcome, next_command)
    ended = early_exit_code(outcome, as_json=as_json)
    return int(outcome.needs_person) if ended is None else ended


def _plan_object(plan: RewritePlan) -> dict[str, Any]:
    return {
        "pages": dict(plan.counts),
        "rules": dict(plan.rules),
        "before": dict(plan.before),
        "withdraw": [{"key": item.key, "code": item.code, "reason": item.reason} for item in plan.withdraw],
        "notes": plan.notes,
    }


def _result_object(settings: Settings, outcome: RewriteOutcome) -> dict[str, Any]:
    done = outcome.drafted
    plan = _plan_object(outcome.plan)
    return {
        "model": outcome.endpoint.model,
        **plan,
        "states": dict(done.states) if done else {},
        "left": outcome.left,
        "seconds": round(outcome.seconds, 3),
        "spend": spend_object(outcome.spend),
        "output_dir": str(settings.output_dir),
        "notes": [*plan["notes"], *(done.notes if done else [])],
    }


def _say_result(settings: Settings, outcome: RewriteOutcome, next_command: Callable[..., str]) -> None:
    done, plan = outcome.drafted, outcome.plan
    states = dict(done.states) if done else {}
    if done:
        notes(done.notes)
    words = {"drafted": "rewritten", "needs_fix": "needing a fix", "refused": "declined", "failed": "failed"}
    parts = [f"{count:,} {words.get(state, in_words(state))}" for state, count in states.items()]
    parts += [f"{count:,} {label}" for label, count in ended_before(plan.before)]
    parts += [
        f"{plan.counts[kind]:,} {_LABELS[kind]}"
        for kind in ("busy", "batched", "withdraw", "withdrawn", "canonical", "held_out", "skipped")
        if plan.counts[kind]
    ]
    say(f"{', '.join(parts) or 'nothing to do'} ({outcome.seconds:.1f} s)")
    if outcome.spend.calls:
        say(spend_line(outcome.spend))
    if outcome.left:
        say(f"{plural(outcome.left, 'page')} left: run the same command again to continue.")
    if states.get("refused"):
        shown = next_command("list", "--state", "refused", content_dir=None)
        say(f"Declined: {shown} shows why; generator withdraw takes a page off the site")
    say_where(settings, states, next_command)
