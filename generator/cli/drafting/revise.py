"""The ``generator revise`` command: asks the model to revise a draft, following a comment."""

from functools import partial

import typer

from generator.cli.drafting.drafts_output import show_proposed, show_revised
from generator.cli.terminal.next_steps import command_line
from generator.cli.terminal.options import JSON, MAX_COST, OUTPUT_DIR, REVIEWER, open_services
from generator.cli.terminal.output import encodable
from generator.errors import UsageError
from generator.workflows.review.editing.revise import (
    ReviseRequest,
    accept_revision,
    decline_revision,
    revise_draft,
)


def revise(
    context: typer.Context,
    name: str = typer.Argument(..., metavar="SLUG", help="subject/slug, a slug, or the question itself."),
    comment: str = typer.Option(None, "--note", metavar="TEXT", help="What the model should change."),
    accept: list[str] = typer.Option(
        (), "--accept", metavar="FIELD", help="Accept a field of the proposal, or 'all'; repeatable."
    ),
    keep: bool = typer.Option(False, "--keep", help="Keep the draft and drop the proposal."),
    model: str = typer.Option(None, "--model", metavar="NAME", help="The model to ask."),
    offline: bool = typer.Option(False, "--offline", help="Ask the offline model."),
    max_cost: float = MAX_COST,
    reviewer: str = REVIEWER,
    output_dir: str = OUTPUT_DIR,
    as_json: bool = JSON,
) -> int:
    """Ask the model to revise a draft (--note), then use its text (--accept) or keep the draft (--keep).

    Example: generator revise what-is-life --note "shorter, and mention viruses"
    """
    if sum((bool(comment), bool(accept), keep)) != 1:
        raise UsageError("give one of --note, --accept and --keep")
    name = encodable(name)
    with open_services(context, output_dir=output_dir) as services:
        if comment:
            request = ReviseRequest(
                name, comment, model=model, offline=offline, max_cost=max_cost, reviewer=reviewer
            )
            next_command = partial(command_line, context, output_dir=output_dir)
            return show_proposed(revise_draft(services, request), next_command=next_command, as_json=as_json)
        if accept:
            fields = None if "all" in accept else accept
            revised = accept_revision(services, name, fields, reviewer=reviewer)
        else:
            revised = decline_revision(services, name, reviewer=reviewer)
        return show_revised(revised, as_json=as_json)
