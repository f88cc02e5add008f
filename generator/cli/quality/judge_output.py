"""Shows the scores of pages, and the plan of judging them, as text or JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from generator.cli.terminal.exit_codes import early_exit_code, error_object
from generator.cli.terminal.output import note, notes, say_json, say_line, table
from generator.cli.terminal.spend_output import spend_line, spend_object
from generator.content.display import plural
from generator.content.judging.rubric import CRITERIA

if TYPE_CHECKING:
    from generator.content.judging.checks_score import ChecksScore
    from generator.store.ledger.scores import ScoreRow
    from generator.workflows.judge.requests import JudgedPage, JudgeOutcome

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
