"""``generator batch`` and ``draft --batch``: requests that go out in files and come back hours later."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Protocol

import typer

from generator.cli import batch_files
from generator.cli.batch_common import (
    check_cap,
    exit_code,
    named_batch,
    needs_endpoint,
    recap,
    repair_live_after,
    with_ledger,
    working,
)
from generator.cli.batch_output import (
    batch_object,
    report_object,
    say_batches,
    say_next,
    show_collected,
    state_of,
    why_left,
)
from generator.cli.common import (
    CONTENT_DIR,
    JSON,
    OUTPUT_DIR,
    REPAIR_CONCURRENCY,
    REPAIR_LIVE,
    finite,
    refresh,
    restore_drafts,
)
from generator.cli.next_steps import command_line
from generator.cli.output import notes, plural, say, say_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from generator.services import Endpoint, Workshop
    from generator.store.ledger.runs import Run
    from generator.workflows.batch.coordinator import Batching

EVERY_SECONDS = 60.0

HELP = """Send big lists at half the price: through the provider's Batch API, or as files for vLLM or a cluster.

generator draft LIST --batch and generator seo propose --batch send; generator batch collect takes what came back
through the same checks as live replies. Without a provider, export writes the requests and import takes the answers.
"""


class Planned(Protocol):
    """What planning says of a list: how much there is to ask."""

    @property
    def to_ask(self) -> int: ...


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    batch = typer.Typer(
        help=HELP, no_args_is_help=True, context_settings={"help_option_names": ["-h", "--help"]}
    )
    batch.command("status")(status)
    batch.command("collect")(collect)
    batch.command("cancel")(cancel)
    batch.command("list")(list_batches)
    batch_files.add_to(batch)
    app.add_typer(batch, name="batch")


# sending


def submit(
    shop: Workshop,
    endpoint: Endpoint,
    run: Run,
    plan: Planned,
    *,
    kind: str,
    mode: str | None,
    max_cost: float | None,
    hint: Callable[..., str],
    as_json: bool,
) -> int:
    """Send what a run planned as batches, and say which.

    Raises:
        UsageError: a cap is set and the model has no known price.
        BudgetExceeded: the cap leaves no room for all of it; what fits is sent.
    """
    from generator.model.budget import nano
    from generator.model.transport import endpoint_name
    from generator.store.ledger.batches import Order

    check_cap(shop, endpoint, max_cost)
    cap = None if max_cost is None else nano(max_cost)
    order = Order(run.id, kind, endpoint_name(endpoint.base_url), mode, cap)
    with working(shop, as_json) as work:
        ordered = shop.batches.order_wanted(order, now=shop.now())
        report, stop, _ = work(endpoint, run, lambda batching: batching.submit(order))
    sent = [shop.batches.get(number) for number in report.sent]
    if as_json:
        if stop.error is not None:
            raise stop.error
        rows = dict(getattr(plan, "counts", {}))
        say_json({"model": endpoint.model, "rows": rows, "jobs": ordered, **report_object(shop, report)})
    else:
        notes(report.notes)
        for batch in sent:
            say(f"{batch.batch_id}  batch {batch.id}: {plural(batch.requests, 'request')} to {batch.model}")
        if not sent:
            say("nothing to send")
        if report.left:
            say(why_left(report))
        waiting = getattr(plan, "counts", {}).get("batched", 0)
        if sent or waiting:
            say_next(hint("batch", "collect", "--wait"), out_before=waiting)
    return exit_code(report, stop, as_json=as_json) or (1 if getattr(plan, "needs_person", False) else 0)


# the commands


def status(
    context: typer.Context,
    watch: bool = typer.Option(False, "--watch", help="Look again until nothing is outstanding."),
    every: float = typer.Option(
        EVERY_SECONDS, "--every", min=0.1, metavar="SECONDS", help="Between two looks."
    ),
    output_dir: str = OUTPUT_DIR,
    as_json: bool = JSON,
) -> int:
    """Ask the provider how the batches are doing.

    Example: generator batch status --watch
    """
    from generator.model.batch_api import FINAL
    from generator.store.ledger.batches import AT_PROVIDER
    from generator.workflows.batch.downloader import answers_missing

    interrupted, lost = False, 0
    with with_ledger(context, output_dir) as shop:
        endpoint = shop.endpoint()
        if shop.batches.all(AT_PROVIDER):
            needs_endpoint(endpoint, "batch status")

            async def look(batching: Batching) -> None:
                await batching.refresh()
                while watch and (running := batching.running()):
                    if not as_json:
                        say_batches(shop, running)
                    if not await batching.pause(every):
                        return
                    await batching.refresh()

            with shop.run("batch status", sys.argv[1:]) as run, working(shop, as_json) as work:
                report, stop, _ = work(endpoint, run, look)
            if stop.error is not None:
                raise stop.error
            notes(report.notes)
            interrupted, lost = stop.interrupted, int(report.passed_over > 0)
        rows = shop.batches.all()
        incomplete = [row for row in rows if row.state == "incomplete"]
        notes([answers_missing(row, shop.batches.waiting(row.id)) for row in incomplete])
        if as_json:
            say_json(
                {
                    "batches": [batch_object(shop, row) for row in rows],
                    "waiting": shop.ledger.jobs.count_open(),
                }
            )
        else:
            say_batches(shop, [row for row in rows if row.state not in ("collected", "cancelled")])
            for state, count in shop.ledger.jobs.count_open().items():
                say(f"{plural(count, 'job')} {state}")
            if any(row.state in AT_PROVIDER and row.status in FINAL for row in rows):
                say(f"Next: {command_line(context, 'batch', 'collect', output_dir=output_dir)}")
        return 130 if interrupted else lost or (1 if incomplete else 0)


def collect(
    context: typer.Context,
    ids: list[str] = typer.Argument(
        None, metavar="[ID]...", help="Batches; all that are outstanding by default."
    ),
    wait: bool = typer.Option(
        False, "--wait", help="Until nothing is outstanding, follow-up batches included."
    ),
    every: float = typer.Option(
        EVERY_SECONDS, "--every", min=0.1, metavar="SECONDS", help="Between two looks."
    ),
    repair_live: bool = REPAIR_LIVE,
    max_cost: float = typer.Option(
        None,
        "--max-cost",
        min=0,
        metavar="USD",
        callback=finite,
        help="A new cap for each list's batches, or for --repair-live.",
    ),
    concurrency: int = REPAIR_CONCURRENCY,
    output_dir: str = OUTPUT_DIR,
    content_dir: str = CONTENT_DIR,
    as_json: bool = JSON,
) -> int:
    """Take what came back through checks into drafts, and send what needs another reply.

    A batch that was cancelled or refused gives its unanswered questions back: the same draft command asks again.

    Example: generator batch collect --wait
    """
    with with_ledger(context, output_dir, content_dir) as shop:
        endpoint = shop.endpoint()
        needs_endpoint(endpoint, "batch collect")
        check_cap(shop, endpoint, max_cost)
        named = [named_batch(shop, name) for name in ids or ()]
        refresh(shop, quiet=as_json)
        restore_drafts(shop)
        with shop.run("batch collect", sys.argv[1:]) as run, working(shop, as_json) as work:
            if max_cost is not None and not repair_live:
                recap(shop, endpoint, max_cost)
            report, stop, made = work(
                endpoint,
                run,
                lambda batching: batching.collect(
                    named, follow_up=not repair_live, every_seconds=every if wait else None
                ),
            )
            if repair_live and stop.error is None and not stop.interrupted:
                repair_live_after(
                    *(shop, endpoint, run, stop, made),
                    concurrency=concurrency or shop.settings.model.concurrency,
                    max_cost=max_cost,
                )
            return show_collected(shop, report, stop, made, as_json)


def cancel(
    context: typer.Context,
    name: str = typer.Argument(..., metavar="ID", help="The provider's id, or the number here."),
    output_dir: str = OUTPUT_DIR,
    as_json: bool = JSON,
) -> int:
    """Stop a batch. What it answered by then is paid, and collected as ever.

    Of one that has ended without all of its answers, give up those that are missing: their questions can be asked
    again, and what they may have cost stays counted.

    Example: generator batch cancel batch_abc123
    """
    from generator.errors import UsageError
    from generator.store.ledger.batches import AT_PROVIDER

    with with_ledger(context, output_dir) as shop:
        batch = named_batch(shop, name)
        if batch.state in ("collected", "cancelled"):
            raise UsageError(f"batch {batch.id} has ended already: {batch.state}")
        endpoint = None
        if batch.state in ("uploaded", *AT_PROVIDER):
            endpoint = shop.endpoint()
            needs_endpoint(endpoint, "batch cancel")
        with shop.run("batch cancel", sys.argv[1:]) as run, working(shop, as_json) as work:
            report, stop, _ = work(endpoint, run, lambda batching: batching.cancel(batch))
        if stop.error is not None:
            raise stop.error
        batch = shop.batches.get(batch.id)
        if as_json:
            say_json(batch_object(shop, batch))
        else:
            say(f"batch {batch.id}: {state_of(batch)}")
            if batch.state in ("created", "collected"):
                say(f"Next: {command_line(context, 'batch', 'collect', output_dir=output_dir)}")
            elif report.given_back:
                back = plural(report.given_back, "question")
                say(f"{back} given back: the command that sent or exported their list asks again")
        return 0


def list_batches(context: typer.Context, output_dir: str = OUTPUT_DIR, as_json: bool = JSON) -> int:
    """List every batch that the ledger knows, as it was last seen.

    Example: generator batch list --json
    """
    with with_ledger(context, output_dir) as shop:
        rows = shop.batches.all()
        if as_json:
            say_json({"batches": [batch_object(shop, row) for row in rows]})
        else:
            say_batches(shop, rows)
        return 0
