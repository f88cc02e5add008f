"""The ``generator review`` command: serves the review page and opens it in the browser."""

from __future__ import annotations

import sys
import webbrowser
from collections.abc import Callable
from typing import TYPE_CHECKING

import typer

from generator.cli.terminal.options import CONTENT_DIR, OUTPUT_DIR, open_services
from generator.cli.terminal.output import TerminalProgress, note, say
from generator.content.display import plural
from generator.services import Services
from generator.web.server import PrintedLinks, ServerOptions, serve
from generator.web.serving.own_hosts import is_loopback
from generator.workflows.review.prepare import prepare_review
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
    link: bool = typer.Option(
        False, "--link", help="Print another link for each reviewer; earlier links stay valid."
    ),
    new_links: bool = typer.Option(False, "--new-links", help="End all earlier links, and print new ones."),
    allow_host: list[str] = typer.Option(
        (), "--allow-host", metavar="NAME", help="Host name of a proxy or tunnel to this page; repeatable."
    ),
    offline: bool = typer.Option(
        False, "--offline", help="Revise with the offline model, even if a key is set."
    ),
    output_dir: str = OUTPUT_DIR,
    content_dir: str = CONTENT_DIR,
) -> int:
    """Review drafts in the browser: read, edit, approve, reject, revise, publish. Ctrl-C ends it.

    Example: generator review --reviewer Ada --reviewer Grace
    """
    with open_services(context, output_dir=output_dir, content_dir=content_dir) as services:
        names = reviewer_names(services.settings, reviewer, read_only=read_only)
        _warn(host)
        _note_imported(prepare_review(services, TerminalProgress(), read_only=read_only))
        serve(
            services,
            lambda: Services(services.settings),
            ServerOptions(
                host,
                port,
                names,
                read_only=read_only,
                offline=offline,
                more_links=link,
                new_links=new_links,
                other_hosts=allow_host,
            ),
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


def _announcer(open_browser: bool) -> Callable[[PrintedLinks], None]:
    def announce(links: PrintedLinks) -> None:
        is_one = len(links.new) + len(links.earlier) == 1
        for name, addresses in links.new.items():
            for address in addresses:
                say(address if is_one else f"{name}: {address}")
        sys.stdout.flush()
        if links.earlier:
            note(
                f"the earlier links of {_listed(links.earlier)} are still valid;"
                " generator review --link prints another one"
            )
        note("Ctrl-C ends the review")
        if open_browser:
            webbrowser.open(links.browser)

    return announce


def _listed(names: list[str]) -> str:
    return " and ".join((", ".join(names[:-1]), names[-1])) if len(names) > 1 else names[0]
