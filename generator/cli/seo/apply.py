"""The ``generator seo apply`` command: writes proposals into their articles."""

import typer

from generator.cli.seo.output import show_applied
from generator.cli.seo.proposals import SLUGS
from generator.cli.terminal.next_steps import command_line
from generator.cli.terminal.options import (
    BRANCH,
    COMMIT,
    CONTENT_DIR,
    DESPITE_GIT,
    JSON,
    OUTPUT_DIR,
    REVIEWER,
    check_branch,
    open_services,
)
from generator.cli.terminal.output import TerminalProgress, say
from generator.errors import UsageError
from generator.workflows.seo.apply import apply_proposals, preview_proposals
from generator.workflows.seo.requests import ApplyRequest


def apply(
    context: typer.Context,
    slugs: list[str] = SLUGS,
    clean: bool = typer.Option(
        False, "--clean", help="All approved proposals, and all without any finding or warning."
    ),
    approved: bool = typer.Option(False, "--approved", help="All approved proposals; the default."),
    dry_run: bool = typer.Option(
        False, "--dry-run", help="Write nothing; show the changes as unified diffs."
    ),
    commit: bool = COMMIT,
    branch: str = BRANCH,
    despite_git: bool = DESPITE_GIT,
    reviewer: str = REVIEWER,
    output_dir: str = OUTPUT_DIR,
    content_dir: str = CONTENT_DIR,
    as_json: bool = JSON,
) -> int:
    """Write proposals into the articles. Only the lines of the changed fields change.

    A proposal is refused if the question, the answer or the field's old text
    changed since, or if it is from the offline model and publish.allow_offline
    is not set. Run the command again after any interruption: applied proposals
    stay applied.

    Example: generator seo apply --clean --commit
    """
    if approved and clean:
        raise UsageError("--approved and --clean exclude each other; --clean takes the approved ones too")
    if slugs and (approved or clean):
        raise UsageError(f"{'--approved' if approved else '--clean'} and SLUG exclude each other")
    check_branch(branch, commit=commit, dry_run=dry_run)
    request = ApplyRequest(
        names=tuple(slugs or ()),
        clean=clean,
        commit=commit,
        branch=branch,
        despite_git=despite_git,
        reviewer=reviewer,
    )
    with open_services(context, output_dir=output_dir, content_dir=content_dir) as services:
        if dry_run:
            on_diff = (lambda _: None) if as_json else (lambda text: say(text.rstrip("\n")))
            applied = preview_proposals(services, request, on_diff=on_diff)
        else:
            applied = apply_proposals(services, request, TerminalProgress(quiet=as_json))
        next_command = command_line(context, "seo", "diff", "--state", "proposed", output_dir=output_dir)
        return show_applied(
            applied, dry_run=dry_run or branch is not None, next_command=next_command, as_json=as_json
        )
