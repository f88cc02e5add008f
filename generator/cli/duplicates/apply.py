"""The ``generator duplicates apply`` command: changes the files of decided clusters, and restores them."""

from functools import partial
from pathlib import Path

import typer

from generator.cli.duplicates.output import show_applied, show_change, show_restored
from generator.cli.terminal.exit_codes import INTERRUPTED, INTERRUPTED_FIXES
from generator.cli.terminal.next_steps import command_line
from generator.cli.terminal.options import (
    BRANCH,
    CONTENT_DIR,
    DESPITE_GIT,
    JSON,
    OUTPUT_DIR,
    REVIEWER,
    check_branch,
    open_services,
)
from generator.cli.terminal.output import TerminalProgress, note
from generator.content.display import plural
from generator.errors import UsageError
from generator.workflows.duplicates.apply import apply_clusters
from generator.workflows.duplicates.redirects import write_redirects
from generator.workflows.duplicates.requests import ApplyRequest
from generator.workflows.duplicates.undo import undo_application


def apply(
    context: typer.Context,
    subject: str = typer.Option(
        None, "--subject", metavar="NAME", help="Only clusters whose kept page is of this subject."
    ),
    limit: int = typer.Option(None, "--limit", min=1, metavar="N", help="Apply at most N clusters."),
    withdraw: bool = typer.Option(
        False, "--withdraw", help="Hide the other pages (no_index) instead of naming the kept page in them."
    ),
    dry_run: bool = typer.Option(False, "--dry-run", help="Show the changes, write nothing."),
    commit: bool = typer.Option(
        False, "--commit", help="Commit these files, one commit for each subject; nothing is pushed."
    ),
    redirects: str = typer.Option(
        None, "--redirects", metavar="FILE", help="Write all redirects of the site as CSV: from,to."
    ),
    undo: bool = typer.Option(
        False, "--undo", help="Restore the files of the last application, byte for byte."
    ),
    branch: str = BRANCH,
    despite_git: bool = DESPITE_GIT,
    reviewer: str = REVIEWER,
    output_dir: str = OUTPUT_DIR,
    content_dir: str = CONTENT_DIR,
    as_json: bool = JSON,
) -> int:
    """Name the kept page in the others as their canonical one, and move all related links to it.

    Each page that is not kept gets the line canonical: with the absolute
    address of the kept page, after url; no other byte of it changes. Related
    links of all pages move to the kept page. Clusters that are to be merged
    wait until a rewrite of their kept page is published. Safe to interrupt
    and to repeat.
    --undo restores every file that was not changed since, and says which
    lines of the others remain.

    Exit codes: 0 all done, 1 a file, a cluster or a commit was left, 2 wrong
    usage.

    Example: generator duplicates apply --limit 20 --dry-run
    """
    if dry_run and (commit or redirects):
        raise UsageError(f"--dry-run excludes {'--commit' if commit else '--redirects'}")
    if undo and (subject or limit or withdraw or branch):
        raise UsageError(
            "--undo restores a whole application: it excludes --subject, --limit, --withdraw and --branch"
        )
    check_branch(branch, commit=commit, dry_run=dry_run)
    request = ApplyRequest(subject, limit, withdraw, dry_run, commit, reviewer, branch, despite_git)
    progress = TerminalProgress(quiet=as_json)
    with open_services(context, output_dir=output_dir, content_dir=content_dir) as services:
        if undo:
            report = undo_application(services, request, progress)
            show_restored(report, dry_run=dry_run, as_json=as_json)
        else:
            leaves_files = dry_run or branch is not None
            show = partial(show_change, dry_run=dry_run, as_json=as_json)
            report = apply_clusters(services, request, progress, on_change=show)
            rewrite = partial(
                command_line, context, "rewrite", output_dir=output_dir, content_dir=content_dir
            )
            show_applied(report, rewrite=rewrite, dry_run=leaves_files, as_json=as_json)
        if redirects is not None:
            number = write_redirects(services, Path(redirects))
            note(f"{redirects}: {plural(number, 'redirect')}")
        if report.interrupted:
            note(INTERRUPTED_FIXES)
            return INTERRUPTED
        return int(report.needs_person)
