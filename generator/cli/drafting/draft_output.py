"""Prints plans and results of ``draft``, as text or JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from generator.cli.terminal.estimate_output import cost_in_words, estimate_object, say_estimate
from generator.cli.terminal.exit_codes import early_exit_code, error_object, exit_code_of
from generator.cli.terminal.output import note, notes, say, say_json, say_line, table
from generator.cli.terminal.spend_output import spend_line, spend_object
from generator.content.display import dollars, in_words, plural
from generator.errors import UsageError
from generator.workflows.site.reviewer import reviewer_name

if TYPE_CHECKING:
    from generator.config import Settings
    from generator.content.states import DraftState, JobState
    from generator.workflows.drafting.candidate import PlanDecision
    from generator.workflows.drafting.plan_report import PlanReport
    from generator.workflows.drafting.requests import DraftOutcome, PlanOutcome
    from generator.workflows.engine.estimate import Estimate

STRICT = "--strict: no calls were made, because some rows of the list are unusable"


def _say_plan(planned: PlanOutcome) -> None:
    """Print how many rows are new or known, and the estimated cost, or that nothing can be drafted."""
    report, claims = planned.plan, planned.claims
    labels: dict[PlanDecision, str] = {
        "new": "new",
        "resume": "planned before, not finished",
        "redo": "to be asked again",
        "busy": "waiting for another run or a batch",
        "batched": "in a batch",
        "drafted": "already drafted",
        "published": "already published",
        "duplicate": "duplicates within the list",
        "near_duplicate": "near duplicates",
        "unreadable": "unreadable",
    }
    for kind, label in labels.items():
        if kind == "drafted" and report.before:
            for label, count in ended_before(report.before):
                say(f"{count:>8,}  {label}")
        elif report.counts[kind] or kind in ("new", "drafted", "published", "duplicate", "unreadable"):
            say(f"{report.counts[kind]:>8,}  {label}")
    if planned.error:
        say("\nnothing would be drafted")
        return
    _say_new(report)
    say_estimate(planned.endpoint, planned.estimate)
    if planned.near_questions is not None:
        _say_near(planned.near_questions)
    if claims is not None:
        price = "" if claims.typical is None else f", about {dollars(claims.typical)}"
        say(f"claims: about {plural(claims.calls, 'call')} more to check the drafts{price}")


def _say_near(guess: Estimate) -> None:
    """Print how many questions the model is asked about first, and what that costs."""
    price = f", {cost_in_words(guess.typical, guess.most)}"
    say(
        f"first:  {plural(guess.calls, 'call')} more, whether an existing page serves questions that are near to"
        f" others{price if guess.typical is not None else ''}; what it serves is held, not drafted"
        " (duplicates.ask_from in config.yaml)"
    )


def _say_new(report: PlanReport) -> None:
    """Print the number of questions to ask by subject, and the first new questions."""
    if report.by_subject:
        say("\nto ask, by subject")
        table(
            [
                (f"{count:,}", subject or "(chosen by the model)")
                for subject, count in report.by_subject.most_common()
            ],
            indent="  ",
        )
    if report.first_new:
        say("\nfirst new questions" if report.counts["new"] > len(report.first_new) else "\nnew questions")
        for question in report.first_new:
            say_line(f"  {question.text}")


def show_rows(report: PlanReport) -> None:
    """Print notes on rows that need a look, and subjects that the site does not list."""
    notes(report.notes, dropped=report.dropped_notes)
    for subject, count in sorted(report.unlisted.items()):
        note(f"warning: the site does not list {subject!r}: {plural(count, 'page')} will never be indexed")


def show_plan(planned: PlanOutcome, *, as_json: bool) -> int:
    """Print what drafting a list would take; returns the exit code.

    Raises:
        ConfigError: none of it could be drafted.
    """
    plan, error = planned.plan, planned.error
    if as_json:
        result = {
            "model": planned.endpoint.model,
            "rows": dict(plan.counts),
            "by_subject": dict(plan.by_subject),
            "first_new": [
                {"question": question.text, "subject": question.subject, "line": question.line}
                for question in plan.first_new
            ],
            "before": dict(plan.before),
            "estimate": estimate_object(planned.estimate),
            "notes": plan.notes,
        }
        if planned.near_questions is not None:
            result["near_questions"] = estimate_object(planned.near_questions)
        if planned.claims is not None:
            result["claims"] = estimate_object(planned.claims)
        say_json({**result, "error": error_object(error)} if error else result)
        return exit_code_of(error) if error else int(plan.needs_person)
    show_rows(plan)
    _say_plan(planned)
    if error:
        raise error
    return int(plan.needs_person)


def show_drafted(
    settings: Settings, outcome: DraftOutcome, *, next_command: Callable[..., str], as_json: bool
) -> int:
    """Print the result of drafting a list; returns the exit code.

    Args:
        next_command: builds the next command line from words; ``content_dir=None`` for a command without that option.

    Raises:
        GeneratorError: the error that ended the run early, unless the JSON reports it.
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
        _say_result(settings, outcome, next_command)
    ended = early_exit_code(outcome, as_json=as_json)
    return int(outcome.needs_person) if ended is None else ended


