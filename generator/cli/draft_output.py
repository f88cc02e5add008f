"""What ``draft`` shows: plans and what they would take, results and what they cost, for a person and a program."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from generator.cli.exit_codes import INTERRUPTED, error_object, exit_code_of
from generator.cli.output import note, notes, say, say_json
from generator.config import Settings
from generator.content.display import dollars, plural
from generator.errors import UsageError
from generator.services import Endpoint
from generator.store.ledger.calls import Spend
from generator.workflows.drafting.planner import PlanReport
from generator.workflows.drafting.requests import DraftOutcome, PlanOutcome
from generator.workflows.drafting.triage import Kind
from generator.workflows.engine.estimate import Estimate
from generator.workflows.review.reviewer import reviewer_name

STRICT = "--strict: nothing was asked, because rows of the list cannot be used"


def say_plan(endpoint: Endpoint, report: PlanReport, guess: Estimate) -> None:
    labels: dict[Kind, str] = {
        "new": "new",
        "resume": "planned before, not finished",
        "redo": "to be asked again",
        "batched": "in a batch",
        "drafted": "already drafted",
        "published": "already published",
        "duplicate": "duplicates within the list",
        "near_duplicate": "near duplicates",
        "unreadable": "unreadable",
    }
    for kind, label in labels.items():
        if report.counts[kind] or kind in ("new", "drafted", "published", "duplicate", "unreadable"):
            say(f"{report.counts[kind]:>8,}  {label}")
    say_tokens(endpoint, guess)
    if endpoint.realm == "model":
        say(
            f"cost:   about {dollars(guess.typical)}, at most about {dollars(guess.most)} without retries;"
            " --max-cost sets a cap"
        )


def say_tokens(endpoint: Endpoint, guess: Estimate) -> None:
    """The calls and tokens that a run would take."""
    say()
    say(
        f"{guess.calls:,} calls to {endpoint.model}, at most {guess.most_calls:,} with repairs, without retries"
    )
    basis = (
        f"the mean of {guess.measured_on:,} earlier replies"
        if guess.measured_on
        else "the size of the prompts"
    )
    say(f"tokens: about {guess.prompt_tokens:,} in and {guess.completion_tokens:,} out, judged by {basis};")
    say(
        f"        at most about {guess.most_prompt_tokens:,} in and {guess.most_completion_tokens:,} out"
        " without retries"
    )


def estimate_object(guess: Estimate) -> dict[str, Any]:
    """What a run would take, for a program; money in US dollars."""
    return {
        "calls": guess.calls,
        "prompt_tokens": guess.prompt_tokens,
        "completion_tokens": guess.completion_tokens,
        "measured_on": guess.measured_on,
        "typical_usd": None if guess.typical is None else guess.typical / 1e9,
        "most_without_retries": {
            "calls": guess.most_calls,
            "prompt_tokens": guess.most_prompt_tokens,
            "completion_tokens": guess.most_completion_tokens,
            "usd": None if guess.most is None else guess.most / 1e9,
        },
    }


def show_rows(report: PlanReport) -> None:
    notes(report.notes, dropped=report.dropped_notes)
    for subject, count in sorted(report.unlisted.items()):
        note(f"warning: the site does not list {subject!r}: {plural(count, 'page')} will never be indexed")


def show_plan(planned: PlanOutcome, *, as_json: bool) -> int:
    """What drafting a list would take; the exit code.

    Raises:
        ConfigError: nothing of it could be drafted.
    """
    plan, error = planned.plan, planned.error
    if as_json:
        result = {
            "model": planned.endpoint.model,
            "rows": dict(plan.counts),
            "estimate": estimate_object(planned.estimate),
            "notes": plan.notes,
        }
        say_json({**result, "error": error_object(error)} if error else result)
        return exit_code_of(error) if error else int(plan.needs_person)
    show_rows(plan)
    say_plan(planned.endpoint, plan, planned.estimate)
    if error:
        raise error
    return int(plan.needs_person)


def show_drafted(
    settings: Settings, outcome: DraftOutcome, *, hint: Callable[..., str], as_json: bool
) -> int:
    """What became of a list; the exit code.

    Args:
        hint: a command line to type next.

    Raises:
        GeneratorError: what ended the run early, unless it stands in the JSON.
    """
    if as_json:
        error = {"kind": "unreadable-rows", "message": STRICT} if outcome.refused else None
        if outcome.error:
            error = error_object(outcome.error)
        result = _result_object(settings, outcome)
        say_json({**result, "error": error} if error else result)
    elif outcome.refused:
        note(STRICT)
    else:
        _say_result(settings, outcome, hint)
    if outcome.error is not None:
        if as_json:
            return exit_code_of(outcome.error)
        raise outcome.error
    if outcome.interrupted:
        return INTERRUPTED
    return 1 if outcome.needs_person else 0


def _result_object(settings: Settings, outcome: DraftOutcome) -> dict[str, Any]:
    done = outcome.drafted
    return {
        "model": outcome.endpoint.model,
        "rows": dict(outcome.plan.counts),
        "states": dict(done.states) if done else {},
        "left": outcome.left,
        "seconds": round(outcome.seconds, 3),
        "spend": spend_object(outcome.spend),
        "output_dir": str(settings.output_dir),
        "notes": [*outcome.plan.notes, *(done.notes if done else [])],
    }


def _say_result(settings: Settings, outcome: DraftOutcome, hint: Callable[..., str]) -> None:
    done = outcome.drafted
    states = dict(done.states) if done else {}
    if done:
        notes(done.notes)
    say(_sentence(outcome.plan, states, outcome.seconds))
    if outcome.endpoint.realm == "model" and outcome.spend.calls:
        say(spend_line(outcome.spend))
    if outcome.left:
        say(f"{plural(outcome.left, 'question')} left: run the same command again to go on.")
    if any(states.get(state) for state in ("drafted", "needs_fix")):
        say(f"Drafts: {settings.output_dir / 'drafts'}")
        if states.get("needs_fix"):
            say(f"Needing a fix: {settings.output_dir / 'needs-fix'}  ({hint('status')} shows why)")
        say(f"Next: {hint('review', *_reviewer_option(settings))}")


def _reviewer_option(settings: Settings) -> tuple[str, ...]:
    """What a review command needs besides, where nothing says who decides."""
    try:
        reviewer_name(settings)
    except UsageError:
        return "--reviewer", "me"
    return ()


def _sentence(report: PlanReport, states: dict[Any, int], seconds: float) -> str:
    words = {"drafted": "drafted", "needs_fix": "needing a fix", "refused": "refused", "failed": "failed"}
    parts = [f"{states[state]:,} {words.get(state, state.replace('_', ' '))}" for state in states]
    skipped: dict[Kind, str] = {
        "batched": "in a batch",
        "drafted": "drafted before",
        "published": "published already",
        "duplicate": "listed twice",
        "near_duplicate": "near duplicates",
        "unreadable": "unreadable",
    }
    parts += [f"{report.counts[kind]:,} {label}" for kind, label in skipped.items() if report.counts[kind]]
    return f"{', '.join(parts) or 'nothing to do'} ({seconds:.1f} s)"


def spend_line(spend: Spend) -> str:
    """What calls cost, for a person."""
    cost = dollars(None) if spend.unpriced and not spend.cost else dollars(spend.cost)
    unpriced = (
        f" and {plural(spend.unpriced, 'call')} without a known price"
        if spend.unpriced and spend.cost
        else ""
    )
    return (
        f"{plural(spend.calls, 'call')}, {spend.prompt_tokens:,} tokens in ({spend.cached_tokens:,} cached),"
        f" {spend.completion_tokens:,} out, cost {cost}{unpriced}"
    )


def spend_object(spend: Spend) -> dict[str, Any]:
    """What calls cost, for a program; money in US dollars."""
    values = asdict(spend)
    values["cost_usd"] = values.pop("cost") / 1e9
    return values
