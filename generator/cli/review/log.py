"""The ``generator review-log`` command: the work that each person did in a month."""

from __future__ import annotations

import csv
import io
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from generator.cli.terminal.options import JSON, OUTPUT_DIR, open_services
from generator.cli.terminal.output import note, say, say_json, table
from generator.content.tables.csv_cells import guarded
from generator.errors import UsageError
from generator.store.files import write_file
from generator.workflows.review.team.work_done import month_of, work_done

if TYPE_CHECKING:
    from generator.workflows.review.team.work_done import PersonWork

_COUNTS = (
    "drafts", "approved", "rejected", "allowed", "edited", "undone", "comments", "proposals", "clusters", "words",
)  # fmt: skip
_BOM = "\ufeff"  # tells Excel that the text is UTF-8


def review_log(
    context: typer.Context,
    month: str = typer.Option(..., "--month", metavar="YYYY-MM", help="The month, in this machine's time."),
    file: str = typer.Option(None, "--csv", metavar="FILE", help="Write the table into this new file."),
    output_dir: str = OUTPUT_DIR,
    as_json: bool = JSON,
) -> int:
    """Show what each person did in a month: drafts, comments, proposals, and the words of the drafts.

    A draft counts once, however often it was edited. A decision that was
    undone counts as undone only. The words are those of the answers.

    Example: generator review-log --month 2026-11 --csv november.csv
    """
    if file is not None and as_json:
        raise UsageError("give --csv or --json, not both")
    period = month_of(month)
    with open_services(context, output_dir=output_dir) as services:
        people = work_done(services, period, with_words=True)
    if as_json:
        say_json({"month": month, "people": [{"who": one.who, **_counts(one)} for one in people]})
    elif file is not None:
        _write(Path(file), month, people)
        say(f"{file}: {len(people)} rows")
    elif people:
        header = ("reviewer", *_COUNTS)
        table([[one.who, *map(str, _counts(one).values())] for one in people], header=header)
    else:
        note(f"nobody reviewed anything in {month}")
    return 0


def _counts(one: PersonWork) -> dict[str, Any]:
    values = {**asdict(one), "drafts": one.drafts}
    return {name: values[name] for name in _COUNTS}


def _write(file: Path, month: str, people: list[PersonWork]) -> None:
    if file.exists():
        raise UsageError(f"{file} exists: choose another name, or remove it")
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(("month", "reviewer", *_COUNTS))
    for one in people:
        writer.writerow((month, guarded(one.who), *_counts(one).values()))
    write_file(file, (_BOM + out.getvalue()).encode(), expect=lambda found: found is None)
