"""The ``generator compare`` command: two sets of prompts, or two models, on the questions of a golden set."""

import sys
from pathlib import Path

import typer

from generator.cli.quality.compare_output import show_compared, show_comparison_plan
from generator.cli.terminal.options import (
    CANARY,
    CONCURRENCY,
    CONTENT_DIR,
    JSON,
    MAX_COST,
    OFFLINE,
    OUTPUT_DIR,
    PLAN,
    open_services,
)
from generator.cli.terminal.output import TerminalProgress
from generator.errors import UsageError
from generator.workflows.compare.compare import compare_sides
from generator.workflows.compare.estimate import plan_comparison
from generator.workflows.compare.requests import CompareRequest, SideRequest
from generator.workflows.golden.golden_set import sources_of


def compare(
    context: typer.Context,
    golden: str = typer.Argument(..., metavar="GOLDEN", help="Golden set, such as golden/questions.csv."),
    a: str = typer.Option(None, "--a", metavar="DIR", help="Prompts of side A; those in use by default."),
    b: str = typer.Option(None, "--b", metavar="DIR", help="Prompts of side B; those in use by default."),
    model_a: str = typer.Option(None, "--model-a", metavar="NAME", help="Model of side A."),
    model_b: str = typer.Option(None, "--model-b", metavar="NAME", help="Model of side B."),
    limit: int = typer.Option(None, "--limit", min=1, metavar="N", help="Only the first N questions."),
    check_claims: bool = typer.Option(False, "--check-claims", help="Check the claims of every draft."),
    judge: bool = typer.Option(False, "--judge", help="Have a model say which draft of each pair is better."),
    judge_model: str = typer.Option(None, "--judge-model", metavar="NAME", help="The model that judges."),
    html: str = typer.Option(None, "--html", metavar="FILE", help="Write a report."),
    export: str = typer.Option(
        None,
        "--export",
        metavar="DIR",
        help="Write the pairs for people to judge, without saying whose is which.",
    ),
    fail_if_worse: bool = typer.Option(
        False, "--fail-if-worse", help="Exit 1 if B is clearly worse in a criterion."
    ),
    seed: int = typer.Option(
        0, "--seed", min=0, metavar="N", help="Seed of intervals and of exported orders."
    ),
    offline: bool = OFFLINE,
    max_cost: float = MAX_COST,
    concurrency: int = CONCURRENCY,
    canary: bool = CANARY,
    plan: bool = PLAN,
    output_dir: str = OUTPUT_DIR,
    content_dir: str = CONTENT_DIR,
    as_json: bool = JSON,
) -> int:
    """Compare two sets of prompts, or two models, on a golden set, before money is spent on a list.

    Both sides draft every question; what the ledger has already costs
    nothing. Shown are the means of A and B and the mean difference with its
    95 % interval: by criterion (facts found, declines as expected, errors,
    warnings, preference), by rule, by verdict on claims, and tokens, cost and
    time. The drafts are for the comparison alone: no list, queue or site gets
    them. A folder of prompts has every template that a draft is made with.

    Example: generator compare golden/questions.csv --a prompts --b prompts-new --html compare.html --max-cost 2.00
    """
    if judge_model is not None and not judge:
        raise UsageError("--judge-model needs --judge")
    request = CompareRequest(
        golden=Path(golden),
        a=SideRequest(_path(a), model_a),
        b=SideRequest(_path(b), model_b),
        limit=limit,
        offline=offline,
        check_claims=check_claims,
        judge=judge,
        judge_model=judge_model,
        max_cost=max_cost,
        concurrency=concurrency,
        canary=canary,
        seed=seed,
        html=_path(html),
        export=_path(export),
        argv=tuple(sys.argv[1:]),
    )
    progress = TerminalProgress(quiet=as_json)
    with open_services(
        context, output_dir=output_dir, content_dir=content_dir, golden_sources=sources_of(request.golden)
    ) as services:
        if plan:
            show_comparison_plan(plan_comparison(services, request, progress), as_json=as_json)
            return 0
        outcome = compare_sides(services, request, progress)
    return show_compared(outcome, fail_if_worse=fail_if_worse, as_json=as_json)


def _path(text: str | None) -> Path | None:
    return None if text is None else Path(text)
