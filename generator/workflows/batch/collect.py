"""Takes in the answers of batches: from the provider, or from response files, with live repairs where wanted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from generator.content.display import plural
from generator.errors import GeneratorError, UsageError
from generator.model.budget import nano
from generator.workflows.batch.coordinator import OUTSTANDING
from generator.workflows.batch.known import named_batch, require_ledger
from generator.workflows.batch.live_repair import LiveRepair
from generator.workflows.batch.requests import CollectedOutcome
from generator.workflows.batch.session import (
    BatchPass,
    BatchSession,
    ListBatchServices,
    require_provider,
    run_batches,
)
from generator.workflows.drafting.drafter import Drafter
from generator.workflows.drafting.plan import restore_drafts
from generator.workflows.engine.interrupts import run_async
from generator.workflows.engine.live_session import LiveSession, check_price
from generator.workflows.seo.proposer import Proposer
from generator.workflows.site.corpus import refresh_corpus

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.services import Endpoint
    from generator.store.ledger.batches import BatchOrder
    from generator.store.ledger.runs import Run
    from generator.workflows.batch.coordinator import BatchCoordinator
    from generator.workflows.batch.requests import AnswerSource, CollectRequest, LiveRepairRequest
    from generator.workflows.engine.progress import Progress


def collect_batches(
    services: ListBatchServices, request: CollectRequest, progress: Progress
) -> CollectedOutcome:
    """Take what came back through checks into drafts and proposals, and send what needs another reply.

    Raises:
        UsageError: nothing was ever sent, a batch has no such name, there is no provider, or a cap is set and the
            model has no known price.
    """
    require_ledger(services)
    endpoint = services.endpoint()
    require_provider(endpoint, "batch collect")
    check_price(services.settings, endpoint, request.max_cost)
    named = [named_batch(services, name) for name in request.names]
    refresh_corpus(services, progress)
    restore_drafts(services, progress)
    with services.run("batch collect", list(request.argv)) as run:
        if request.max_cost is not None and request.repair_live is None:
            _set_caps(services, request.max_cost)
        done = run_batches(
            services,
            endpoint,
            run,
            progress,
            lambda coordinator: coordinator.collect(
                named, follow_up=request.repair_live is None, every_seconds=request.every_seconds
            ),
        )
        if request.repair_live is not None:
            repair_live(services, request.repair_live, endpoint, run, done, progress)
        return _collected(done)


def import_answers(
    services: ListBatchServices,
    sources: Sequence[AnswerSource],
    progress: Progress,
    *,
    live: LiveRepairRequest | None = None,
    argv: Sequence[str] = (),
) -> CollectedOutcome:
    """Take answers in the Batch API's output format through checks into drafts and proposals.

    Args:
        sources: any number of response files, in any order, also twice.
        live: ask live for what needs another reply.

    Raises:
        UsageError: nothing was ever exported, a file does not exist, or there is no endpoint to ask live.
    """
    require_ledger(services)
    endpoint = services.endpoint() if live is not None else None
    if endpoint is not None and live is not None:
        require_provider(endpoint, "--repair-live")
        check_price(services.settings, endpoint, live.max_cost)

    async def take(coordinator: BatchCoordinator) -> None:
        for source in sources:
            with source.lines() as lines:
                await coordinator.read(lines, source.name)
        await coordinator.end_answered()

    for source in sources:
        if isinstance(source.source, Path) and (not source.source.exists() or source.source.is_dir()):
            raise UsageError(f"{source.name}: there is no such file")
    refresh_corpus(services, progress)
    restore_drafts(services, progress)
    with services.run("batch import", list(argv)) as run:
        done = run_batches(services, None, run, progress, take)
        if endpoint is not None and live is not None:
            repair_live(services, live, endpoint, run, done, progress)
        return _collected(done)


def repair_live(
    services: ListBatchServices,
    request: LiveRepairRequest,
    endpoint: Endpoint,
    run: Run,
    done: BatchPass,
    progress: Progress,
) -> None:
    """Ask live for what came back from batches and needs another reply; the reports go on counting.

    What it does not reach, for whatever reason, is due in its order as before.
    """
    batches, interruption = done.session, done.interruption
    concurrency = request.concurrency or services.settings.model.concurrency

    async def ask(kind: str, orders: list[BatchOrder]) -> None:
        async with LiveSession(
            services, endpoint, run, concurrency=concurrency, max_cost=request.max_cost
        ) as session:
            drafter = Drafter(services, session)
            drafter.report = batches.drafter.report
            proposer = Proposer(services, session)
            proposer.report = batches.proposer.report
            handle = drafter.draft if kind == "answer" else proposer.propose
            repair = LiveRepair(services.batches, session, orders, handle)
            interruption.watch(repair.pool)
            try:
                await repair.run(concurrency)
            except GeneratorError as error:
                interruption.error = error

    if interruption.error is not None or interruption.interrupted:
        return
    for kind in ("answer", "seo"):
        orders = [order for order in services.batches.orders_due() if order.kind == kind]
        returned = sum(services.batches.returned(order.run) for order in orders)
        if returned and interruption.error is None and not interruption.interrupted:
            progress.note(f"{plural(returned, 'job')} asked for live")
            run_async(ask(kind, orders), interruption)
    batches.coordinator.count_left()


def _set_caps(services: ListBatchServices, max_cost: float) -> None:
    """Give every order that has work left another cap."""
    orders = {order.run for order in services.batches.orders_due()} | {
        row.run for row in services.batches.all(OUTSTANDING)
    }
    with services.database.transaction():
        for order in orders:
            services.batches.set_cap(order, nano(max_cost))


def _collected(done: BatchPass) -> CollectedOutcome:
    batches: BatchSession = done.session
    return CollectedOutcome(
        report=batches.coordinator.report,
        drafts=batches.drafter.report,
        proposals=batches.proposer.report,
        outstanding=batches.coordinator.outstanding(),
        interrupted=done.interruption.interrupted,
        error=done.interruption.error,
    )
