"""The ``generator related`` command: shows related articles, and updates the related links of published files."""

from functools import partial
from pathlib import Path

import typer

from generator.cli.site.related_output import show_change, show_refreshed, show_related
from generator.cli.terminal.exit_codes import INTERRUPTED, INTERRUPTED_FIXES
from generator.cli.terminal.options import (
    BRANCH,
    CONTENT_DIR,
    DESPITE_GIT,
    JSON,
    OUTPUT_DIR,
    check_branch,
    open_services,
)
from generator.cli.terminal.output import TerminalProgress, note
from generator.errors import UsageError
from generator.workflows.links.candidates import find_related
from generator.workflows.links.refresh import refresh_links
from generator.workflows.links.requests import DEFAULT_LIMIT, RefreshLinksRequest, RelatedRequest


def related(
    context: typer.Context,
    names: list[str] = typer.Argument(
        None, metavar="SLUG|PATH", help="The article; with --refresh, the files.", show_default=False
    ),
    question: str = typer.Option(
        None, "--question", metavar="TEXT", help="A question instead of an article."
    ),
    subject: str = typer.Option(
        None,
        "--subject",
        metavar="NAME",
        help="Subject of the question, or of a slug that exists in several subjects.",
    ),
    limit: int = typer.Option(
        None, "--limit", metavar="N", min=1, help=f"Show at most N; {DEFAULT_LIMIT} by default."
    ),
    refresh: bool = typer.Option(False, "--refresh", help="Update the related links of published files."),
    dry_run: bool = typer.Option(False, "--dry-run", help="With --refresh: show the changes, write nothing."),
    commit: bool = typer.Option(
        False, "--commit", help="With --refresh: commit only these files; nothing is pushed."
    ),
    whole_site: bool = typer.Option(
        False,
        "--whole-site",
        help="With --refresh: drop dead links even if more than 5 % of all targets are missing.",
    ),
    branch: str = BRANCH,
    despite_git: bool = DESPITE_GIT,
    output_dir: str = OUTPUT_DIR,
    content_dir: str = CONTENT_DIR,
    as_json: bool = JSON,
) -> int:
    """Show related articles to link to, or update the related links of published files.

    SLUG is subject/slug, a slug or an address, of a published article or a
    draft. With --refresh, PATH is a content folder, a subject's folder or a
    file; without one, all published files are checked. Links are always checked
    against the whole content folder.

    --refresh adds links to files with fewer than five, and replaces links that are
    dead, double or lead to the article itself. It replaces a poor link if there is a
    better one. Poor links are: near duplicates of the article or of another
    link, pages hidden from search engines, answers that refuse or are cut off,
    and targets that are neither among the ten nearest articles nor at least a
    third as near as the fifth. Nothing else in a file changes, and a second run
    changes nothing.

    Exit codes: 0 all done, 1 a file was skipped or not committed, 2 wrong
    usage.

    Example: generator related --refresh --dry-run
    """
    named = names or []
    if refresh and (question or subject or limit):
        raise UsageError("--refresh excludes --question, --subject and --limit")
    needs_refresh = {
        "--dry-run": dry_run,
        "--commit": commit,
        "--whole-site": whole_site,
        "--branch": branch is not None,
        "--despite-git": despite_git,
    }
    if not refresh and (given := [name for name, is_given in needs_refresh.items() if is_given]):
        raise UsageError(f"{given[0]} needs --refresh")
    check_branch(branch, commit=commit, dry_run=dry_run)
    if dry_run and commit:
        raise UsageError("--dry-run and --commit exclude each other")
    if not refresh and len(named) + (question is not None) != 1:
        raise UsageError("name one article, or give --question; --refresh updates published files")
    progress = TerminalProgress(quiet=as_json)
    with open_services(context, output_dir=output_dir, content_dir=content_dir) as services:
        if not refresh:
            wanted = RelatedRequest(named[0] if named else None, question, subject, limit or DEFAULT_LIMIT)
            show_related(find_related(services, wanted, progress), services.settings.site, as_json=as_json)
            return 0
        request = RefreshLinksRequest(
            tuple(map(Path, named)),
            dry_run=dry_run,
            commit=commit,
            whole_site=whole_site,
            branch=branch,
            despite_git=despite_git,
        )
        show = partial(show_change, services.settings.content_dir, dry_run=dry_run, as_json=as_json)
        outcome = refresh_links(services, request, progress, on_change=show)
        show_refreshed(outcome, dry_run=dry_run or branch is not None, as_json=as_json)
        if outcome.interrupted:
            note(INTERRUPTED_FIXES)
            return INTERRUPTED
        return int(outcome.needs_person)
