"""The commands ``generator drafts export`` and ``import``: drafts as a spreadsheet."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from generator.cli.terminal.options import JSON, OUTPUT_DIR, REVIEWER, open_services, states_of
from generator.cli.terminal.output import note, notes, say, say_json, say_line
from generator.content.display import in_words, plural
from generator.store.ledger.queue.queue_filter import QueueFilter
from generator.workflows.sheets.export import ExportRequest, export_drafts
from generator.workflows.sheets.import_edits import SheetImport, import_sheet

if TYPE_CHECKING:
    from generator.workflows.sheets.import_edits import ImportOutcome, RowOutcome

_SHOWN = 200


def export(
    context: typer.Context,
    file: str = typer.Argument(..., metavar="FILE", help="The new .xlsx or .csv file; must not exist."),
    state: list[str] = typer.Option((), "--state", metavar="STATE", help="drafted, needs_fix, approved, ..."),
    subject: str = typer.Option(None, "--subject", metavar="NAME", help="Of this subject."),
    owner: str = typer.Option(None, "--owner", metavar="NAME", help="Owner in the question list."),
    assigned: str = typer.Option(None, "--assigned", metavar="NAME", help="Assigned to this reviewer."),
    text: str = typer.Option(
        None, "--text", metavar="WORDS", help="Question or address contains these words."
    ),
    output_dir: str = OUTPUT_DIR,
    as_json: bool = JSON,
) -> int:
    """Write drafts into a spreadsheet, one row for each, to be edited and imported again.

    Edit the columns question, subject, answer, description and keywords;
    write a comment into the column comment. All other columns only inform.

    Example: generator drafts export to-review.xlsx --state needs_fix
    """
    wanted = QueueFilter(states=states_of(state), subject=subject, owner=owner, assigned=assigned, text=text)
    with open_services(context, output_dir=output_dir) as services:
        outcome = export_drafts(services, ExportRequest(Path(file), wanted))
    if as_json:
        say_json({"file": file, "drafts": outcome.drafts, "too_long": list(outcome.too_long)})
    elif outcome.too_long:
        note(f"{file} was not written: a spreadsheet would cut these cells off")
        notes(outcome.too_long, most=_SHOWN)
    else:
        say_line(f"{file}: {plural(outcome.drafts, 'draft')}")
    return int(outcome.needs_person)


def import_edits(
    context: typer.Context,
    file: str = typer.Argument(..., metavar="FILE", help="A spreadsheet that drafts export wrote."),
    dry_run: bool = typer.Option(False, "--dry-run", help="Show what would change; change nothing."),
    reviewer: str = REVIEWER,
    output_dir: str = OUTPUT_DIR,
    as_json: bool = JSON,
) -> int:
    """Take edits and comments from a spreadsheet of drafts. It never approves or rejects.

    A row applies only if its draft is as it was exported; otherwise it is
    refused, and the line says what changed. Edits are checked like all others.

    Example: generator drafts import to-review.xlsx --dry-run
    """
    with open_services(context, output_dir=output_dir) as services:
        outcome = import_sheet(services, SheetImport(Path(file), dry_run=dry_run, reviewer=reviewer))
    if as_json:
        say_json({"file": file, **_object(outcome)})
    else:
        _say(outcome)
    return int(outcome.needs_person)


def _object(outcome: ImportOutcome) -> dict[str, Any]:
    return {
        "dry_run": outcome.dry_run,
        "changed": outcome.count("changed"),
        "unchanged": outcome.count("unchanged"),
        "refused": outcome.count("refused"),
        "other_states": outcome.other_states,
        "rows": [_row_object(row) for row in outcome.rows if row.result != "unchanged"],
    }


def _row_object(row: RowOutcome) -> dict[str, Any]:
    return {
        "row": row.number,
        "draft": row.name,
        "result": row.result,
        "fields": [
            {"field": one.name, "words_before": one.before, "words_after": one.after} for one in row.fields
        ],
        "comment": row.has_comment,
        "state": row.state,
        "reason": row.reason,
    }


def _say(outcome: ImportOutcome) -> None:
    shown = [row for row in outcome.rows if row.result == "changed"]
    for row in shown[:_SHOWN]:
        parts = [f"{one.name} {one.before} → {one.after} words" for one in row.fields]
        parts += ["a comment"] if row.has_comment else []
        say_line(f"row {row.number}  {row.name}: {', '.join(parts)}; {in_words(row.state or '')}")
    if len(shown) > _SHOWN:
        say(f"... and {len(shown) - _SHOWN} more")
    refused = [
        f"row {row.number}  {row.name}: {row.reason}" for row in outcome.rows if row.result == "refused"
    ]
    notes(refused, most=_SHOWN)
    changed = "would change" if outcome.dry_run else "changed"
    say(
        f"{plural(outcome.count('changed'), 'draft')} {changed}, {outcome.count('unchanged')} unchanged,"
        f" {outcome.count('refused')} refused"
    )
    if outcome.other_states:
        rows = plural(outcome.other_states, "row")
        note(f"{rows} with another state than the draft: the column is not read, approve in generator review")
