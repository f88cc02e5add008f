"""The ``generator claims`` commands: check the claims of drafts and published pages, list and show them."""

import sys
from collections.abc import Sequence
from pathlib import Path

import typer

from generator.cli.quality.claims_output import show_checked, show_list, show_of_draft
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
    OFFLINE,
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
from generator.content.checks.claims import CONTRADICTED, DOUBTFUL
from generator.content.claims.verdict import VERDICTS
from generator.errors import UsageError
from generator.workflows.claims.check import check_claims
from generator.workflows.claims.estimate import estimate_check
from generator.workflows.claims.list import list_claims, show_claims
from generator.workflows.claims.requests import CheckRequest


def check(
    context: typer.Context,
    names: list[str] = DRAFTS,
    state: list[str] = STATES,
    published: list[str] = PUBLISHED,
    rules: bool = typer.Option(False, "--rules", help="Check by rules alone; no calls, no cost."),
    offline: bool = OFFLINE,
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
    """Check the claims of drafts and published pages against the sources, and with a model.

    A claim is a figure, date, name, law, dose, quotation, definition, rank or
    negation. Rules find claims and settle what a source says in the same
    words. The rest goes to the model of claims.model, or else model.name, in
    at most three calls a page; without a key, rules alone check. Nothing in a
    text changes.

    Example: generator claims check --state drafted --max-cost 2.00
    """
    request = CheckRequest(
        names=_given(names or ()),
        states=states_of(state),
        published=tuple(Path(path) for path in published),
        rules_only=rules,
        offline=offline,
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
            return show_page_plan(
                estimate_check(services, request, progress, in_batches=batch), as_json=as_json
            )
        if not batch:
            return show_checked(check_claims(services, request, progress), as_json=as_json)
        # Imported late: batches import drafting and SEO as well, and most checks are live.
        from generator.cli.batch.output import show_sent
        from generator.workflows.batch.sending.pages import send_claims

        sent = send_claims(services, request, progress, mode=mode)
        next_command = command_line(
            context, "batch", "collect", "--wait", output_dir=output_dir, content_dir=content_dir
        )
        return show_sent(services.batches, sent, next_command, as_json=as_json)


def list_all(
    context: typer.Context,
    verdict: str = typer.Option(
        "contradicted", "--verdict", metavar="VERDICT", help=f"One of {', '.join(VERDICTS)}."
    ),
    published: bool = typer.Option(False, "--published", help="Of published pages, instead of drafts."),
    output_dir: str = OUTPUT_DIR,
    content_dir: str = CONTENT_DIR,
    as_json: bool = JSON,
) -> int:
    """List the claims with a verdict that nobody has confirmed, by page.

    Example: generator claims list --published
    """
    if verdict not in VERDICTS:
        raise UsageError(f"--verdict {verdict!r} is not one of {', '.join(VERDICTS)}")
    with open_services(context, output_dir=output_dir, content_dir=content_dir) as services:
        pages = list_claims(services, verdict, published=published)
    code = {"contradicted": CONTRADICTED.code, "doubtful": DOUBTFUL.code}.get(verdict)
    words = ("rewrite", "--rule", code, "--plan") if code else ()
    folders = {"output_dir": output_dir, "content_dir": content_dir}
    show_list(pages, next_command=command_line(context, *words, **folders) if words else "", as_json=as_json)
    return 0


def show(
    context: typer.Context,
    name: str = typer.Argument(..., metavar="SLUG", help="subject/slug, a slug, or the question itself."),
    output_dir: str = OUTPUT_DIR,
    as_json: bool = JSON,
) -> int:
    """Show the claims of a draft with their verdicts, and which must be settled before approval.

    Example: generator claims show psychology/what-is-operant-conditioning
    """
    with open_services(context, output_dir=output_dir) as services:
        show_of_draft(show_claims(services, encodable(name)), as_json=as_json)
    return 0


def _given(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(encodable(name) for name in names)
