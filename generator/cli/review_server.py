"""The ``generator review`` command: serves the review page and opens it in the browser."""

from __future__ import annotations

import sys
import webbrowser
from collections.abc import Callable
from typing import TYPE_CHECKING

import typer

from generator.cli.terminal.options import CONTENT_DIR, MAX_COST, OUTPUT_DIR, open_services
from generator.cli.terminal.output import TerminalProgress, note, say
from generator.content.display import plural
from generator.services import Services
from generator.web.access import is_loopback
from generator.web.server import serve
from generator.workflows.review.prepare import check_revision_price, prepare_review
from generator.workflows.site.reviewer import reviewer_names

if TYPE_CHECKING:
    from generator.workflows.draft_files.importer import ImportedEdits

PORT = 8765


def review(
    context: typer.Context,
    port: int = typer.Option(
        PORT, "--port", min=0, max=65535, metavar="N", help="The port; 0 for any free one."
    ),
    host: str = typer.Option(
        "127.0.0.1", "--host", metavar="NAME", help="Address to listen on; only this machine by default."
    ),
    open_browser: bool = typer.Option(True, "--open/--no-open", help="Open the page in the browser."),
    read_only: bool = typer.Option(False, "--read-only", help="Show everything, change nothing."),
    reviewer: list[str] = typer.Option(
        (), "--reviewer", metavar="NAME", help="Name of a reviewer; repeatable, each gets a link."
    ),
    offline: bool = typer.Option(
        False, "--offline", help="Revise with the offline model, even if a key is set."
    ),
    max_cost: float = MAX_COST,
    output_dir: str = OUTPUT_DIR,
    content_dir: str = CONTENT_DIR,
) -> int:
    """Review drafts in the browser: read, edit, approve, reject, revise, publish. Ctrl-C ends it.

    Example: generator review --reviewer Ada --reviewer Grace
    """
    with open_services(context, output_dir=output_dir, content_dir=content_dir) as services:
        names = reviewer_names(services.settings, reviewer, read_only=read_only)
        check_revision_price(services, offline=offline, max_cost=max_cost)
        _warn(host)
        _note_imported(prepare_review(services, TerminalProgress(), read_only=read_only))
        serve(
            services,
            lambda: Services(services.settings),
            host=host,
            port=port,
            reviewers=names,
            read_only=read_only,
            offline=offline,
            max_cost=max_cost,
            announce=_announcer(open_browser),
        )
    return 0


def _note_imported(imported: ImportedEdits) -> None:
    if imported.edited:
        note(f"{plural(len(imported.edited), 'draft')} edited on disk imported")
    for line in imported.notes[:5]:
        note(f"note: {line}")


def _warn(host: str) -> None:
    if not is_loopback(host):
        note(
            f"warning: {host} is reachable from other machines, and the traffic is not encrypted;"
            " whoever has a link can change drafts and publish"
        )


def _announcer(open_browser: bool) -> Callable[[dict[str, str]], None]:
    def announce(links: dict[str, str]) -> None:
        for name, link in links.items():
            say(link if len(links) == 1 else f"{name}: {link}")
        sys.stdout.flush()
        note("Ctrl-C ends the review")
        if open_browser:
            webbrowser.open(next(iter(links.values())))

    return announce
