"""The ``generator seo propose`` command: proposes new descriptions and keywords for published articles."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

import typer

from generator.cli.batch.output import show_sent
from generator.cli.seo.output import show_plan, show_proposed
from generator.cli.terminal.next_steps import command_line
from generator.cli.terminal.options import (
    BATCH,
    CANARY,
    CONCURRENCY,
    CONTENT_DIR,
    JSON,
    MAX_COST,
    MODE,
    MODEL,
    OFFLINE,
    OUTPUT_DIR,
    PLAN,
    check_mode,
    open_services,
)
from generator.cli.terminal.output import TerminalProgress, notes
from generator.content.seo.fields import FIELDS, SeoField
from generator.errors import UsageError
from generator.workflows.batch.sending.lists import plan_proposals_by_batch, send_proposals
from generator.workflows.seo.propose import plan_proposed, propose_fields
from generator.workflows.seo.requests import ProposedOutcome, ProposeRequest, SelectionOrder, SelectionRequest

if TYPE_CHECKING:
    from generator.workflows.seo.planner import SeoPlan

FieldChoice = Literal["description", "keywords", "both"]


def propose(
    context: typer.Context,
    paths: list[str] = typer.Argument(None, metavar="[PATH]...", help="Articles; all by default."),
    all_articles: bool = typer.Option(False, "--all", help="Also articles whose fields have no finding."),
    rule: str = typer.Option(
        None, "--rule", metavar="CODE", help="Only articles with a finding of this rule."
    ),
    subject: str = typer.Option(None, "--subject", metavar="NAME", help="Only articles of this subject."),
    limit: int = typer.Option(None, "--limit", min=1, metavar="N", help="Ask about at most N articles."),
    field: str = typer.Option(
        "both", "--field", metavar="description|keywords|both", help="Which fields to rewrite."
    ),
    listed: str = typer.Option(
        None,
        "--from",
        metavar="FILE|-",
        help="File with one path or address per line, processed in order.",
    ),
    by: str = typer.Option(
        "path",
        "--by",
        metavar="path|opportunity",
        help="opportunity: pages with fewer clicks than usual at their position, those that miss most first.",
    ),
    hold_out: str = typer.Option(
        None,
        "--hold-out",
        metavar="SHARE",
        help="With --by opportunity: leave this share of the pages, such as 20%, alone at random.",
    ),
    include_no_index: bool = typer.Option(
        False, "--include-noindex", help="Also pages hidden from search engines."
    ),
    concurrency: int = CONCURRENCY,
    model: str = MODEL,
    max_cost: float = MAX_COST,
    offline: bool = OFFLINE,
    redo: bool = typer.Option(
        False, "--redo", help="Propose again for fields whose proposal nobody approved or edited."
    ),
    plan: bool = PLAN,
    canary: bool = CANARY,
    batch: bool = BATCH,
    mode: str = MODE,
    output_dir: str = OUTPUT_DIR,
    content_dir: str = CONTENT_DIR,
    as_json: bool = JSON,
) -> int:
    """Propose new descriptions and keywords for articles whose current ones have a finding.

    PATH is an article file, a subject's folder, an address, or a slug; without
    any, the whole site is checked. Nothing is written into the articles:
    generator seo list and diff show the proposals, generator seo apply writes
    them. Run the same command again after any interruption: it continues where
    it stopped, and nothing is paid twice.

    --by opportunity needs imported search data, and takes pages without a
    finding too. With --hold-out, generator seo report compares the pages whose
    proposals were applied with those left alone, once a later export is imported.

    Example: generator seo propose --rule description-too-long --limit 500 --max-cost 1.00
    """
    check_mode(mode, batch)
    selection = SelectionRequest(
        fields=_fields(field),
        targets=_targets(paths or [], listed),
        all_articles=all_articles,
        rule=rule,
        subject=subject,
        include_no_index=include_no_index,
        by=_order(by),
        hold_out=None if hold_out is None else _share(hold_out),
    )
    request = ProposeRequest(
        selection,
        limit=limit,
        redo=redo,
        model=model,
        offline=offline,
        concurrency=concurrency,
        max_cost=max_cost,
        argv=tuple(paths or []),
        canary=canary,
    )
    progress = TerminalProgress(quiet=as_json)
    next_command = partial(command_line, context, output_dir=output_dir, content_dir=content_dir)
    with open_services(context, output_dir=output_dir, content_dir=content_dir) as services:
        if plan:
            planned = (plan_proposals_by_batch if batch else plan_proposed)(services, request, progress)
            return show_plan(planned, as_json=as_json)
        if not batch:
            proposed = propose_fields(services, request, progress, on_planned=_show_planned)
            return show_proposed(services.settings, proposed, next_command=next_command, as_json=as_json)
        sent = send_proposals(services, request, progress, mode=mode, on_planned=_show_planned)
        if isinstance(sent, ProposedOutcome):
            return show_proposed(services.settings, sent, next_command=next_command, as_json=as_json)
        return show_sent(services.batches, sent, next_command("batch", "collect", "--wait"), as_json=as_json)


def _show_planned(plan: SeoPlan) -> None:
    notes(plan.notes, dropped=plan.dropped_notes)


def _fields(choice: str) -> tuple[SeoField, ...]:
    if choice not in get_args(FieldChoice):
        raise UsageError(f"--field takes description, keywords or both, not {choice!r}")
    return FIELDS if choice == "both" else tuple(name for name in FIELDS if name.endswith(choice))


def _order(name: str) -> SelectionOrder:
    for order in get_args(SelectionOrder):
        if name == order:
            return order  # type: ignore[no-any-return]
    raise UsageError(f"--by takes {' or '.join(get_args(SelectionOrder))}, not {name!r}")


def _share(text: str) -> float:
    """The value of ``--hold-out``, 0 to 1: ``20%`` or ``0.2``."""
    try:
        number = float(text.strip().removesuffix("%"))
    except ValueError:
        number = 0.0
    share = number / 100 if text.strip().endswith("%") else number
    if not 0 < share < 1:
        raise UsageError(f"--hold-out takes a share between 0 and 100 %, such as 20% or 0.2, not {text!r}")
    return share


def _targets(paths: list[str], listed: str | None) -> list[str] | Iterator[str] | None:
    """The articles named on the command line, in order; None for the whole site."""
    if listed is not None and paths:
        raise UsageError("--from and PATH exclude each other")
    return _lines(listed) if listed is not None else (paths or None)


def _lines(source: str) -> Iterator[str]:
    """The first column of each line of a list, without comments and blank lines."""
    try:
        data = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
        text = data.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"--from {source}: {error}") from error
    for line in text.splitlines():
        entry = line.split("\t")[0].split(",")[0].strip().strip('"')
        if entry and not entry.startswith("#"):
            yield entry
