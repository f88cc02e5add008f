"""The ``generator rewrite`` command: has the model write published pages again, as drafts for review."""

import sys
from functools import partial
from pathlib import Path

import typer

from generator.cli.drafting.rewrite_output import show_planned, show_rewrites, show_rewritten
from generator.cli.terminal.next_steps import command_line
from generator.cli.terminal.options import (
    BATCH,
    CANARY,
    CONCURRENCY,
    CONTENT_DIR,
    JSON,
    JSON_MODE,
    MAX_COST,
    MODEL,
    OUTPUT_DIR,
    PLAN,
    SHEET,
    check_mode,
    open_services,
)
from generator.cli.terminal.output import TerminalProgress, encodable
from generator.errors import UsageError
from generator.store.ledger.drafts.rewritten_page import MODES
from generator.workflows.rewriting.requests import (
    PageListSource,
    PageSelection,
    RewriteOutcome,
    RewriteRequest,
)
from generator.workflows.rewriting.rewrite import estimate_rewrites, rewrite_pages


def rewrite(
    context: typer.Context,
    names: list[str] = typer.Argument(
        None, metavar="[SLUG]...", help="subject/slug, a slug, or an address.", show_default=False
    ),
    rules: list[str] = typer.Option(
        (), "--rule", metavar="CODE", help="All pages with a finding of this rule; repeatable."
    ),
    listed: str = typer.Option(
        None,
        "--list",
        metavar="FILE",
        help="List of pages, or table url,note,reporter; - for standard input.",
    ),
    sheet: str = SHEET,
    note: str = typer.Option("", "--note", metavar="TEXT", help="What is to be changed in every page."),
    mode: str = typer.Option(
        "repair",
        "--mode",
        metavar="|".join(MODES),
        help="Keep what is right, or write the article as if new.",
    ),
    limit: int = typer.Option(
        None, "--limit", min=1, metavar="N", help="At most N pages, the most visited ones first."
    ),
    redo: bool = typer.Option(
        False, "--redo", help="Rewrite again, except rewrites that a person approved or edited."
    ),
    concurrency: int = CONCURRENCY,
    model: str = MODEL,
    offline: bool = typer.Option(False, "--offline", hidden=True),
    max_cost: float = MAX_COST,
    output_dir: str = OUTPUT_DIR,
    content_dir: str = CONTENT_DIR,
    plan: bool = PLAN,
    canary: bool = CANARY,
    check_claims: bool = typer.Option(
        False, "--check-claims", help="Check the claims of each draft, and repair what a source contradicts."
    ),
    batch: bool = BATCH,
    json_mode: str = JSON_MODE,
    as_json: bool = JSON,
) -> int:
    """Rewrite published pages as drafts: those with a finding (--rule), those of a list, or those named.

    The model gets the published article, its findings, the note and your
    sources. The draft is reviewed beside the published text and published in
    its place, with its id, address, date and links; not if the page changed
    meanwhile. Run the same command again after any interruption: nothing is
    paid twice.

    Example: generator rewrite --rule cut-off --rule refusal --limit 50 --plan
    """
    check_mode(json_mode, batch, option="--json-mode")
    if offline:
        raise UsageError("--offline: the offline model quotes pages, it cannot correct them; set an API key")
    if mode not in MODES:
        raise UsageError(f"--mode takes {', '.join(MODES)}, not {mode!r}")
    if check_claims and batch:
        raise UsageError("--check-claims checks live: collect the batch, then run generator claims check")
    selection = PageSelection(tuple(map(encodable, names or ())), _list_of(listed, sheet), tuple(rules))
    request = RewriteRequest(
        selection,
        mode=mode,
        note=note,
        limit=limit,
        redo=redo,
        argv=tuple(sys.argv[1:]),
        model=model,
        concurrency=concurrency,
        max_cost=max_cost,
        canary=canary,
        check_claims=check_claims,
    )
    progress = TerminalProgress(quiet=as_json)
    next_command = partial(command_line, context, output_dir=output_dir, content_dir=content_dir)
    with open_services(context, output_dir=output_dir, content_dir=content_dir) as services:
        if plan:
            planned = estimate_rewrites(services, request, progress, in_batches=batch)
            return show_planned(planned, next_command=next_command, as_json=as_json)
        on_planned = partial(show_rewrites, next_command=next_command)
        if not batch:
            outcome = rewrite_pages(services, request, progress, on_planned=on_planned)
            return show_rewritten(services.settings, outcome, next_command=next_command, as_json=as_json)
        # Imported late: batches import every workflow that sends, and most pages are rewritten live.
        from generator.cli.batch.output import show_sent
        from generator.workflows.batch.sending.rewrites import send_rewrites

        sent = send_rewrites(services, request, progress, mode=json_mode, on_planned=on_planned)
        if isinstance(sent, RewriteOutcome):
            return show_rewritten(services.settings, sent, next_command=next_command, as_json=as_json)
        return show_sent(services.batches, sent, next_command("batch", "collect", "--wait"), as_json=as_json)


def _list_of(listed: str | None, sheet: str | None) -> PageListSource | None:
    if listed is None:
        if sheet is not None:
            raise UsageError("--sheet needs --list")
        return None
    if listed == "-":
        return PageListSource(sys.stdin.buffer, "standard input", sheet)
    return PageListSource(Path(listed), encodable(listed), sheet)
