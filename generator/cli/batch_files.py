"""``generator batch export``, ``import`` and ``run``: requests and answers as files, without a provider's batches."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from generator.cli.batch_common import (
    check_cap,
    check_mode,
    exit_code,
    needs_endpoint,
    repair_live_after,
    take_up,
    with_ledger,
    working,
)
from generator.cli.batch_output import report_object, say_next, show_collected, why_left
from generator.cli.common import (
    CONTENT_DIR,
    DATE,
    JSON,
    LIMIT,
    MODE,
    NEAR,
    OUTPUT_DIR,
    REPAIR_CONCURRENCY,
    REPAIR_COST,
    REPAIR_LIVE,
    SUBJECT,
    refresh,
    restore_drafts,
    workshop,
)
from generator.cli.next_steps import command_line
from generator.cli.output import meter, notes, plural, say, say_json

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from generator.workflows.batch.coordinator import Batching
    from generator.workflows.drafting.candidate import PlanDecision


def add_to(batch: typer.Typer) -> None:
    """Register the commands."""
    batch.command("export")(export)
    batch.command("import")(import_answers)
    batch.command("run")(run_requests)


def export(
    context: typer.Context,
    target: str = typer.Argument(..., metavar="REQUESTS", help="The request file; must not exist yet."),
    source: str = typer.Argument(
        None,
        metavar="[SOURCE]",
        help="The question list, or - for standard input; without, what is due again.",
    ),
    subject: str = SUBJECT,
    limit: int = LIMIT,
    model: str = typer.Option(
        None, "--model", metavar="NAME", help="The model that will answer; overrides config.yaml."
    ),
    date: str = DATE,
    near: str = NEAR,
    split: bool = typer.Option(False, "--split", help="Several files of 50,000 requests or 200 MB at most."),
    mode: str = MODE,
    output_dir: str = OUTPUT_DIR,
    content_dir: str = CONTENT_DIR,
    as_json: bool = JSON,
) -> int:
    """Write the requests of a question list to a file, without calling anything.

    The file is in the Batch API's format; vllm run-batch -i REQUESTS -o RESPONSES --model NAME takes it as it is.

    Example: generator batch export requests.jsonl questions.csv --model my-model
    """
    from generator.cli.draft import check_choices, plan_rows, planner_of, rows_of
    from generator.services import Endpoint
    from generator.store.ledger.batches import Order

    check_choices(near, [], date)
    check_mode(mode)
    path = _new_file(target)
    with workshop(context, output_dir=output_dir, content_dir=content_dir) as shop:
        name = model or shop.settings.model.name
        endpoint = Endpoint("model", name, None, None, shop.settings.price_of(name))
        counts: dict[PlanDecision, int] = {}
        needs_person = False
        with shop.run("batch export", sys.argv[1:]) as run, working(shop, as_json) as work:
            take_up(shop, run)
            orders = [order for order in shop.batches.orders_due() if order.endpoint is None]
            if source is not None:
                refresh(shop, quiet=as_json, drafting=True)
                rows = rows_of(shop, source, subject)
                planner = planner_of(shop, endpoint, date=date, near=near)
                plan = plan_rows(shop, planner, rows, run, limit=limit, as_json=as_json)
                counts, needs_person = dict(plan.counts), plan.needs_person
                orders = [Order(run.id, "answer", None, mode or "json_schema", None)]
                shop.batches.order_wanted(orders[0], now=shop.now())
            report, stop, _ = work(None, run, lambda batching: batching.export(orders, path, split=split))
        written = [shop.batches.get(number) for number in report.sent]
        if as_json:
            if stop.error is not None:
                raise stop.error
            say_json({"model": name, "rows": counts, **report_object(shop, report)})
        else:
            notes(report.notes)
            for batch in written:
                say(f"{batch.path}: {plural(batch.requests, 'request')} to {batch.model}")
            if report.left:
                say(why_left(report, exported=True))
            waiting = counts.get("batched", 0)
            if written or waiting:
                say_next(
                    command_line(context, "batch", "import", "RESPONSES", output_dir=output_dir),
                    out_before=waiting,
                )
            else:
                say("nothing to ask")
        return exit_code(report, stop, as_json=as_json) or (1 if needs_person else 0)


def import_answers(
    context: typer.Context,
    sources: list[str] = typer.Argument(
        ..., metavar="RESPONSES...", help="Response files, or - for standard input."
    ),
    repair_live: bool = REPAIR_LIVE,
    max_cost: float = REPAIR_COST,
    concurrency: int = REPAIR_CONCURRENCY,
    output_dir: str = OUTPUT_DIR,
    content_dir: str = CONTENT_DIR,
    as_json: bool = JSON,
) -> int:
    """Take answers in the Batch API's output format through checks into drafts.

    Any number of files, in any order, also twice. What needs another reply is written by generator batch export FILE.

    Example: generator batch import responses.jsonl
    """
    from generator.errors import UsageError

    with with_ledger(context, output_dir, content_dir) as shop:
        endpoint = shop.endpoint() if repair_live else None
        if endpoint is not None:
            needs_endpoint(endpoint, "--repair-live")
            check_cap(shop, endpoint, max_cost)

        async def take(batching: Batching) -> None:
            for source in sources:
                with _opened(source) as (lines, name):
                    await batching.read(lines, name)
            await batching.settle()

        for source in sources:
            if source != "-" and (not Path(source).exists() or Path(source).is_dir()):
                raise UsageError(f"{source}: there is no such file")
        refresh(shop, quiet=as_json)
        restore_drafts(shop)
        with shop.run("batch import", sys.argv[1:]) as run, working(shop, as_json) as work:
            report, stop, made = work(None, run, take)
            if endpoint is not None and stop.error is None and not stop.interrupted:
                repair_live_after(
                    *(shop, endpoint, run, stop, made),
                    concurrency=concurrency or shop.settings.model.concurrency,
                    max_cost=max_cost,
                )
            return show_collected(shop, report, stop, made, as_json)


def run_requests(
    context: typer.Context,
    requests: str = typer.Argument(..., metavar="REQUESTS", help="A request file that export wrote."),
    responses: str = typer.Argument(..., metavar="FOLDER", help="Where the response files go, a part each."),
    engine: str = typer.Option("ray", "--engine", metavar="ray", help="What runs them."),
    address: str = typer.Option(
        None,
        "--address",
        metavar="ADDRESS",
        help="The cluster (ray://head:10001, auto); a local one by default.",
    ),
    workers: int = typer.Option(2, "--workers", min=1, metavar="N", help="Workers, over all nodes."),
    part_size: int = typer.Option(1000, "--part", min=1, metavar="N", help="Requests a part."),
    concurrency: int = typer.Option(
        None, "--concurrency", min=1, max=4096, metavar="N", help="Calls in flight, each worker."
    ),
    vllm_model: str = typer.Option(
        None, "--vllm-model", metavar="NAME", help="Run this model by vllm run-batch on the nodes' GPUs."
    ),
    gpus: float = typer.Option(1, "--gpus", min=0, metavar="N", help="GPUs of a worker, with --vllm-model."),
    as_json: bool = JSON,
) -> int:
    """Run a request file as a Ray Data job; run it again to go on behind the parts that are there.

    The workers call the endpoint of the settings (API key and base_url), or run vLLM. The request file must be
    readable under the same path on every node. Needs pip install quicktakes-generator[ray].

    Example: generator batch run requests.jsonl responses --engine ray --address auto
    """
    from generator.errors import UsageError
    from generator.workflows.batch.ray_runner import Asking, EndpointAsking, RayRun, VllmAsking

    if engine != "ray":
        raise UsageError(f"--engine takes ray, not {engine!r}")
    with workshop(context) as shop:
        settings = shop.settings.model
        if vllm_model is not None:
            asking: Asking = VllmAsking(vllm_model, gpus)
        else:
            endpoint = shop.endpoint()
            needs_endpoint(endpoint, "batch run")
            asking = EndpointAsking(
                base_url=endpoint.base_url,
                api_key=endpoint.api_key,
                timeout_seconds=settings.timeout_seconds,
                attempts=settings.attempts,
                concurrency=concurrency or settings.concurrency,
            )
    job = RayRun(Path(requests).resolve(), Path(responses).resolve(), part_size=part_size)
    with meter("parts", quiet=as_json) as show:
        done = job.run(asking, address=address, workers=workers, progress=lambda part, of: show(part, of))
    if as_json:
        say_json(
            {"requests": job.requests, "parts": done.parts, "parts_run": done.run, "failed": done.failed}
        )
    else:
        say(
            f"{responses}: {plural(done.parts, 'part')}, {done.run:,} run now, {plural(done.failed, 'request')} failed"
        )
        say(f"Next: generator batch import {responses}/*.jsonl")
    return 1 if done.failed else 0


def _new_file(target: str) -> Path:
    """Where a file is to be written that is not there yet.

    Raises:
        UsageError: it is, or its folder is not or cannot be written.
    """
    from generator.errors import UsageError

    path = Path(target).resolve()
    try:
        there = path.exists()
    except OSError as error:
        raise UsageError(f"{target}: {error.strerror or error}") from error
    if there:
        raise UsageError(f"{target} exists already")
    if not path.parent.is_dir():
        raise UsageError(f"{target}: there is no folder {str(path.parent)!r}")
    if not os.access(path.parent, os.W_OK | os.X_OK):
        raise UsageError(f"{target}: the folder {str(path.parent)!r} cannot be written")
    return path


@contextmanager
def _opened(source: str) -> Iterator[tuple[BinaryIO, str]]:
    """A response file, or standard input, with its name."""
    if source == "-":
        yield sys.stdin.buffer, "standard input"
        return
    with Path(source).open("rb") as file:
        yield file, source
