"""The ``generator search-data`` commands: import exports of Google Search Console, and show what follows from them."""

from __future__ import annotations

import io
from pathlib import Path

import typer

from generator.cli.site.search_data_output import (
    show_competing,
    show_imported,
    show_overview,
    show_removed,
    show_silent,
    show_unanswered,
)
from generator.cli.terminal.options import CONTENT_DIR, JSON, OUTPUT_DIR, open_services
from generator.cli.terminal.output import TerminalProgress, note, say
from generator.content.search_data.competing import LEAST_IMPRESSIONS
from generator.errors import StorageError
from generator.store.files import write_file
from generator.workflows.search_data.competing import find_competing
from generator.workflows.search_data.figures import search_data_overview
from generator.workflows.search_data.import_exports import import_search_data
from generator.workflows.search_data.remove import remove_export
from generator.workflows.search_data.requests import ImportRequest
from generator.workflows.search_data.silent import find_silent
from generator.workflows.search_data.unanswered import find_unanswered, write_question_list

LIMIT = typer.Option(None, "--limit", min=1, metavar="N", help="Show at most N.")


def import_files(
    context: typer.Context,
    files: list[str] = typer.Argument(
        ..., metavar="FILE...", help="Exports: .zip, .csv, .csv.gz, .xlsx, .json or .jsonl."
    ),
    first_day: str = typer.Option(
        None, "--from", metavar="YYYY-MM-DD", help="First day of the export, if it does not say its dates."
    ),
    last_day: str = typer.Option(None, "--to", metavar="YYYY-MM-DD", help="Last day of the export."),
    output_dir: str = OUTPUT_DIR,
    content_dir: str = CONTENT_DIR,
    as_json: bool = JSON,
) -> int:
    """Import exports of Google Search Console: downloads of its website, or larger ones of its API or BigQuery.

    The columns are recognised in many languages. A download of the website
    stops at 1,000 rows and has no queries by page; a CSV with page, query,
    clicks, impressions and position has both. No login and no network.

    Example: generator search-data import Performance-on-Search.zip
    """
    request = ImportRequest(tuple(map(Path, files)), first_day, last_day)
    with open_services(context, output_dir=output_dir, content_dir=content_dir) as services:
        outcome = import_search_data(services, request, TerminalProgress(quiet=as_json))
    show_imported(outcome, as_json=as_json)
    return 0


def show(
    context: typer.Context,
    output_dir: str = OUTPUT_DIR,
    as_json: bool = JSON,
) -> int:
    """Show what is imported: exports with their dates, totals, and the pages that are shown most.

    Example: generator search-data show
    """
    with open_services(context, output_dir=output_dir) as services:
        show_overview(search_data_overview(services), as_json=as_json)
    return 0


def remove(
    context: typer.Context,
    number: int = typer.Argument(..., metavar="ID", help="The id of the export, as show prints it."),
    output_dir: str = OUTPUT_DIR,
    as_json: bool = JSON,
) -> int:
    """Delete an imported export and all its figures.

    The other exports stay, and the newest of them is used from then on. The same file can be imported again.

    Example: generator search-data remove 3
    """
    with open_services(context, output_dir=output_dir) as services:
        show_removed(remove_export(services, number), as_json=as_json)
    return 0


def competing(
    context: typer.Context,
    least: int = typer.Option(
        LEAST_IMPRESSIONS, "--min-impressions", min=1, metavar="N", help="Of a page for a query."
    ),
    limit: int = LIMIT,
    output_dir: str = OUTPUT_DIR,
    as_json: bool = JSON,
) -> int:
    """List the queries for which Google shows several pages of the site, and those pages.

    It needs an export with queries by page, of the API or of BigQuery.

    Example: generator search-data competing --limit 20
    """
    with open_services(context, output_dir=output_dir) as services:
        show_competing(find_competing(services, least_impressions=least), limit, as_json=as_json)
    return 0


def silent(
    context: typer.Context,
    months: int = typer.Option(
        ..., "--months", min=1, metavar="N", help="Shown to nobody in the last N months of the data."
    ),
    output_dir: str = OUTPUT_DIR,
    content_dir: str = CONTENT_DIR,
    as_json: bool = JSON,
) -> int:
    """List published questions that nobody was shown in N months, each with a proposal. Nothing is changed.

    Proposals are to merge a page into one that answers the same question, to
    rewrite it, or to withdraw it. Exports that are cut off at their most rows or
    are filtered only tell which pages were shown; without complete ones, this
    command refuses.

    Example: generator search-data silent --months 6
    """
    with open_services(context, output_dir=output_dir, content_dir=content_dir) as services:
        show_silent(find_silent(services, months, TerminalProgress(quiet=as_json)), as_json=as_json)
    return 0


def unanswered(
    context: typer.Context,
    to: str = typer.Option(
        None, "--csv", metavar="FILE|-", help="Write a question list that generator draft takes."
    ),
    least: int = typer.Option(
        LEAST_IMPRESSIONS, "--min-impressions", min=1, metavar="N", help="Of a question."
    ),
    limit: int = LIMIT,
    output_dir: str = OUTPUT_DIR,
    content_dir: str = CONTENT_DIR,
    as_json: bool = JSON,
) -> int:
    """List questions that people type into Google and no published page answers.

    Example: generator search-data unanswered --csv questions.csv, then generator draft questions.csv
    """
    progress = TerminalProgress(quiet=as_json)
    with open_services(context, output_dir=output_dir, content_dir=content_dir) as services:
        outcome = find_unanswered(services, progress, least_impressions=least, limit=limit)
    if to is not None:
        text = io.StringIO()
        write_question_list(outcome, text)
        if to == "-":
            say(text.getvalue().rstrip("\n"))
            return 0
        _write(Path(to), text.getvalue())
        note(f"question list: {to}")
    show_unanswered(outcome, as_json=as_json)
    return 0


def _write(file: Path, text: str) -> None:
    """Write the list whole. Raises StorageError where it cannot be written."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(str(file), error.strerror or str(error)) from error
    write_file(file, text.encode(), durable=True)
