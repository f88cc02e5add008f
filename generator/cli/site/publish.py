"""The ``generator publish`` and ``generator withdraw`` commands."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import typer

from generator.cli.terminal.options import (
    BRANCH,
    COMMIT,
    CONTENT_DIR,
    DESPITE_GIT,
    DRAFTS,
    JSON,
    OUTPUT_DIR,
    REVIEWER,
    check_branch,
    date_of,
    open_services,
)
from generator.cli.terminal.output import (
    TerminalProgress,
    encodable,
    note,
    notes,
    say,
    say_commit,
    say_json,
    say_preview,
    table,
)
from generator.content.display import plural
from generator.errors import UsageError
from generator.workflows.publish.publish import PublishOutcome, PublishRequest, publish_drafts
from generator.workflows.publish.withdrawal import WithdrawReport, WithdrawRequest, withdraw_article

if TYPE_CHECKING:
    from generator.store.ledger.publications import Publication
    from generator.workflows.publish.plan import PlannedArticle
    from generator.workflows.publish.publisher import PublishReport


def publish(
    context: typer.Context,
    names: list[str] = DRAFTS,
    approved: bool = typer.Option(False, "--approved", help="All approved drafts."),
    due: bool = typer.Option(
        False, "--due", help="All approved drafts whose publish_on, a column of their list, has come."
    ),
    subject: str = typer.Option(
        None, "--subject", metavar="NAME", help="With --approved or --due: only drafts of this subject."
    ),
    limit: int = typer.Option(None, "--limit", min=1, metavar="N", help="Publish at most N drafts."),
    dry_run: bool = typer.Option(
        False, "--dry-run", help="Write nothing; show the ids, dates and links that would be assigned."
    ),
    update: bool = typer.Option(False, "--update", help="Replace existing articles; id and date stay."),
    date: str = typer.Option(
        None, "--date", metavar="YYYY-MM-DD", help="Date of the articles; by default the date of each draft."
    ),
    commit: bool = COMMIT,
    branch: str = BRANCH,
    despite_git: bool = DESPITE_GIT,
    reviewer: str = REVIEWER,
    output_dir: str = OUTPUT_DIR,
    content_dir: str = CONTENT_DIR,
    as_json: bool = JSON,
) -> int:
    """Publish approved drafts into the content folder. Safe to interrupt and to repeat.

    In a git checkout, nothing is written while the branch is behind its remote
    as last fetched, and no file that has uncommitted changes of others. With
    --branch, the articles go into a commit on that branch, and the drafts stay
    approved.

    Example: generator publish --approved --dry-run   or, every day: generator publish --due --commit
    """
    if bool(names) == (approved or due):
        raise UsageError("name the drafts to publish, or give --approved or --due")
    if names and subject is not None:
        raise UsageError("--subject needs --approved or --due")
    check_branch(branch, commit=commit, dry_run=dry_run)
    request = PublishRequest(
        tuple(encodable(name) for name in names or ()),
        subject=subject,
        due=due,
        limit=limit,
        branch=branch,
        despite_git=despite_git,
        dry_run=dry_run,
        update=update,
        date=date_of(date),
        commit=commit,
        reviewer=reviewer,
    )
    with open_services(context, output_dir=output_dir, content_dir=content_dir) as services:
        outcome = publish_drafts(services, request, TerminalProgress(quiet=as_json))
    return _show_published(outcome, as_json=as_json)


def withdraw(
    context: typer.Context,
    name: str = typer.Argument(..., metavar="SLUG", help="subject/slug, a slug, or the article's address."),
    reason: str = typer.Option(..., "--reason", metavar="TEXT", help="Why; stored in the ledger."),
    delete: bool = typer.Option(
        False, "--delete", help="Delete the file instead of hiding the page from search engines."
    ),
    commit: bool = COMMIT,
    branch: str = BRANCH,
    despite_git: bool = DESPITE_GIT,
    reviewer: str = REVIEWER,
    output_dir: str = OUTPUT_DIR,
    content_dir: str = CONTENT_DIR,
    as_json: bool = JSON,
) -> int:
    """Withdraw a published article: set no_index, remove links to it, never draft its question again.

    Example: generator withdraw biology/what-is-life --reason "wrong since 2024" --commit
    """
    check_branch(branch, commit=commit)
    request = WithdrawRequest(
        name,
        reason,
        delete=delete,
        commit=commit,
        branch=branch,
        despite_git=despite_git,
        reviewer=reviewer,
    )
    with open_services(context, output_dir=output_dir, content_dir=content_dir) as services:
        report = withdraw_article(services, request, TerminalProgress(quiet=as_json))
    return _show_withdrawn(report, as_json=as_json)


def _show_published(outcome: PublishOutcome, *, as_json: bool) -> int:
    if as_json:
        say_json(_outcome_object(outcome))
    elif outcome.dry_run or outcome.report.branch is not None:
        _say_plan(outcome.report)
    else:
        _say_report(outcome.report, outcome.seconds)
    return int(outcome.needs_person)


def _say_plan(report: PublishReport) -> None:
    for item in report.planned:
        replaced = "  (replaces the article there)" if item.replaces else ""
        say(f"{item.path}   id {item.article_id}, {item.date}{replaced}")
        table(
            [
                (name, f"{old or 'none'} -> {new or 'none'}")
                for name, (old, new) in item.changes.items()
                if name != "related"
            ],
            indent="  ",
        )
        if "related" in item.changes:
            say("  related:")
            for address in item.changes["related"][1].split(", "):
                say(f"    {address or 'none'}")
    say(f"{plural(len(report.planned), 'article')} would be published")
    if report.planned:
        say(f"approved on this evidence: {report.released}")
    if report.branch is not None:
        say_preview(report.branch, report.commit, report.commit_error)
    _say_left(report)


def _say_report(report: PublishReport, seconds: float) -> None:
    for item in [*report.finished, *report.published][:50]:
        say(item.path)
    say(f"{plural(len(report.published), 'article')} published ({seconds:.1f} s)")
    if report.finished:
        say(f"{plural(len(report.finished), 'article')} of an interrupted run finished")
    say_commit(report.commit, report.commit_error)
    _say_left(report)


def _say_left(report: PublishReport) -> None:
    if report.already_published:
        note(f"{plural(len(report.already_published), 'draft')} published before")
    notes([f"{item.key}: {item.reason}" for item in report.refused], most=50)
    changed = "changed since it was published, and left for whoever changed it to commit"
    notes([f"{path}: {changed}" for path in report.uncommitted], most=50)


def _outcome_object(outcome: PublishOutcome) -> dict[str, Any]:
    report = outcome.report
    return {
        "dry_run": outcome.dry_run,
        "planned": [_planned_object(item) for item in report.planned]
        if outcome.dry_run or report.branch is not None
        else [],
        "published": [_publication_object(item) for item in report.published],
        "finished": [_publication_object(item) for item in report.finished],
        "already": [row.key for row in report.already_published],
        "refused": [{"key": item.key, "reason": item.reason} for item in report.refused],
        "commit": report.commit,
        "commit_error": report.commit_error,
        "uncommitted": report.uncommitted,
        "seconds": round(outcome.seconds, 3),
        **({} if report.branch is None else {"branch": report.branch}),
    }


def _planned_object(item: PlannedArticle) -> dict[str, Any]:
    return {
        "key": item.row.key,
        "file": item.path,
        "id": item.article_id,
        "date": item.date,
        "replaces": item.replaces,
        "release": asdict(item.release),
        "changes": {name: {"old": old, "new": new} for name, (old, new) in item.changes.items()},
    }


def _publication_object(item: Publication) -> dict[str, Any]:
    return {
        "file": item.path,
        "id": item.article_id,
        "sha256": item.sha,
        "approved_sha256": item.approved,
        "replaces_sha256": item.replaces,
    }


def _show_withdrawn(report: WithdrawReport, *, as_json: bool) -> int:
    if as_json:
        say_json(
            {
                **asdict(report.withdrawal),
                "hidden": report.hidden,
                "file_deleted": report.deleted,
                "unlinked": report.unlinked,
                "problems": report.problems,
                "commit": report.commit,
                "commit_error": report.commit_error,
                **({} if report.branch is None else {"branch": report.branch}),
            }
        )
    else:
        _say_withdrawn(report)
    return int(report.needs_person)


def _say_withdrawn(report: WithdrawReport) -> None:
    key = report.withdrawal.key
    would_be = "" if report.branch is None else "would be "
    if report.deleted:
        say(f"{key}: file {would_be}removed")
    elif report.hidden:
        say(f"{key}: {would_be}hidden from search engines")
    elif report.still_published:
        say(f"{key}: withdrawn, but its file stays as it is")
    else:
        say(f"{key}: was withdrawn before")
    for path in report.unlinked:
        say(f"{path}: link {would_be}removed")
    if report.branch is not None:
        say_preview(report.branch, report.commit, report.commit_error)
    else:
        say_commit(report.commit, report.commit_error)
    notes(report.problems, most=50)
