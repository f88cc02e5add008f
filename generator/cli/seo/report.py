"""The ``generator seo report`` command: compares the site before and after the proposals."""

from pathlib import Path

import typer

from generator.cli.seo.output import show_report
from generator.cli.terminal.options import CONTENT_DIR, JSON, OUTPUT_DIR, open_services
from generator.cli.terminal.output import TerminalProgress, note
from generator.workflows.seo.report import seo_report
from generator.workflows.seo.report_page import write_report_page


def report(
    context: typer.Context,
    html: str = typer.Option(None, "--html", metavar="FILE", help="Write the report as one web page."),
    output_dir: str = OUTPUT_DIR,
    content_dir: str = CONTENT_DIR,
    as_json: bool = JSON,
) -> int:
    """Compare the site before and after the proposals: lengths, openings, near duplicates, cost.

    Example: generator seo report --html seo.html
    """
    with open_services(context, output_dir=output_dir, content_dir=content_dir) as services:
        found = seo_report(services, TerminalProgress(quiet=as_json))
    if html is not None:
        write_report_page(found, Path(html))
        note(f"report: {html}")
    show_report(found, as_json=as_json)
    return 0
