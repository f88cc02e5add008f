"""The `draft` command: plans a question list, asks the model, checks the drafts and writes their files."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from generator.workflows.claims.estimate import estimate_pages
from generator.workflows.drafting.job_maker import PROMPT
from generator.workflows.drafting.list_reading import read_list
from generator.workflows.drafting.live_drafting import JobsToDraft, LiveDraftServices, draft_live
from generator.workflows.drafting.plan import estimate_list, prepare_corpus
from generator.workflows.drafting.redo import RedoOfList
from generator.workflows.drafting.requests import DraftOutcome
from generator.workflows.drafting.run_plan import RunPlan, plan_run
from generator.workflows.engine.planned_endpoint import planned_endpoint
from generator.workflows.engine.stopping.interrupts import Interruption, run_async
from generator.workflows.pages.examiner import examiner_of
from generator.workflows.ports import HasDraftFiles, HasLedger, HasRuns

if TYPE_CHECKING:
    from collections.abc import Callable

    from generator.services import Endpoint
    from generator.store.ledger.runs.runs import Run
    from generator.workflows.drafting.plan_report import PlanReport
    from generator.workflows.drafting.requests import DraftRequest, PlanOutcome
    from generator.workflows.engine.progress import Progress


class DraftServices(LiveDraftServices, HasRuns, HasDraftFiles, Protocol):
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
        jobs = JobsToDraft(PROMPT, "questions", plan.to_ask, endpoint, run, request, only_canary=only_canary)
        drafted = run_async(draft_live(services, jobs, progress, interruption), interruption)
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
    endpoint = planned_endpoint(services, model=request.model, offline=request.offline, progress=progress)
    prepare_corpus(services, endpoint, progress)
    outcome = estimate_list(services, request.plan, endpoint, progress)
    verifier = examiner_of(services, "claims", endpoint) if request.check_claims else None
    if verifier is None:
        return outcome
    return replace(outcome, claims=estimate_pages(services, verifier, outcome.plan.to_ask))
