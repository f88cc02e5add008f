"""The `batch collect` and `batch import` commands: record the answers of batches, and repair live if asked to."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from generator.content.display import plural
from generator.errors import GeneratorError, UsageError
from generator.model.budget import nano_dollars
from generator.workflows.batch.coordinator import OUTSTANDING
from generator.workflows.batch.live_repair import LiveRepair
from generator.workflows.batch.lookup import named_batch, require_ledger
from generator.workflows.batch.requests import CollectedOutcome
from generator.workflows.batch.services import ListBatchServices
from generator.workflows.batch.session import (
    BatchPass,
    BatchSession,
    run_batches,
)
from generator.workflows.claims.finish import finish_named
from generator.workflows.claims.run import ClaimRun
from generator.workflows.drafting.drafter import Drafter
from generator.workflows.drafting.plan import restore_drafts
from generator.workflows.engine.job_run import JobRun
from generator.workflows.engine.live_session import LiveSession, check_price, rest_of
from generator.workflows.engine.stopping.interrupts import run_async
from generator.workflows.judge.run import JudgeRun
from generator.workflows.near_questions.job_maker import KIND as NEAR_KIND
from generator.workflows.near_questions.pair_decider import PairDecider
from generator.workflows.seo.proposer import Proposer
from generator.workflows.site.corpus import refresh_corpus

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.services import Endpoint
    from generator.store.ledger.batches.rows import BatchOrder
    from generator.store.ledger.runs.runs import Run
    from generator.workflows.batch.coordinator import BatchCoordinator
    from generator.workflows.batch.requests import AnswerSource, CollectRequest, LiveRepairRequest
    from generator.workflows.engine.progress import Progress


def collect_batches(
    services: ListBatchServices, request: CollectRequest, progress: Progress
) -> CollectedOutcome:
    """Make drafts and proposals of the answers that came back, and send the requests that jobs need next.

    Raises:
        UsageError: nothing was ever sent, a batch has no such name, there is no provider, or a cap is set and the
            model has no known price.
    """
    require_ledger(services)
    endpoint = services.endpoint(needed_by="batch collect")
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
                named,
                follow_up=request.repair_live is None,
                every_seconds=request.every_seconds,
                canary=request.canary and endpoint.backend == "model",
            ),
        )
        if request.repair_live is not None:
            repair_live(services, request.repair_live, endpoint, run, done, progress)
        return _collected(services, done)


def import_answers(
    services: ListBatchServices,
    sources: Sequence[AnswerSource],
    progress: Progress,
    *,
    live: LiveRepairRequest | None = None,
    argv: Sequence[str] = (),
) -> CollectedOutcome:
    """Make drafts and proposals of answers in the Batch API's output format.

    Args:
        sources: any number of response files, in any order, also twice.
        live: ask the model live for the replies that jobs need next; None to leave them due.

    Raises:
        UsageError: nothing was ever exported, a file does not exist, or there is no endpoint to ask live.
    """
    require_ledger(services)
    endpoint = services.endpoint(needed_by="--repair-live") if live is not None else None
    if endpoint is not None and live is not None:
        check_price(services.settings, endpoint, live.max_cost)

    async def read_sources(coordinator: BatchCoordinator) -> None:
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
        done = run_batches(services, None, run, progress, read_sources)
        if endpoint is not None and live is not None:
            repair_live(services, live, endpoint, run, done, progress)
        return _collected(services, done)


def repair_live(
    services: ListBatchServices,
    request: LiveRepairRequest,
    endpoint: Endpoint,
    run: Run,
    done: BatchPass,
    progress: Progress,
) -> None:
    """Ask the model live for the next replies of jobs that came back from batches.

    The results are added to the reports of ``done``. Jobs that are not reached, for whatever reason, stay due in their
    orders.
    """
    batches, interruption = done.session, done.interruption
    concurrency = request.concurrency or services.settings.model.concurrency

    async def ask(kind: str, orders: list[BatchOrder]) -> None:
        # One cap for all kinds: what the kinds before have cost is taken off.
        spend = services.ledger.calls.spend(run=run.id, backend=endpoint.backend)
        async with LiveSession(
            services,
            endpoint,
            run,
            concurrency=concurrency,
            max_cost=rest_of(request.max_cost, spend),
            progress=progress,
        ) as session:
            drafter = Drafter(services, session)
            drafter.report = batches.drafter.report
            proposer = Proposer(services, session)
            proposer.report = batches.proposer.report
            claims = ClaimRun(services, session, batches.claims.report)
            claims.pages = batches.claims.pages
            judge = JudgeRun(services, session, batches.judge.report)
            handlers = {
                "answer": drafter.draft,
                "rewrite": drafter.draft,
                "seo": proposer.propose,
                "claims": claims.check,
                "judge": judge.judge,
                NEAR_KIND: JobRun(session, PairDecider(services, session, batches.pairs).decide).handle,
            }
            repair = LiveRepair(services.batches, session, orders, handlers[kind], canary=request.canary)
            interruption.watch(session.stop)
            try:
                await repair.run(concurrency)
            except GeneratorError as error:
                interruption.error = error

    if interruption.error is not None or interruption.interrupted:
        return
    for kind in (NEAR_KIND, "answer", "rewrite", "seo", "claims", "judge"):
        orders = [order for order in services.batches.orders_due() if order.kind == kind]
        returned = sum(services.batches.count_returned(order.run) for order in orders)
        if returned and interruption.error is None and not interruption.interrupted:
            progress.note(f"asking live for {plural(returned, 'job')}")
            run_async(ask(kind, orders), interruption)
    batches.coordinator.count_left()


def _set_caps(services: ListBatchServices, max_cost: float) -> None:
    """Set another cap for every order that has due jobs or outstanding batches, in US dollars."""
    orders = {order.run for order in services.batches.orders_due()} | {
        row.run for row in services.batches.all(OUTSTANDING)
    }
    with services.database.transaction():
        for order in orders:
            services.batches.set_cap(order, nano_dollars(max_cost))


def _collected(services: ListBatchServices, done: BatchPass) -> CollectedOutcome:
    batches: BatchSession = done.session
    finish_named(services, batches.claims.pages, batches.claims.report)
    return CollectedOutcome(
        report=batches.coordinator.report,
        drafts=batches.drafter.report,
        proposals=batches.proposer.report,
        claims=batches.claims.report,
        judge=batches.judge.report,
        pairs=batches.pairs,
        outstanding=batches.coordinator.outstanding(),
        interrupted=done.interruption.interrupted,
        error=done.interruption.error,
    )
