"""The ``generator restore`` command, and the versions of a draft as ``generator show`` prints them."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import typer

from generator.cli.terminal.options import JSON, OUTPUT_DIR, REVIEWER, open_services
from generator.cli.terminal.output import encodable, note, say, say_json, say_line, table
from generator.content.display import in_words
from generator.content.findings import errors
from generator.workflows.review.editing.versions import compare_versions, list_versions, restore_version_of

if TYPE_CHECKING:
    from generator.services import Services
    from generator.workflows.review.editing.versions import VersionView


def restore(
    context: typer.Context,
    name: str = typer.Argument(..., metavar="SLUG", help="subject/slug, a slug, or the question itself."),
    version: int = typer.Option(
        ..., "--version", min=1, metavar="N", help="Number of the version; generator show --versions."
    ),
    reviewer: str = REVIEWER,
    output_dir: str = OUTPUT_DIR,
    as_json: bool = JSON,
) -> int:
    """Make an earlier version of a draft the newest one. It is checked as an edit, and not approved by that.

    Example: generator restore what-is-life --version 2
    """
    with open_services(context, output_dir=output_dir) as services:
        row = restore_version_of(services, encodable(name), version, reviewer=reviewer)
    if as_json:
        say_json({"key": row.key, "state": row.state, "version": row.version, "errors": row.errors})
    else:
        say(f"{row.name}: version {version} restored as version {row.version}; {in_words(row.state)} now")
    return 0


def show_versions(services: Services, name: str, *, as_json: bool) -> None:
    """Print the versions of a draft, oldest first."""
    row, versions = list_versions(services, name)
    if as_json:
        say_json({"key": row.key, "versions": [_version_object(view) for view in versions]})
        return
    say_line(row.question)
    table([_columns(view) for view in versions], indent="  ")
    if not versions:
        note("this draft has no text")


def show_changes(services: Services, name: str, old: int, new: int, *, as_json: bool) -> None:
    """Print what changed between two versions of a draft, field by field."""
    compared = compare_versions(services, name, old, new)
    if as_json:
        say_json(
            {"from": old, "to": new, "changes": [asdict(change) for change in compared.changes]},
        )
        return
    for change in compared.changes:
        say(f"\n{change.field or 'the whole file'}")
        say(f"  - {change.old}")
        say(f"  + {change.new}")
    if not compared.changes:
        note("they have the same text")


def _columns(view: VersionView) -> tuple[str, ...]:
    version = view.version
    wrong = len(errors(version.findings))
    return (
        f"{version.n}{' *' if view.is_current else ''}",
        version.created_at[:16].replace("T", " "),
        view.who,
        view.what,
        f"{wrong}/{len(version.findings) - wrong}" if version.findings else "",
    )


def _version_object(view: VersionView) -> dict[str, Any]:
    version = view.version
    wrong = len(errors(version.findings))
    return {
        "version": version.n,
        "sha": version.sha,
        "at": version.created_at,
        "who": view.who or None,
        "origin": version.origin,
        "what": view.what,
        "current": view.is_current,
        "errors": wrong,
        "warnings": len(version.findings) - wrong,
    }
