"""``generator publish`` and ``generator withdraw``: articles onto the site and off it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from generator.cli.drafts import REVIEWER, SLUGS
from generator.cli.options import CONTENT_DIR, JSON, OUTPUT_DIR, open_services
from generator.cli.output import TerminalProgress, note, notes, say, say_json
from generator.content.display import plural
from generator.workflows.site.corpus import refresh_corpus

if TYPE_CHECKING:
    import datetime
    from collections.abc import Sequence

    from generator.desk import Desk
    from generator.store.ledger.drafts import DraftRow
    from generator.store.ledger.publications import Publication
    from generator.workflows.publish.publisher import Assigned, PublishReport
    from generator.workflows.publish.withdrawal import WithdrawReport


def publish(
    context: typer.Context,
    names: list[str] = SLUGS,
    approved: bool = typer.Option(False, "--approved", help="Everything that is approved."),
    dry_run: bool = typer.Option(False, "--dry-run", help="Write nothing; show what would be assigned anew."),
    update: bool = typer.Option(
        False, "--update", help="Replace articles that stand already; id and date are kept."
    ),
    date: str = typer.Option(
        None, "--date", metavar="YYYY-MM-DD", help="The articles' date; the drafts' own by default."
    ),
    commit: bool = typer.Option(False, "--commit", help="Commit just these files; nothing is pushed."),
    reviewer: str = REVIEWER,
    output_dir: str = OUTPUT_DIR,
    content_dir: str = CONTENT_DIR,
    as_json: bool = JSON,
) -> int:
    """Publish approved drafts into the content folder. Safe to interrupt and to repeat.

    Example: generator publish --approved --dry-run
    """
    import time

    from generator.desk import Desk
    from generator.errors import UsageError

    if bool(names) == approved:
        raise UsageError("name the drafts to publish, or give --approved")
    day = _day(date)
    started = time.monotonic()
    with open_services(context, output_dir=output_dir, content_dir=content_dir) as services:
        if not services.has_ledger:
            raise UsageError("nothing drafted yet: generator draft QUESTIONS")
        desk = Desk(services)
        who = desk.reviewer(reviewer)
        refresh_corpus(services, TerminalProgress(quiet=as_json))
        report = desk.publishing.publish(
            _rows(desk, names), who=who, update=update, date=day, commit=commit, dry_run=dry_run
        )
        seconds = time.monotonic() - started
        if as_json:
            say_json(_object(report, dry_run=dry_run, seconds=seconds))
        elif dry_run:
            _say_plan(report)
        else:
            _say_report(report, seconds)
        return 1 if report.needs_person else 0


def withdraw(
    context: typer.Context,
    name: str = typer.Argument(..., metavar="SLUG", help="subject/slug, a slug, or the article's address."),
    reason: str = typer.Option(..., "--reason", metavar="TEXT", help="Why; kept in the ledger."),
    delete: bool = typer.Option(
        False, "--delete", help="Remove the file instead of hiding the page from search."
    ),
    commit: bool = typer.Option(False, "--commit", help="Commit just these files; nothing is pushed."),
    reviewer: str = REVIEWER,
    output_dir: str = OUTPUT_DIR,
    content_dir: str = CONTENT_DIR,
    as_json: bool = JSON,
) -> int:
    """Take a published article off: no_index, links to it removed, its question never drafted again.

    Example: generator withdraw biology/what-is-life --reason "wrong since 2024" --commit
    """
    from generator.desk import Desk

    with open_services(context, output_dir=output_dir, content_dir=content_dir) as services:
        desk = Desk(services)
        who = desk.reviewer(reviewer)
        refresh_corpus(services, TerminalProgress(quiet=as_json))
        report = desk.withdrawing.withdraw(name, reason=reason, who=who, delete=delete, commit=commit)
        if as_json:
            say_json(_withdrawn(report))
        else:
            _say_withdrawn(report)
        return 1 if report.problems else 0


def _rows(desk: Desk, names: Sequence[str]) -> list[DraftRow]:
    from generator.cli.ledger import find_drafts
    from generator.errors import UsageError

    if not names:
        return list(desk.shop.drafts.all(("approved",)))
    rows = []
    for name in names:
        found = find_drafts(desk.shop, name)
        if len(found) > 1:
            raise UsageError(
                f"several drafts are named {name!r}: {', '.join(row.key or '?' for row in found)}"
            )
        rows += found
    return list({row.id: row for row in rows}.values())


def _day(text: str | None) -> datetime.date | None:
    import datetime

    from generator.errors import UsageError

    if text is None:
        return None
    try:
        return datetime.date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"--date {text!r} is no date of the form YYYY-MM-DD") from error


def _say_plan(report: PublishReport) -> None:
    for item in report.planned:
        say(f"{item.path}" + ("  (replaces the article there)" if item.replaces else ""))
        for name, (old, new) in item.changes.items():
            say(f"  {name:8} {old or 'none'} -> {new or 'none'}")
    say(f"{plural(len(report.planned), 'article')} would be published")
    _say_left(report)


def _say_report(report: PublishReport, seconds: float) -> None:
    for item in [*report.finished, *report.published][:50]:
        say(item.path)
    say(f"{plural(len(report.published), 'article')} published ({seconds:.1f} s)")
    if report.finished:
        say(f"{plural(len(report.finished), 'article')} finished that an earlier run had begun")
    if report.commit:
        say(f"commit {report.commit[:12]}")
    if report.commit_error:
        note(f"not committed: {report.commit_error}")
    _say_left(report)


def _say_left(report: PublishReport) -> None:
    if report.already:
        note(f"{plural(len(report.already), 'draft')} published before")
    notes([f"{item.key}: {item.reason}" for item in report.refused], most=50)


def _object(report: PublishReport, *, dry_run: bool, seconds: float) -> dict[str, Any]:
    return {
        "dry_run": dry_run,
        "planned": [_planned(item) for item in report.planned] if dry_run else [],
        "published": [_published(item) for item in report.published],
        "finished": [_published(item) for item in report.finished],
        "already": [row.key for row in report.already],
        "refused": [{"key": item.key, "reason": item.reason} for item in report.refused],
        "commit": report.commit,
        "commit_error": report.commit_error,
        "seconds": round(seconds, 3),
    }


def _planned(item: Assigned) -> dict[str, Any]:
    return {
        "key": item.row.key,
        "file": item.path,
        "id": item.article.id,
        "date": item.article.date.isoformat(),
        "replaces": item.replaces,
        "changes": {name: {"old": old, "new": new} for name, (old, new) in item.changes.items()},
    }


def _published(item: Publication) -> dict[str, Any]:
    return {
        "file": item.path,
        "id": item.article_id,
        "sha256": item.sha,
        "approved_sha256": item.approved,
        "replaces_sha256": item.replaces,
    }


def _withdrawn(report: WithdrawReport) -> dict[str, Any]:
    from dataclasses import asdict

    return {
        **asdict(report.withdrawal),
        "hidden": report.hidden,
        "file_deleted": report.deleted,
        "unlinked": report.unlinked,
        "problems": report.problems,
        "commit": report.commit,
    }


def _say_withdrawn(report: WithdrawReport) -> None:
    key = report.withdrawal.key
    if report.deleted:
        say(f"{key}: file removed")
    elif report.hidden:
        say(f"{key}: hidden from search engines")
    else:
        say(f"{key}: was withdrawn before")
    for path in report.unlinked:
        say(f"{path}: link removed")
    if report.commit:
        say(f"commit {report.commit[:12]}")
    notes(report.problems, most=50)
