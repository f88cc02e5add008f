"""The ``generator seo report`` and ``seo hold-out`` commands: what the proposals changed."""

from pathlib import Path

import typer

from generator.cli.seo.output import show_hold_out, show_report
from generator.cli.terminal.options import CONTENT_DIR, JSON, OUTPUT_DIR, open_services
from generator.cli.terminal.output import TerminalProgress, note
from generator.workflows.seo.hold_out import find_hold_out
from generator.workflows.seo.report import seo_report
from generator.workflows.seo.report_page import write_report_page


def report(
    context: typer.Context,
    html: str = typer.Option(None, "--html", metavar="FILE", help="Write the report as one web page."),
    output_dir: str = OUTPUT_DIR,
    content_dir: str = CONTENT_DIR,
    as_json: bool = JSON,
) -> int:
    """Compare the site before and after the proposals: lengths, openings, near duplicates, cost, clicks.

    Clicks and click rates at like position come from imported search data, of
    one export from before the texts were applied and one from after. With pages
    that were held out, they are compared with these; without, the figures are
    shown and nothing is concluded.

    Example: generator seo report --html seo.html
    """
    with open_services(context, output_dir=output_dir, content_dir=content_dir) as services:
        found = seo_report(services, TerminalProgress(quiet=as_json))
    if html is not None:
        write_report_page(found, Path(html))
        note(f"report: {html}")
    show_report(found, as_json=as_json)
    return 0


def hold_out(
    context: typer.Context,
    end: bool = typer.Option(False, "--end", help="End it: its pages are proposed for again."),
    output_dir: str = OUTPUT_DIR,
    as_json: bool = JSON,
) -> int:
    """Show the pages that proposals leave alone for comparison, or end that.

    Example: generator seo hold-out
    """
    with open_services(context, output_dir=output_dir) as services:
        show_hold_out(find_hold_out(services, end=end), as_json=as_json)
    return 0