def _result_object(settings: Settings, outcome: DraftOutcome) -> dict[str, Any]:
    done = outcome.drafted
    return {
        "model": outcome.endpoint.model,
        "rows": dict(outcome.plan.counts),
        "before": dict(outcome.plan.before),
        "states": dict(done.states) if done else {},
        "left": outcome.left,
        "taken": outcome.taken,
        "seconds": round(outcome.seconds, 3),
        "spend": spend_object(outcome.spend),
        "output_dir": str(settings.output_dir),
        "notes": [*outcome.plan.notes, *(done.notes if done else [])],
    }


def _say_result(settings: Settings, outcome: DraftOutcome, next_command: Callable[..., str]) -> None:
    done = outcome.drafted
    states = dict(done.states) if done else {}
    if done:
        notes(done.notes)
    say(_sentence(outcome, states))
    if outcome.endpoint.backend == "model" and outcome.spend.calls:
        say(spend_line(outcome.spend))
    if outcome.left:
        say(f"{plural(outcome.left, 'question')} left: run the same command again to continue.")
    say_where(settings, states, next_command)


def say_where(settings: Settings, states: Mapping[DraftState, int], next_command: Callable[..., str]) -> None:
    """Print where the drafts of a run are, and how to review them; nothing where it made none.

    Args:
        states: the number of drafts by state.
    """
    if any(states.get(state) for state in ("drafted", "needs_fix")):
        say(f"Drafts: {settings.output_dir / 'drafts'}")
        if states.get("needs_fix"):
            reasons = next_command("status", content_dir=None)
            say(f"Needing a fix: {settings.output_dir / 'needs-fix'}  ({reasons} shows why)")
        say(f"Next: {next_command('review', *_reviewer_option(settings))}")


def _reviewer_option(settings: Settings) -> tuple[str, ...]:
    """The option that a review command needs if the reviewer is unknown."""
    try:
        reviewer_name(settings)
    except UsageError:
        return "--reviewer", "me"
    return ()


_BEFORE: dict[DraftState | JobState, str] = {
    "drafted": "drafted before",
    "needs_fix": "needing a fix since before",
    "refused": "refused before",
    "failed": "failed before",
    "approved": "approved before",
    "rejected": "rejected before",
    "publishing": "approved before",
    "published": "published before",
    "near_duplicate": "held before as near duplicates",
    "held": "held before as near duplicates",
    "done": "ended before without a draft",
    # The question of a real model in a run of the offline model.
    "planned": "planned for the real model",
    "claimed": "being drafted by another run",
    "batched": "in a batch",
}


def ended_before(before: Counter[DraftState | JobState]) -> list[tuple[str, int]]:
    """How many rows have ended before, by state in words, in the order of the states."""
    counts: dict[str, int] = {}
    for state, label in _BEFORE.items():
        if before[state]:
            counts[label] = counts.get(label, 0) + before[state]
    return list(counts.items())


def _sentence(outcome: DraftOutcome, states: dict[Any, int]) -> str:
    words = {"drafted": "drafted", "needs_fix": "needing a fix", "refused": "refused", "failed": "failed"}
    parts = [f"{states[state]:,} {words.get(state, in_words(state))}" for state in states]
    report = outcome.plan
    parts += [f"{count:,} {label}" for label, count in ended_before(report.before)]
    skipped: dict[PlanDecision, str] = {
        "busy": "waiting for another run or a batch",
        "batched": "in a batch",
        "published": "published already",
        "duplicate": "listed twice",
        "near_duplicate": "near duplicates",
        "unreadable": "unreadable",
    }
    parts += [f"{report.counts[kind]:,} {label}" for kind, label in skipped.items() if report.counts[kind]]
    if outcome.taken:
        parts.append(f"{outcome.taken:,} taken over by another run")
    return f"{', '.join(parts) or 'nothing to do'} ({outcome.seconds:.1f} s)"
