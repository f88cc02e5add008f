"""The ``generator redraft`` command: drafts questions again, with a note and facts for the model."""

import sys
from functools import partial

import typer

from generator.cli.drafting.draft_output import show_drafted
from generator.cli.terminal.next_steps import command_line
from generator.cli.terminal.options import (
    CANARY,
    CONCURRENCY,
    CONTENT_DIR,
    JSON,
    MAX_COST,
    MODEL,
    OFFLINE,
    OUTPUT_DIR,
    REVIEWER,
    open_services,
)
from generator.cli.terminal.output import TerminalProgress, encodable, note, say_json
from generator.errors import UsageError
from generator.workflows.review.redrafts.redraft import RedraftRequest
from generator.workflows.review.redrafts.redraft import redraft as redraft_drafts
from generator.workflows.review.redrafts.redrafts import WantedDraft


def redraft(
    context: typer.Context,
    names: list[str] = typer.Argument(
        None, metavar="[SLUG]...", help="subject/slug, a slug, or the question itself.", show_default=False
    ),
    text: str = typer.Option("", "--note", metavar="TEXT", help="What the model should know or do."),
    facts: str = typer.Option(
        "", "--facts", metavar="TEXT", help="Facts that the model may use, as a source for this question."
    ),
    concurrency: int = CONCURRENCY,
    model: str = MODEL,
    offline: bool = OFFLINE,
    max_cost: float = MAX_COST,
    canary: bool = CANARY,
    check_claims: bool = typer.Option(
        False, "--check-claims", help="Check the claims of each draft, and repair what a source contradicts."
    ),
    reviewer: str = REVIEWER,
    output_dir: str = OUTPUT_DIR,
    content_dir: str = CONTENT_DIR,
    as_json: bool = JSON,
) -> int:
    """Draft questions again with a note for the model: those named, or all that the review page queued.

    For questions without an article: refused, failed or declined ones. A draft
    that a person edited or approved is left alone. Run the same command again
    after any interruption: nothing is paid twice.

    Example: generator redraft what-is-the-figure --note "The figure shows a plant cell."
    """
    if (text or facts) and not names:
        raise UsageError("--note and --facts need the names of drafts")
    request = RedraftRequest(
        tuple(map(encodable, names or ())),
        WantedDraft(encodable(text), encodable(facts)),
        reviewer=reviewer,
        model=model,
        offline=offline,
        concurrency=concurrency,
        max_cost=max_cost,
        canary=canary,
        check_claims=check_claims,
        argv=tuple(sys.argv[1:]),
    )
    next_command = partial(command_line, context, output_dir=output_dir, content_dir=content_dir)
    with open_services(context, output_dir=output_dir, content_dir=content_dir) as services:
        outcome = redraft_drafts(services, request, TerminalProgress(quiet=as_json))
        for line in outcome.left:
            note(f"note: {line}")
        if outcome.drafting is None:
            if as_json:
                say_json({"states": {}, "notes": list(outcome.left)})
            else:
                note("nothing to draft again")
            return int(bool(outcome.left))
        code = show_drafted(services.settings, outcome.drafting, next_command=next_command, as_json=as_json)
        return code or int(bool(outcome.left))
