"""The `rewrite --batch` command: plans the rewrites of published pages, and sends their requests as batches."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Protocol

from generator.store.ledger.drafts.rewritten_page import REWRITE
from generator.workflows.batch.sending.lists import canary_note, order_of, send_orders
from generator.workflows.batch.sending.pages import PageBatchServices
from generator.workflows.batch.session import recover_files
from generator.workflows.engine.live_session import rest_of
from generator.workflows.ports import HasClusters
from generator.workflows.rewriting.rewrite import (
    draft_planned_rewrites,
    plan_rewrites,
    redo_of_pages,
    rewriting_endpoint,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from generator.workflows.batch.requests import SentOutcome
    from generator.workflows.engine.progress import Progress
    from generator.workflows.rewriting.requests import RewriteOutcome, RewritePlan, RewriteRequest


class RewriteBatchServices(PageBatchServices, HasClusters, Protocol):
    """What sending rewrites takes."""


def send_rewrites(
    services: RewriteBatchServices,
    request: RewriteRequest,
    progress: Progress,
    *,
    mode: str | None = None,
    on_planned: Callable[[RewritePlan], None] = lambda _: None,
) -> SentOutcome | RewriteOutcome:
    """Plan the rewrites of pages, and send their requests as batches; ``generator batch collect`` goes on with them.

    Args:
        mode: how the requests ask for JSON; None for the mode that the endpoint is known to support.
        on_planned: as in ``rewrite_pages``.

    Returns:
        What was sent; a ``RewriteOutcome`` where nothing was sent, because of the canary.

    Raises:
        UsageError: as ``rewrite_pages``, or a cap is set and the model has no known price.
    """
    endpoint = rewriting_endpoint(services, request, progress)
    with services.run(REWRITE, list(request.argv)) as run:
        started = time.monotonic()
        recover_files(services, run, progress)
        plan = plan_rewrites(services, request, endpoint, run, progress)
        on_planned(plan)
        if request.redo and not (plan.to_ask or plan.limited or plan.counts["batched"]):
            redo_of_pages(services, request, endpoint).end()
        cap = request.max_cost
        if request.canary and plan.to_ask:
            canary = draft_planned_rewrites(
                services, request, endpoint, run, plan, started, progress, only_canary=True
            )
            if canary.error is not None or canary.interrupted:
                return canary
            progress.note(canary_note(canary.drafted.states if canary.drafted else {}, canary.spend))
            cap = rest_of(cap, canary.spend)
        order = order_of(services, endpoint, run, kind=REWRITE, mode=mode, max_cost=cap)
        rows = {str(kind): count for kind, count in plan.counts.items()}
        return send_orders(
            services, endpoint, run, [order], progress, rows=rows, needs_person=plan.needs_person
        )
