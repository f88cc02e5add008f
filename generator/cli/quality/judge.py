"""The ``generator judge`` command: score drafts and published pages, so that people can sort them."""

import sys
from pathlib import Path

import typer

from generator.cli.quality.judge_output import show_judged
from generator.cli.terminal.next_steps import command_line
from generator.cli.terminal.options import (
    BATCH,
    CANARY,
    CONCURRENCY,
    CONTENT_DIR,
    DRAFTS,
    JSON,
    MAX_COST,
    MODE,
    MODEL,
    OUTPUT_DIR,
    PLAN,
    PUBLISHED,
    STATES,
    check_mode,
    open_services,
    states_of,
)
from generator.cli.terminal.output import TerminalProgress, encodable
from generator.cli.terminal.page_plan_output import show_page_plan
from generator.workflows.judge.judge import estimate_judging, judge_pages
from generator.workflows.judge.requests import JudgeRequest


def judge(
    context: typer.Context,
    names: list[str] = DRAFTS,
    state: list[str] = STATES,
    published: list[str] = PUBLISHED,
    checks: bool = typer.Option(
        False, "--checks", help="Compute the score of the checks alone; no calls, no cost."
    ),
    model: str = MODEL,
    max_cost: float = MAX_COST,
    concurrency: int = CONCURRENCY,
    plan: bool = PLAN,
    canary: bool = CANARY,
    batch: bool = BATCH,
    mode: str = MODE,
    output_dir: str = OUTPUT_DIR,
    content_dir: str = CONTENT_DIR,
    as_json: bool = JSON,
) -> int:
    """Score drafts and published pages, as an order for review that decides nothing.

    The judge, the model of judge.model or else model.name, rates a page by six
    criteria from 1 to 5 with a reason each; generator list --sort score sorts
    by the total. The checks score, from 0 to 100, comes from findings and
    measurable features and needs no model. An edit voids both scores of a
    draft.

    Example: generator judge --state drafted --max-cost 2.00
    """
    request = JudgeRequest(
        names=tuple(encodable(name) for name in names or ()),
        states=states_of(state),
        published=tuple(Path(path) for path in published),
        checks_only=checks,
        model=model,
        max_cost=max_cost,
        concurrency=concurrency,
        canary=canary,
        argv=tuple(sys.argv[1:]),
    )
    check_mode(mode, batch)
    progress = TerminalProgress(quiet=as_json)
    with open_services(context, output_dir=output_dir, content_dir=content_dir) as services:
        if plan:
            planned = estimate_judging(services, request, progress, in_batches=batch)
            return show_page_plan(planned, as_json=as_json)
        if not batch:
            return show_judged(judge_pages(services, request, progress), as_json=as_json)
        # Imported late: batches import drafting and SEO as well, and most judging is live.
        from generator.cli.batch.output import show_sent
        from generator.workflows.batch.sending.pages import send_judging

        sent = send_judging(services, request, progress, mode=mode)
        next_command = command_line(
            context, "batch", "collect", "--wait", output_dir=output_dir, content_dir=content_dir
        )
        return show_sent(services.batches, sent, next_command, as_json=as_json)
