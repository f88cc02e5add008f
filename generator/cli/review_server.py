"""``generator review``: opens the page on which people review drafts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from generator.cli.options import CONTENT_DIR, OUTPUT_DIR, open_services
from generator.cli.output import TerminalProgress, note, say
from generator.content.display import plural
from generator.workflows.site.corpus import refresh_corpus

if TYPE_CHECKING:
    from collections.abc import Callable

    from generator.desk import Desk

PORT = 8765


def review(
    context: typer.Context,
    port: int = typer.Option(
        PORT, "--port", min=0, max=65535, metavar="N", help="The port; 0 for any free one."
    ),
    host: str = typer.Option(
        "127.0.0.1", "--host", metavar="NAME", help="Where to listen; this machine alone by default."
    ),
    open_browser: bool = typer.Option(True, "--open/--no-open", help="Open the page in the browser."),
    read_only: bool = typer.Option(False, "--read-only", help="Show everything, change nothing."),
    reviewer: list[str] = typer.Option(
        (), "--reviewer", metavar="NAME", help="Who decides; give it several times and each gets a link."
    ),
    offline: bool = typer.Option(
        False, "--offline", help="Revise with the offline model, whatever key is set."
    ),
    output_dir: str = OUTPUT_DIR,
    content_dir: str = CONTENT_DIR,
) -> int:
    """Review drafts in the browser: read, edit, approve, reject, revise, publish. Ctrl-C ends it.

    Example: generator review --reviewer Ada --reviewer Grace
    """
    from generator.desk import Desk
    from generator.services import Services
    from generator.web.server import serve

    with open_services(context, output_dir=output_dir, content_dir=content_dir) as services:
        desk = Desk(services)
        names = list(dict.fromkeys(desk.reviewer(name) for name in reviewer)) or [_anyone(desk, read_only)]
        _warn(host)
        refresh_corpus(services, TerminalProgress(quiet=False))
        if not read_only:
            _take_up(desk)
        serve(
            services,
            lambda: Services(services.settings),
            host=host,
            port=port,
            reviewers=names,
            read_only=read_only,
            offline=offline,
            announce=_announcer(open_browser),
        )
        return 0


def _anyone(desk: Desk, read_only: bool) -> str:
    """The reviewer without ``--reviewer``; someone who only reads needs no name."""
    return "reader" if read_only else desk.reviewer()


def _take_up(desk: Desk) -> None:
    result = desk.editing.take_up_all()
    if result.edited:
        note(f"{plural(len(result.edited), 'draft')} edited on disk taken up")
    for line in result.notes[:5]:
        note(f"note: {line}")


def _warn(host: str) -> None:
    from generator.web.access import is_loopback

    if not is_loopback(host):
        note(
            f"warning: {host} is reachable from other machines, and the traffic is not encrypted;"
            " whoever has a link can change drafts and publish"
        )


def _announcer(open_browser: bool) -> Callable[[dict[str, str]], None]:
    def announce(links: dict[str, str]) -> None:
        import sys
        import webbrowser

        for name, link in links.items():
            say(link if len(links) == 1 else f"{name}: {link}")
        sys.stdout.flush()
        note("Ctrl-C ends the review")
        if open_browser:
            webbrowser.open(next(iter(links.values())))

    return announce
