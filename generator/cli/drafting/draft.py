"""The ``generator draft`` command: drafts an article for each question of a list."""

import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import typer

from generator.cli.drafting.draft_output import show_drafted, show_plan, show_rows
from generator.cli.terminal.next_steps import command_line
from generator.cli.terminal.options import (
    BATCH,
    CANARY,
    CONCURRENCY,
    CONTENT_DIR,
    DATE,
    JSON,
    LIMIT,
    MAX_COST,
    MODE,
    MODEL,
    NEAR,
    OFFLINE,
    OUTPUT_DIR,
    PLAN,
    SHEET,
    SUBJECT,
    check_mode,
    date_of,
    open_services,
)
from generator.cli.terminal.output import TerminalProgress, encodable, note
from generator.content.display import plural
from generator.content.states import DRAFT_STATES
from generator.errors import UsageError
from generator.workflows.drafting.draft import draft_list, plan_drafts
from generator.workflows.drafting.requests import (
    DraftOutcome,
    DraftRequest,
    PlanRequest,
    QuestionSource,
    Redo,
)


def draft(
    context: typer.Context,
    source: str = typer.Argument(..., metavar="SOURCE", help="Question list, or - for standard input."),
    subject: str = SUBJECT,
    sheet: str = SHEET,
    limit: int = LIMIT,
    concurrency: int = CONCURRENCY,
    model: str = MODEL,
    max_cost: float = MAX_COST,
    date: str = DATE,
    output_dir: str = OUTPUT_DIR,
    content_dir: str = CONTENT_DIR,
    offline: bool = OFFLINE,
    near: str = NEAR,
    redo: bool = typer.Option(
        False, "--redo", help="Draft again, except drafts that a person approved, published or edited."
    ),
    redo_state: list[str] = typer.Option(
        (), "--redo-state", metavar="STATE", help="Redo drafts in this state only."
    ),
    redo_prompt: bool = typer.Option(False, "--redo-prompt", help="Redo drafts of an older prompt only."),
    plan: bool = PLAN,
    strict: bool = typer.Option(False, "--strict", help="Stop before the first call if a row is unusable."),
    canary: bool = CANARY,
    check_claims: bool = typer.Option(
        False, "--check-claims", help="Check the claims of each draft, and repair what a source contradicts."
    ),
    batch: bool = BATCH,
    mode: str = MODE,
    as_json: bool = JSON,
) -> int:
    """Draft an article for each question of a list.

    SOURCE is a .xlsx, .ods, .csv, .tsv, .txt, .json, .jsonl or .yaml file, a
    list or table in Markdown, or - for standard input. A line that begins with
    "# " and does not end with a question mark is a comment. The columns owner,
    priority, due and publish_on are filters of generator list; every other
    column is kept for its --csv. Run the same command again after any
    interruption: it continues where it stopped, and nothing is paid twice.

    Example: generator draft questions.csv --limit 20 --max-cost 5.00
    """
    wanted = plan_request(
        source, subject, sheet=sheet, limit=limit, date=date, near=near, redo_states=redo_state
    )
    check_mode(mode, batch)
    if check_claims and batch:
        raise UsageError("--check-claims checks live: collect the batch, then run generator claims check")
    if redo or redo_state or redo_prompt:
        wanted = wanted.with_redo(Redo(frozenset(redo_state), redo_prompt))  # type: ignore[arg-type]
    request = DraftRequest(
        wanted,
        argv=tuple(sys.argv[1:]),
        model=model,
        offline=offline,
        concurrency=concurrency,
        max_cost=max_cost,
        strict=strict,
        canary=canary,
        check_claims=check_claims,
    )
    progress = TerminalProgress(quiet=as_json)
    next_command = partial(command_line, context, output_dir=output_dir, content_dir=content_dir)
    with open_services(context, output_dir=output_dir, content_dir=content_dir) as services:
        if plan and not batch:
            return show_plan(plan_drafts(services, request, progress), as_json=as_json)
        if not batch:
            drafted = draft_list(services, request, progress, on_planned=show_rows)
            published = drafted.plan.counts["published"]
            if wanted.redo and published and not as_json:
                note(f"{plural(published, 'question')} published already: {next_command('rewrite', 'SLUG')}")
            return show_drafted(services.settings, drafted, next_command=next_command, as_json=as_json)
        # Imported late: batches import SEO as well, and most lists are drafted live.
        from generator.cli.batch.output import show_sent
        from generator.workflows.batch.sending.lists import plan_drafts_by_batch, send_drafts

        if plan:
            return show_plan(plan_drafts_by_batch(services, request, progress), as_json=as_json)
        sent = send_drafts(services, request, progress, mode=mode, on_planned=show_rows)
        if isinstance(sent, DraftOutcome):
            return show_drafted(services.settings, sent, next_command=next_command, as_json=as_json)
        return show_sent(services.batches, sent, next_command("batch", "collect", "--wait"), as_json=as_json)


def plan_request(
    source: str,
    subject: str | None,
    *,
    sheet: str | None,
    limit: int | None,
    date: str | None,
    near: str,
    redo_states: Sequence[str] = (),
) -> PlanRequest:
    """The list and its options from the command line.

    Raises:
        UsageError: an option has an invalid value.
    """
    if near not in ("hold", "skip", "allow"):
        raise UsageError(f"--near takes hold, skip or allow, not {near!r}")
    for state in redo_states:
        if state not in DRAFT_STATES:
            raise UsageError(f"--redo-state {state!r} is not one of {', '.join(DRAFT_STATES)}")
    date_of(date)
    if source == "-":
        questions = QuestionSource(sys.stdin.buffer, "standard input", source, subject, sheet)
    else:
        questions = QuestionSource(Path(source), encodable(source), source, subject, sheet)
    return PlanRequest(questions, limit=limit, date=date, near=near)  # type: ignore[arg-type]
