"""What ``draft`` shows: plans and what they would take, results and what they cost, for a person and a program."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from generator.cli.output import dollars, note, notes, plural, say

if TYPE_CHECKING:
    from collections.abc import Callable

    from generator.services import Endpoint, Workshop
    from generator.store.ledger.records import Spend
    from generator.store.ledger.runs import Run
    from generator.workflows.drafting.candidate import PlanDecision
    from generator.workflows.drafting.drafting import DraftingReport
    from generator.workflows.drafting.planner import PlanReport
    from generator.workflows.engine.estimate import Estimate


def say_plan(endpoint: Endpoint, report: PlanReport, guess: Estimate) -> None:
    labels: dict[PlanDecision, str] = {
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


def result_object(
    shop: Workshop,
    endpoint: Endpoint,
    run: Run,
    report: PlanReport,
    done: DraftingReport | None,
    seconds: float,
) -> dict[str, Any]:
    """What became of a run, for a program."""
    return {
        "model": endpoint.model,
        "rows": dict(report.counts),
        "states": dict(done.states) if done else {},
        "left": shop.ledger.wanted(run.id),
        "seconds": round(seconds, 3),
        "spend": spend_object(shop.ledger.spend(run=run.id, realm=endpoint.realm)),
        "output_dir": str(shop.settings.output_dir),
        "notes": [*report.notes, *(done.notes if done else [])],
    }


def say_result(
    shop: Workshop,
    endpoint: Endpoint,
    run: Run,
    report: PlanReport,
    done: DraftingReport | None,
    seconds: float,
    *,
    hint: Callable[..., str],
) -> None:
    spend = shop.ledger.spend(run=run.id, realm=endpoint.realm)
    states = dict(done.states) if done else {}
    left = shop.ledger.wanted(run.id)
    if done:
        notes(done.notes)
    say(_sentence(report, states, seconds))
    if endpoint.realm == "model" and spend.calls:
        say(spend_line(spend))
    if left:
        say(f"{plural(left, 'question')} left: run the same command again to go on.")
    if any(states.get(state) for state in ("drafted", "needs_fix")):
        say(f"Drafts: {shop.settings.output_dir / 'drafts'}")
        if states.get("needs_fix"):
            say(f"Needing a fix: {shop.settings.output_dir / 'needs-fix'}  ({hint('status')} shows why)")
        say(f"Next: {hint('review', *_reviewer(shop))}")


def _reviewer(shop: Workshop) -> tuple[str, ...]:
    """What a review command needs besides, where nothing tells who decides."""
    from generator.desk import Desk
    from generator.errors import UsageError

    try:
        Desk(shop).reviewer()
    except UsageError:
        return "--reviewer", "me"
    return ()


def _sentence(report: PlanReport, states: dict[Any, int], seconds: float) -> str:
    words = {"drafted": "drafted", "needs_fix": "needing a fix", "refused": "refused", "failed": "failed"}
    parts = [f"{states[state]:,} {words.get(state, state.replace('_', ' '))}" for state in states]
    skipped: dict[PlanDecision, str] = {
        "batched": "in a batch",
        "drafted": "drafted before",
        "published": "published already",
        "duplicate": "listed twice",
        "near_duplicate": "near duplicates",
        "unreadable": "unreadable",
    }
    parts += [f"{report.counts[kind]:,} {label}" for kind, label in skipped.items() if report.counts[kind]]
    return f"{', '.join(parts) or 'nothing to do'} ({seconds:.1f} s)"


def tally(done: DraftingReport, spent: int) -> str:
    text = ", ".join(f"{count} {state.replace('_', ' ')}" for state, count in sorted(done.states.items()))
    return f"{text}  {dollars(spent)}" if spent else text


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
    from dataclasses import asdict

    values = asdict(spend)
    values["cost_usd"] = values.pop("cost") / 1e9
    return values
