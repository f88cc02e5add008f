"""What the batch commands share: running work over the batches, refusing what cannot be done, repairing live."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer

from generator.cli.common import workshop
from generator.cli.output import meter, note, notes, plural

if TYPE_CHECKING:
    from generator.cli.event_loop import Interruptible
    from generator.services import BatchShop, Endpoint, Workshop
    from generator.store.ledger.batches import BatchRow, Order
    from generator.store.ledger.runs import Run
    from generator.workflows.batch.coordinator import Batching, BatchingReport


def check_mode(mode: str | None, batch: bool = True) -> None:
    """Refuse a ``--mode`` that there is not, or that has no use."""
    from generator.errors import UsageError
    from generator.model.requests import MODES

    if mode is not None and mode not in MODES:
        raise UsageError(f"--mode takes {', '.join(MODES)}, not {mode!r}")
    if mode is not None and not batch:
        raise UsageError("--mode is for --batch; live calls find out by themselves")


def at_batch_price(endpoint: Endpoint) -> Endpoint:
    """The endpoint at what its answers cost in batches, for an estimate."""
    from dataclasses import replace

    return replace(endpoint, price=endpoint.price.in_batches if endpoint.price else None)


def needs_endpoint(endpoint: Endpoint, what: str) -> None:
    """Refuse to go on with the offline model, which has no batches."""
    from generator.errors import UsageError

    if endpoint.realm == "offline":
        raise UsageError(f"{what} needs a real endpoint: set the API key, or model.base_url in config.yaml")


Work = Callable[
    ["Endpoint | None", "Run", "Callable[[Batching], Awaitable[Any]]"],
    "tuple[BatchingReport, Interruptible, BatchShop]",
]


@contextmanager
def working(shop: Workshop, as_json: bool) -> Iterator[Work]:
    """Runs coroutines over the batches, with progress, so that Ctrl-C loses nothing."""
    from generator.cli.event_loop import Interruptible, run_async
    from generator.errors import GeneratorError

    with meter("batches", quiet=as_json) as show:

        def work(
            endpoint: Endpoint | None, run: Run, act: Callable[[Batching], Awaitable[Any]]
        ) -> tuple[BatchingReport, Interruptible, BatchShop]:
            stop = Interruptible()

            async def begin() -> BatchShop:
                async with shop.batching(
                    endpoint, run, on_progress=lambda what, done: show(done, text=what)
                ) as made:
                    stop.watch(made.batching)
                    try:
                        await act(made.batching)
                    except GeneratorError as error:
                        stop.error = error
                    return made

            made = run_async(begin(), stop)
            return made.batching.report, stop, made

        yield work


def take_up(shop: Workshop, run: Run) -> None:
    """Undo or keep the files that a killed run was writing, so that planning finds their questions as they are."""
    if shop.batches.all(("writing",)):
        with working(shop, as_json=True) as work:
            report, stop, _ = work(None, run, lambda batching: batching.recover())
        notes(report.notes)
        if stop.error is not None:
            raise stop.error


@contextmanager
def with_ledger(
    context: typer.Context, output_dir: str | None, content_dir: str | None = None
) -> Iterator[Workshop]:
    """A workshop that has a ledger.

    Raises:
        UsageError: there is none.
    """
    from generator.errors import UsageError

    with workshop(context, output_dir=output_dir, content_dir=content_dir) as shop:
        if not shop.has_ledger:
            raise UsageError("there are no batches yet: generator draft QUESTIONS --batch")
        yield shop


def named_batch(shop: Workshop, name: str) -> BatchRow:
    from generator.errors import UsageError

    batch = shop.batches.named(name)
    if batch is None:
        raise UsageError(f"no batch is called {name!r}; generator batch list shows them")
    return batch


def check_cap(shop: Workshop, endpoint: Endpoint, max_cost: float | None) -> None:
    from generator.errors import UsageError

    if max_cost is not None and endpoint.price is None:
        raise UsageError(
            f"--max-cost needs a price for {shop.settings.priced_as(endpoint.model)!r}:"
            " add it under prices in config.yaml"
        )


def recap(shop: Workshop, endpoint: Endpoint, max_cost: float) -> None:
    """Give every order with work left another cap."""
    from generator.model.budget import nano
    from generator.workflows.batch.coordinator import OUTSTANDING

    check_cap(shop, endpoint, max_cost)
    open_orders = {order.run for order in shop.batches.orders_due()} | {
        row.run for row in shop.batches.all(OUTSTANDING)
    }
    with shop.database.transaction():
        for order in open_orders:
            shop.batches.set_cap(order, nano(max_cost))


def repair_live_after(
    shop: Workshop,
    endpoint: Endpoint,
    run: Run,
    stop: Interruptible,
    made: BatchShop,
    *,
    concurrency: int,
    max_cost: float | None,
) -> None:
    """Ask live for what came back from batches and needs another reply; the reports go on counting.

    What it does not come to, for whatever reason, is due in its order as before.
    """
    from generator.cli.event_loop import run_async
    from generator.errors import GeneratorError
    from generator.workflows.batch.live_repair import LiveRepair

    async def ask(kind: str, orders: list[Order]) -> None:
        async with shop.asker(endpoint, run, concurrency=concurrency, max_cost=max_cost) as asker:
            drafting = shop.drafting(asker, on_done=lambda _: None)
            drafting.report = made.drafting.report
            proposing = shop.proposing(asker, on_done=lambda _: None)
            proposing.report = made.proposing.report
            handle = drafting.draft if kind == "answer" else proposing.propose
            repair = LiveRepair(shop.batches, asker, orders, handle)
            stop.watch(repair.pool)
            try:
                await repair.run(concurrency)
            except GeneratorError as error:
                stop.error = error

    for kind in ("answer", "seo"):
        orders = [order for order in shop.batches.orders_due() if order.kind == kind]
        returned = sum(shop.batches.returned(order.run) for order in orders)
        if returned and stop.error is None and not stop.interrupted:
            note(f"{plural(returned, 'job')} asked for live")
            run_async(ask(kind, orders), stop)
    made.batching.count_left()


def exit_code(report: BatchingReport, stop: Interruptible, *, as_json: bool) -> int:
    """The exit code of sending; with JSON, a budget that is used up stands in the one object that is shown.

    Raises:
        GeneratorError: what ended the work.
    """
    if stop.error is not None:
        raise stop.error
    if report.over_budget is not None and not as_json:
        raise report.over_budget
    if stop.interrupted:
        return 130
    return 1 if report.over_budget is not None else 0
