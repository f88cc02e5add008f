"""Shows the scores of pages, and the plan of judging them, as text or JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from generator.cli.terminal.estimate_output import estimate_object, say_tokens
from generator.cli.terminal.exit_codes import early_exit_code, error_object
from generator.cli.terminal.output import note, notes, say, say_json, say_line, table
from generator.cli.terminal.spend_output import spend_line, spend_object
from generator.content.display import dollars, plural
from generator.content.judging.rubric import CRITERIA

if TYPE_CHECKING:
    from generator.content.judging.checks_score import ChecksScore
    from generator.store.ledger.scores import ScoreRow
    from generator.workflows.judge.requests import JudgedPage, JudgeOutcome, JudgePlan

_LISTED = 50
_IN_FULL = 3
"""So many pages are shown with every reason."""


def show_judged(outcome: JudgeOutcome, *, as_json: bool) -> int:
    """Show the scores, the lowest first.

    Returns:
        The exit code.

    Raises:
        GeneratorError: the error that ended the run early.
    """
    report = outcome.report
    if as_json:
        say_json(_outcome_object(outcome))
    else:
        _say_pages(outcome)
    notes(report.notes, dropped=report.dropped_notes)
    ended = early_exit_code(outcome, as_json=as_json)
    return int(outcome.needs_person) if ended is None else ended


def show_plan(plan: JudgePlan, *, as_json: bool) -> int:
    """Show what judging would do and cost; returns the exit code."""
    if as_json:
        say_json(
            {
                "model": plan.endpoint.model if plan.endpoint else None,
                "pages": plan.pages,
                "known": plan.known,
                "estimate": estimate_object(plan.estimate) if plan.estimate else None,
                "notes": plan.notes,
            }
        )
    else:
        say(f"{plural(plan.pages, 'page')}, {plan.known:,} without a call")
        if plan.endpoint is not None and plan.estimate is not None:
            say_tokens(plan.endpoint, plan.estimate)
            say(
                f"cost: about {dollars(plan.estimate.typical)}, at most {dollars(plan.estimate.most)} without retries"
            )
    notes(plan.notes)
    return int(bool(plan.notes))


def _say_pages(outcome: JudgeOutcome) -> None:
    pages = outcome.pages
    if len(pages) <= _IN_FULL:
        for page in pages:
            _say_page(page)
    else:
        table(
            [
                (f"{page.score.total:.2f}" if page.score else "", f"{page.checks.total:.0f}", page.name)
                for page in pages[:_LISTED]
            ],
            header=("judge", "checks", "page"),
        )
        if len(pages) > _LISTED:
            note(f"the {_LISTED} lowest of {plural(len(pages), 'page')}; --json has all")
    if outcome.spend is not None:
        note(spend_line(outcome.spend))
    if outcome.left:
        note(f"{plural(outcome.left, 'page')} left: run the same command again")


def _say_page(page: JudgedPage) -> None:
    say_line(page.name)
    if page.score is not None:
        ratings = page.score.judgement.ratings
        say_line(f"  judge {page.score.total:.2f} of 5, by {page.score.model}")
        table(
            [
                (f"{ratings[criterion.name].score}", criterion.title, ratings[criterion.name].reason)
                for criterion in CRITERIA
                if criterion.name in ratings
            ],
            indent="    ",
        )
    say_line(f"  checks {page.checks.total:.0f} of 100")
    table(
        [(f"{feature.value:.2f}", feature.name, feature.text) for feature in page.checks.features],
        indent="    ",
    )


def _outcome_object(outcome: JudgeOutcome) -> dict[str, Any]:
    return {
        "pages": [
            {
                "name": page.name,
                "published": page.published,
                "judge": _score_object(page.score) if page.score else None,
                "checks": _checks_object(page.checks),
            }
            for page in outcome.pages
        ],
        "judged": outcome.report.judged,
        "failed": outcome.report.failed,
        "model": outcome.endpoint.model if outcome.endpoint else None,
        "left": outcome.left,
        "spend": spend_object(outcome.spend) if outcome.spend else None,
        "notes": outcome.report.notes,
        **({"error": error_object(outcome.error)} if outcome.error else {}),
    }


def _score_object(score: ScoreRow) -> dict[str, Any]:
    ratings = {name: rating._asdict() for name, rating in score.judgement.ratings.items()}
    return {"total": score.total, "ratings": ratings, "model": score.model, "at": score.at}


def _checks_object(checks: ChecksScore) -> dict[str, Any]:
    return {
        "total": checks.total,
        "features": {
            feature.name: {"value": round(feature.value, 3), "text": feature.text}
            for feature in checks.features
        },
    }
