"""The ``generator review`` command: serves the review page and opens it in the browser."""

from __future__ import annotations

import sys
import webbrowser
from collections.abc import Callable
from typing import TYPE_CHECKING

import typer

from generator.cli.sampling.filters import (
    CONFIDENCE,
    DUE_BEFORE,
    LIMIT,
    MODEL,
    OWNER,
    PRIORITY,
    PUBLISH_BEFORE,
    RULE,
    RUN,
    SUBJECT,
    TEXT,
    draft_filter,
)
from generator.cli.terminal.options import CONTENT_DIR, MAX_COST, OUTPUT_DIR, open_services
from generator.cli.terminal.output import TerminalProgress, note, say
from generator.content.display import plural
from generator.content.review.reviewers import Reviewer
from generator.errors import UsageError
from generator.services import Services
from generator.store.ledger.queue.queue_filter import QueueFilter
from generator.web.server import PrintedLinks, ServerOptions, serve
from generator.web.serving.own_hosts import is_loopback
from generator.workflows.review.prepare import check_revision_price, prepare_review
from generator.workflows.sampling.create import LotRequest, continue_or_create_lot
from generator.workflows.site.reviewer import page_reviewers

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
        (),
        "--reviewer",
        metavar="NAME[:ROLE]",
        help="A reviewer; repeatable, each gets a link. ROLE: approve (default), edit (only drafts assigned to"
        " them, no decisions), read.",
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
    sample: bool = typer.Option(
        False, "--sample", help="Open a lot: a random sample is read, then all of it is released."
    ),
    subject: str = SUBJECT,
    rule: str = RULE,
    model: str = MODEL,
    run: int = RUN,
    text: str = TEXT,
    owner: str = OWNER,
    priority: str = PRIORITY,
    due_before: str = DUE_BEFORE,
    publish_before: str = PUBLISH_BEFORE,
    confidence: float = CONFIDENCE,
    limit: float = LIMIT,
    max_cost: float = MAX_COST,
    output_dir: str = OUTPUT_DIR,
    content_dir: str = CONTENT_DIR,
) -> int:
    """Review drafts in the browser: read, edit, approve, reject, revise, publish. Ctrl-C ends it.

    With --sample, the options that select drafts choose those of the lot, and
    the same options continue it.

    Example: generator review --reviewer Ada --reviewer Kim:edit
    """
    wanted = draft_filter(
        subject=subject,
        rule=rule,
        model=model,
        run=run,
        text=text,
        owner=owner,
        priority=priority,
        due_before=due_before,
        publish_before=publish_before,
    )
    request = LotRequest(wanted, confidence, limit)
    if not sample and request != LotRequest(QueueFilter()):
        raise UsageError("the options that select drafts, --confidence and --limit need --sample")
    with open_services(context, output_dir=output_dir, content_dir=content_dir) as services:
        reviewers = page_reviewers(services.settings, reviewer, read_only=read_only)
        check_revision_price(services, offline=offline, max_cost=max_cost)
        _warn(host)
        _note_imported(prepare_review(services, TerminalProgress(), read_only=read_only, reviewers=reviewers))
        path = _lot_path(services, request, reviewers[0].name, read_only=read_only) if sample else "/"
        serve(
            services,
            lambda: Services(services.settings),
            ServerOptions(
                host,
                port,
                reviewers,
                read_only=read_only,
                offline=offline,
                max_cost=max_cost,
                path=path,
                more_links=link,
                new_links=new_links,
                other_hosts=allow_host,
            ),
            announce=_announcer(open_browser),
        )
    return 0


def _lot_path(services: Services, request: LotRequest, who: str, *, read_only: bool) -> str:
    """The path of the page of the lot, which is continued or frozen now; a read-only page shows all lots."""
    if read_only:
        return "/samples"
    made = continue_or_create_lot(services, request, reviewer=who)
    lot = made.view.lot
    note(
        f"lot {lot.id}{'' if made.is_new else ', continued'}: {plural(lot.size, 'draft')}, {made.view.sample.progress}"
    )
    for reason, count in made.left.items():
        note(f"not in the lot: {plural(count, 'draft')} {reason}")
    return f"/samples/{lot.id}"


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
        for reviewer, addresses in links.new.items():
            for address in addresses:
                say(address if is_one else f"{_label(reviewer)}: {address}")
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


def _label(reviewer: Reviewer) -> str:
    return reviewer.name if reviewer.role == "approve" else f"{reviewer.name} ({reviewer.role})"


def _listed(names: list[str]) -> str:
    return " and ".join((", ".join(names[:-1]), names[-1])) if len(names) > 1 else names[0]
