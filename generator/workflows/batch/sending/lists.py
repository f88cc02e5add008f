"""The `draft --batch` and `seo propose --batch` commands: send questions or articles as batches."""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from generator.content.display import dollars, tally
from generator.model.budget import nano_dollars
from generator.model.transport import endpoint_name
from generator.store.ledger.batches.rows import BatchOrder
from generator.workflows.batch.requests import SentOutcome
from generator.workflows.batch.sending.pair_stage import BatchPairJudge
from generator.workflows.batch.services import ListBatchServices
from generator.workflows.batch.session import recover_files, run_batches
from generator.workflows.drafting.draft import PlannedList, draft_planned, ended_outcome
from generator.workflows.drafting.list_reading import read_list
from generator.workflows.drafting.plan import estimate_list, prepare_corpus
from generator.workflows.drafting.redo import RedoOfList
from generator.workflows.drafting.run_plan import plan_run
from generator.workflows.engine.live_session import check_price, rest_of
from generator.workflows.near_questions.job_maker import KIND as NEAR_KIND
from generator.workflows.seo.propose import (
    PlannedArticles,
    announce_model,
    estimate_proposals,
    plan_proposals,
    propose_planned,
    require_articles,
)
from generator.workflows.seo.selection import Selector

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from generator.services import Endpoint
    from generator.store.ledger.runs.calls import Spend
    from generator.store.ledger.runs.runs import Run
    from generator.workflows.batch.coordinator import BatchCoordinator
    from generator.workflows.drafting.plan_report import PlanReport
    from generator.workflows.drafting.requests import DraftOutcome, DraftRequest, PlanOutcome
    from generator.workflows.engine.progress import Progress
    from generator.workflows.seo.planner import SeoPlan
    from generator.workflows.seo.requests import ProposedOutcome, ProposeRequest, SeoPlanOutcome


def plan_drafts_by_batch(
    services: ListBatchServices, request: DraftRequest, progress: Progress
) -> PlanOutcome:
    """Estimate drafting a list at the prices of batches; nothing is called.

    Raises:
        UsageError: there is no provider of batches, only the offline model.
    """
    endpoint = services.endpoint(offline=request.offline, model=request.model, needed_by="--batch")
    prepare_corpus(services, endpoint, progress)
    return estimate_list(services, request.plan, endpoint.in_batches, progress)


def send_drafts(
    services: ListBatchServices,
    request: DraftRequest,
    progress: Progress,
    *,
    mode: str | None = None,
    on_planned: Callable[[PlanReport], None] = lambda _: None,
) -> SentOutcome | DraftOutcome:
    """Plan a question list, and send its requests as batches; a strict run with unreadable rows sends nothing.

    Questions that are near to others go first, in a batch that asks whether one page would serve both. When its answers
    are collected, the same command sends those that need a page of their own.

    Args:
        mode: how the requests ask for JSON; None for the mode that the endpoint is known to support.
        on_planned: is given the plan before anything is sent.

    Returns:
        What was sent; a ``DraftOutcome`` where nothing was sent, because of unreadable rows or the canary.

    Raises:
        UsageError: there is no provider of batches, or a cap is set and the model has no known price.
    """
    endpoint = services.endpoint(offline=request.offline, model=request.model, needed_by="--batch")
    prepare_corpus(services, endpoint, progress)
    listed = read_list(services, request.plan.questions, progress)
    redo = RedoOfList(services, request.plan, endpoint) if request.plan.redo else None
    argv = list(request.argv)
    with ExitStack() as first, services.run("draft", argv) as run:
        started = time.monotonic()
        recover_files(services, run, progress)
        judge = BatchPairJudge(
            services, endpoint, lambda: first.enter_context(services.run("near questions", argv))
        )
        planned = plan_run(services, request, listed, endpoint, run, progress, redo=redo, judge=judge)
        plan = planned.report
        on_planned(plan)
        if planned.has_ended:
            return ended_outcome(services, endpoint, run, planned, started)
        if redo and not (plan.to_ask or plan.limited or plan.counts["batched"] or judge.waiting):
            redo.end()
        cap = planned.request.max_cost
        if request.canary and plan.to_ask:
            canary = draft_planned(
                services,
                planned.request,
                PlannedList(endpoint, run, plan, started),
                progress,
                only_canary=True,
            )
            if canary.error is not None or canary.interrupted:
                return canary
            progress.note(canary_note(canary.drafted.states if canary.drafted else {}, canary.spend))
            cap = rest_of(request.max_cost, canary.spend)
        orders = [order_of(services, endpoint, run, kind="answer", mode=mode, max_cost=cap)]
        if judge.run is not None:
            orders.insert(0, order_of(services, endpoint, judge.run, kind=NEAR_KIND, mode=mode, max_cost=cap))
        rows = {str(kind): count for kind, count in plan.counts.items()}
        return send_orders(
            services, endpoint, run, orders, progress, rows=rows, needs_person=plan.needs_person
        )


