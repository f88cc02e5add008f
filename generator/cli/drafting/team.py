"""The commands that a team shares: ``generator drafts assign``, ``unassign`` and ``comment``."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import typer

from generator.cli.terminal.options import JSON, OUTPUT_DIR, REVIEWER, open_services
from generator.cli.terminal.output import encodable, note, notes, say, say_json, say_line
from generator.content.display import plural
from generator.errors import UsageError
from generator.workflows.review.draft_names import find_draft
from generator.workflows.review.team.assign import assign_named
from generator.workflows.review.team.comments import COMMENT_FIELDS, DraftComments
from generator.workflows.site.reviewer import reviewer_name

if TYPE_CHECKING:
    from generator.store.ledger.drafts.rows import DraftRow
    from generator.store.ledger.team.comments import Comment
    from generator.workflows.review.team.assign import AssignOutcome

NAMES = typer.Argument(..., metavar="SLUG...", help="subject/slug, a slug, or the question itself.")


def assign(
    context: typer.Context,
    names: list[str] = NAMES,
    to: str = typer.Option(..., "--to", metavar="WHO", help="The reviewer who gets the drafts."),
    reviewer: str = REVIEWER,
    output_dir: str = OUTPUT_DIR,
    as_json: bool = JSON,
) -> int:
    """Assign drafts to a reviewer.

    A draft that nobody assigned belongs to the owner that its list names,
    if this is a reviewer of the review page.

    Example: generator drafts assign why-do-cells-need-mitochondria --to Kim
    """
    with open_services(context, output_dir=output_dir) as services:
        given = [encodable(name) for name in names]
        return _show_assigned(
            assign_named(services, given, encodable(to), reviewer=reviewer), as_json=as_json
        )


def unassign(
    context: typer.Context,
    names: list[str] = NAMES,
    reviewer: str = REVIEWER,
    output_dir: str = OUTPUT_DIR,
    as_json: bool = JSON,
) -> int:
    """Assign drafts to nobody, whatever owner their list names.

    Example: generator drafts unassign why-do-cells-need-mitochondria
    """
    with open_services(context, output_dir=output_dir) as services:
        given = [encodable(name) for name in names]
        return _show_assigned(assign_named(services, given, None, reviewer=reviewer), as_json=as_json)


def comment(
    context: typer.Context,
    name: str = typer.Argument(..., metavar="SLUG", help="subject/slug, a slug, or the question itself."),
    text: str = typer.Argument(None, metavar="[TEXT]", help="The comment; without one, comments are listed."),
    field: str = typer.Option(
        None, "--field", metavar="NAME", help=f"What it is about: {', '.join(COMMENT_FIELDS)}."
    ),
    resolve: int = typer.Option(None, "--resolve", metavar="N", help="Resolve comment N."),
    reopen: int = typer.Option(None, "--reopen", metavar="N", help="Open comment N again."),
    reviewer: str = REVIEWER,
    output_dir: str = OUTPUT_DIR,
    as_json: bool = JSON,
) -> int:
    """Comment on a draft, list its comments, or resolve one. A comment decides nothing, and no model gets it.

    Example: generator drafts comment why-do-cells-need-mitochondria "Is this figure right?" --field answer
    """
    if sum(given is not None for given in (text, resolve, reopen)) > 1:
        raise UsageError("give one of TEXT, --resolve and --reopen")
    if field is not None and text is None:
        raise UsageError("--field needs a TEXT")
    with open_services(context, output_dir=output_dir) as services:
        row = find_draft(services, encodable(name))
        thread = DraftComments(services)
        if text is not None:
            who = reviewer_name(services.settings, reviewer)
            thread.add(row, encodable(text), field=field, who=who)
        elif resolve is not None:
            thread.resolve(row, resolve, who=reviewer_name(services.settings, reviewer))
        elif reopen is not None:
            thread.reopen(row, reopen, who=reviewer_name(services.settings, reviewer))
        _show_comments(row, services.comments.of(row.id), as_json=as_json)
    return 0


def comment_object(comment: Comment) -> dict[str, Any]:
    """A comment as JSON."""
    return {name: value for name, value in asdict(comment).items() if name != "draft"}


def say_comment(comment: Comment, *, indent: str = "") -> None:
    """Print a comment; its text keeps its lines."""
    marks = [comment.at[:16].replace("T", " "), *([comment.field] if comment.field else [])]
    marks += [f"resolved by {comment.resolved_by}"] if not comment.is_open else []
    say_line(f"{indent}{comment.id}  {comment.who}, {', '.join(marks)}")
    for line in comment.text.splitlines():
        say(f"{indent}   {line}")


def _show_comments(row: DraftRow, comments: list[Comment], *, as_json: bool) -> None:
    if as_json:
        say_json({"key": row.key, "question": row.question, "comments": list(map(comment_object, comments))})
        return
    for one in comments:
        say_comment(one)
    if not comments:
        note(f"{row.name} has no comment")


def _show_assigned(outcome: AssignOutcome, *, as_json: bool) -> int:
    if as_json:
        keys = [{"key": row.key, "question": row.question, "state": row.state} for row in outcome.drafts]
        say_json({"assigned_to": outcome.to, "drafts": keys, "left": list(outcome.left)})
    else:
        for row in outcome.drafts[:50]:
            say_line(f"{row.name}: assigned to {outcome.to or 'nobody'}")
        if len(outcome.drafts) != 1:
            say(f"{plural(len(outcome.drafts), 'draft')} assigned to {outcome.to or 'nobody'}")
        notes(outcome.left, most=50)
    if not outcome.is_known:
        note(f"{outcome.to} has no link yet: generator review --reviewer {outcome.to}:edit")
    return int(outcome.needs_person)
