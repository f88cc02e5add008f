"""The `draft` command: plans a question list, asks the model, checks the drafts and writes their files."""

from __future__ import annotations

import time
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from generator.content.display import tally
from generator.errors import GeneratorError
from generator.workflows.claims.while_drafting import open_claim_check
from generator.workflows.drafting.drafter import Drafter, DrafterReport
from generator.workflows.drafting.job_maker import PROMPT
from generator.workflows.drafting.list_reading import read_list
from generator.workflows.drafting.plan import estimate_list, prepare_corpus
from generator.workflows.drafting.redo import RedoOfList
from generator.workflows.drafting.requests import DraftOutcome
from generator.workflows.drafting.run_plan import RunPlan, plan_run
from generator.workflows.drafting.worker_tasks import PooledSender, make_worker_pool
from generator.workflows.engine.live_session import LiveSession
from generator.workflows.engine.stopping.interrupts import Interruption, run_async
from generator.workflows.engine.watch.failure_watch import canary_size
from generator.workflows.engine.watch.run_monitor import MonitoredJobs, monitor_run
from generator.workflows.ports import (
    HasClaims,
    HasCorpus,
    HasDraftFiles,
    HasDrafts,
    HasEndpoints,
    HasExaminers,
    HasLedger,
    HasModel,
    HasPrompts,
    HasProposals,
    HasRuns,
    HasSettings,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from generator.services import Endpoint
    from generator.store.ledger.runs import Run
    from generator.workflows.drafting.plan_report import PlanReport
    from generator.workflows.drafting.requests import DraftRequest, PlanOutcome
    from generator.workflows.engine.progress import Progress


class DraftServices(
    HasSettings,
    HasLedger,
    HasRuns,
    HasDrafts,
    HasDraftFiles,
    HasClaims,
    HasCorpus,
    HasProposals,
    HasPrompts,
    HasEndpoints,
    HasExaminers,
    HasModel,
    Protocol,
):
    """What drafting a list takes."""


def draft_list(
    services: DraftServices,
    request: DraftRequest,
    progress: Progress,
    *,
    on_planned: Callable[[PlanReport], None] = lambda _: None,
) -> DraftOutcome:
    """Draft a list. After an interruption, a second run continues, and nothing is paid twice.

    Args:
        on_planned: receives the plan before the first call.

    Raises:
        UsageError, ConfigError: no model is configured, or the list cannot be read.
    """
    endpoint = services.endpoint(offline=request.offline, model=request.model)
    prepare_corpus(services, endpoint, progress)
    rows = read_list(services, request.plan.questions, progress)
    redo = RedoOfList(services, request.plan, endpoint) if request.plan.redo else None
    with services.run("draft", list(request.argv)) as run:
        started = time.monotonic()
        planned = plan_run(services, request, rows, endpoint, run, progress, redo=redo)
        plan = planned.report
        on_planned(plan)
        if planned.has_ended:
            return ended_outcome(services, endpoint, run, planned, started)
        outcome = draft_planned(
            services, planned.request, PlannedList(endpoint, run, plan, started), progress
        )
        is_complete = outcome.error is None and not (plan.limited or outcome.left or plan.counts["batched"])
        if redo and is_complete:
            redo.end()
        return outcome


@dataclass(frozen=True)
class PlannedList:
    """A list whose questions are frozen in the ledger.

    Args:
        run: the run that planned it.
        started: when the run started, in seconds of ``time.monotonic``.
    """

    endpoint: Endpoint
    run: Run
    plan: PlanReport
    started: float


def draft_planned(
    services: DraftServices,
    request: DraftRequest,
    planned: PlannedList,
    progress: Progress,
    *,
    only_canary: bool = False,
) -> DraftOutcome:
    """Draft a planned list.

    Args:
        only_canary: draft no more questions than the canary has; the rest goes by batch, for example.
    """
    plan, run, endpoint = planned.plan, planned.run, planned.endpoint
    interruption = Interruption(progress.note)
    drafted = None
    if plan.to_ask:
        work = _draft_jobs(services, request, planned, progress, interruption, only_canary=only_canary)
        drafted = run_async(work, interruption)
    left = services.ledger.jobs.count_wanted(run.id, PROMPT)
    return DraftOutcome(
        endpoint=endpoint,
        plan=plan,
        drafted=drafted,
        refused=False,
        left=left,
        taken=max(0, plan.to_ask - left - (drafted.done if drafted else 0)),
        spend=services.ledger.calls.spend(run=run.id, backend=endpoint.backend),
        seconds=time.monotonic() - planned.started,
        interrupted=interruption.interrupted,
        error=interruption.error,
    )


def ended_outcome(
    services: HasLedger, endpoint: Endpoint, run: Run, planned: RunPlan, started: float
) -> DraftOutcome:
    """The outcome of a run that ended with its plan.

    Args:
        started: when the run started, in seconds of ``time.monotonic``.
    """
    return DraftOutcome(
        endpoint=endpoint,
        plan=planned.report,
        drafted=None,
        refused=planned.refused,
        left=planned.left,
        taken=0,
        spend=services.ledger.calls.spend(run=run.id, backend=endpoint.backend),
        seconds=time.monotonic() - started,
        interrupted=planned.interrupted,
        error=planned.error,
    )


def plan_drafts(services: DraftServices, request: DraftRequest, progress: Progress) -> PlanOutcome:
    """Estimate what drafting a list would do and cost. No call is made, and nothing is written.

    Raises:
        UsageError, ConfigError: no model is configured, or the list cannot be read.
    """
    endpoint = services.endpoint(offline=request.offline, model=request.model)
    prepare_corpus(services, endpoint, progress)
    return estimate_list(services, request.plan, endpoint, progress)


async def _draft_jobs(
    services: DraftServices,
    request: DraftRequest,
    planned: PlannedList,
    progress: Progress,
    interruption: Interruption,
    *,
    only_canary: bool,
) -> DrafterReport:
    concurrency = request.concurrency or services.settings.model.concurrency
    total, endpoint = planned.plan.to_ask, planned.endpoint
    jobs = MonitoredJobs(PROMPT, (PROMPT,), "questions", total, request.canary)
    shown = canary_size(total) if only_canary else total
    async with AsyncExitStack() as stack:
        show = stack.enter_context(progress.bar("drafting"))
        show(0, shown)
        workers = make_worker_pool(services, endpoint, jobs=shown, concurrency=concurrency)
        sender: PooledSender | None = None
        if workers is not None:
            await stack.enter_async_context(workers)
            sender = PooledSender.for_endpoint(services, endpoint, workers, concurrency=concurrency)
        session = LiveSession(
            services,
            endpoint,
            planned.run,
            concurrency=concurrency,
            max_cost=request.max_cost,
            sender=sender,
            progress=progress,
        )
        await stack.enter_async_context(session)
        claims = None
        if request.check_claims:
            claims = await stack.enter_async_context(
                open_claim_check(
                    services,
                    session,
                    endpoint,
                    concurrency=concurrency,
                    max_cost=request.max_cost,
                    progress=progress,
                )
            )
        drafter = Drafter(
            services,
            session,
            workers=workers,
            claims=claims,
            on_done=lambda done: show(done.done, shown, tally(done.states, session.budget.spent)),
            monitor=monitor_run(services, session, endpoint, jobs, progress.note),
            only_canary=only_canary,
        )
        interruption.watch(session.stop)
        try:
            await drafter.run(concurrency)
        except GeneratorError as error:
            interruption.error = error
        drafter.report.notes += session.client.notes
        return drafter.report