def plan_proposals_by_batch(
    services: ListBatchServices, request: ProposeRequest, progress: Progress
) -> SeoPlanOutcome:
    """Estimate new search fields at the prices of batches; nothing is called.

    Raises:
        UsageError: there is no provider of batches, only the offline model.
    """
    selector = Selector(services, request.selection)
    endpoint = services.endpoint(offline=request.offline, model=request.model, needed_by="--batch")
    require_articles(services, progress)
    announce_model(endpoint, progress)
    return estimate_proposals(services, request, selector, endpoint.in_batches, progress)


def send_proposals(
    services: ListBatchServices,
    request: ProposeRequest,
    progress: Progress,
    *,
    mode: str | None = None,
    on_planned: Callable[[SeoPlan], None] = lambda _: None,
) -> SentOutcome | ProposedOutcome:
    """Plan new search fields, and send their requests as batches. Arguments and errors as :func:`send_drafts`.

    Returns:
        What was sent; a ``ProposedOutcome`` where nothing was sent, because of the canary.
    """
    selector = Selector(services, request.selection)
    endpoint = services.endpoint(offline=request.offline, model=request.model, needed_by="--batch")
    require_articles(services, progress)
    announce_model(endpoint, progress)
    with services.run("seo propose", list(request.argv)) as run:
        recover_files(services, run, progress)
        plan = plan_proposals(services, request, selector, endpoint, run, progress)
        on_planned(plan)
        cap = request.max_cost
        if request.canary and plan.to_ask:
            planned = PlannedArticles(endpoint, run, plan)
            canary = propose_planned(services, request, planned, progress, only_canary=True)
            if canary.error is not None or canary.interrupted:
                return canary
            progress.note(canary_note(canary.proposed.states if canary.proposed else {}, canary.spend))
            cap = rest_of(cap, canary.spend)
        order = order_of(services, endpoint, run, kind="seo", mode=mode, max_cost=cap)
        rows = {str(kind): count for kind, count in plan.counts.items()}
        return send_orders(services, endpoint, run, [order], progress, rows=rows)


def order_of(
    services: ListBatchServices,
    endpoint: Endpoint,
    run: Run,
    *,
    kind: str,
    mode: str | None,
    max_cost: float | None,
) -> BatchOrder:
    """The order that sends the jobs of a run by batch.

    Args:
        max_cost: the cap in US dollars; None for no cap.

    Raises:
        UsageError: a cap is set and the model has no known price.
    """
    check_price(services.settings, endpoint, max_cost)
    cap = None if max_cost is None else nano_dollars(max_cost)
    return BatchOrder(run.id, kind, endpoint_name(endpoint.base_url), mode, cap)


def send_orders(
    services: ListBatchServices,
    endpoint: Endpoint,
    run: Run,
    orders: Sequence[BatchOrder],
    progress: Progress,
    *,
    rows: Mapping[str, int],
    needs_person: bool = False,
) -> SentOutcome:
    """Order the planned jobs of runs, and send their requests as batches.

    Args:
        orders: in this order. Their caps are one cap: each has what is left of its own after those before it.
    """
    if notice := services.shutdown_notice(endpoint):
        progress.note(notice)
    ordered = [services.batches.order_jobs(order, now=services.now()) for order in orders]

    async def submit(coordinator: BatchCoordinator) -> None:
        reserved = 0
        for order in orders:
            if order.max_cost is not None and reserved:
                order = replace(order, max_cost=max(0, order.max_cost - reserved))
                services.batches.set_cap(order.run, order.max_cost or 0)
            await coordinator.submit(order)
            reserved += services.batches.spent(order.run)

    done = run_batches(services, endpoint, run, progress, submit)
    return SentOutcome(
        endpoint=endpoint,
        report=done.session.coordinator.report,
        rows=rows,
        ordered=sum(ordered),
        needs_person=needs_person,
        interrupted=done.interruption.interrupted,
        error=done.interruption.error,
    )


def canary_note(states: Mapping[Any, int], spend: Spend) -> str:
    """How the jobs of a canary ended, in one line."""
    return f"canary, asked live: {tally(states, 0)}; {dollars(spend.cost)}"
