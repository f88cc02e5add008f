"""The use case of ``seo propose``: selects articles, plans jobs, asks the model, and records the proposals."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from generator.content.display import tally
from generator.errors import GeneratorError, UsageError
from generator.model.transport import endpoint_name
from generator.workflows.engine.live_session import LiveSession
from generator.workflows.engine.planned_endpoint import planned_endpoint
from generator.workflows.engine.stopping.interrupts import Interruption, run_async
from generator.workflows.engine.watch.failure_watch import canary_size
from generator.workflows.engine.watch.run_monitor import MonitoredJobs, monitor_run
from generator.workflows.ports import (
    HasCorpus,
    HasEndpoints,
    HasLedger,
    HasModel,
    HasPrompts,
    HasProposals,
    HasRuns,
    HasSearchData,
    HasSettings,
)
from generator.workflows.seo.job_maker import KIND
from generator.workflows.seo.planner import SeoPlanner
from generator.workflows.seo.proposer import Proposer
from generator.workflows.seo.requests import ProposedOutcome, SeoPlanOutcome
from generator.workflows.seo.selection import Selector
from generator.workflows.site.corpus import refresh_corpus

if TYPE_CHECKING:
    from collections.abc import Callable

    from generator.services import Endpoint
    from generator.store.ledger.runs.runs import Run
    from generator.workflows.engine.progress import Progress
    from generator.workflows.seo.planner import SeoPlan
    from generator.workflows.seo.requests import ProposeRequest, ProposerReport


class ProposeServices(
    HasSettings,
    HasLedger,
    HasRuns,
    HasProposals,
    HasCorpus,
    HasSearchData,
    HasPrompts,
    HasEndpoints,
    HasModel,
    Protocol,
):
    """The services that ``seo propose`` needs."""


def propose_fields(
    services: ProposeServices,
    request: ProposeRequest,
    progress: Progress,
    *,
    on_planned: Callable[[SeoPlan], None] = lambda _: None,
) -> ProposedOutcome:
    """Propose new search fields. After an interruption, run it again: it continues where it stopped.

    Args:
        on_planned: is called with the plan before the first call of the model.

    Raises:
        UsageError: the request is invalid, no model can be asked, or there is no published article or no search data.
    """
    selector = Selector(services, request.selection)
    endpoint = services.endpoint(offline=request.offline, model=request.model)
    require_articles(services, progress)
    announce_model(endpoint, progress)
    with services.run("seo propose", list(request.argv)) as run:
        plan = plan_proposals(services, request, selector, endpoint, run, progress)
        on_planned(plan)
        return propose_planned(services, request, PlannedArticles(endpoint, run, plan), progress)


@dataclass(frozen=True)
class PlannedArticles:
    """Articles whose jobs are in the ledger, and the run that planned them."""

    endpoint: Endpoint
    run: Run
    plan: SeoPlan


def propose_planned(
    services: ProposeServices,
    request: ProposeRequest,
    planned: PlannedArticles,
    progress: Progress,
    *,
    only_canary: bool = False,
) -> ProposedOutcome:
    """Propose new search fields for planned articles.

    Args:
        only_canary: ask about no more articles than the canary has; the rest goes by batch, for example.
    """
    plan, run, endpoint = planned.plan, planned.run, planned.endpoint
    started = time.monotonic()
    interruption = Interruption(progress.note)
    proposed = None
    if plan.to_ask:
        work = _propose_jobs(services, request, planned, progress, interruption, only_canary=only_canary)
        proposed = run_async(work, interruption)
    left = services.ledger.jobs.count_wanted(run.id)
    return ProposedOutcome(
        endpoint=endpoint,
        plan=plan,
        proposed=proposed,
        left=left,
        taken=max(0, plan.to_ask - left - (proposed.articles if proposed else 0)),
        spend=services.ledger.calls.spend(run=run.id, backend=endpoint.backend),
        seconds=time.monotonic() - started,
        interrupted=interruption.interrupted,
        error=interruption.error,
    )


def estimate_proposals(
    services: ProposeServices,
    request: ProposeRequest,
    selector: Selector,
    endpoint: Endpoint,
    progress: Progress,
) -> SeoPlanOutcome:
    """Plan the selected articles for ``endpoint`` and estimate the cost. Nothing is called or written."""
    planner = SeoPlanner(services, endpoint, redo=request.redo, hold_out=request.selection.hold_out)
    with progress.bar("planning") as show:
        plan, estimate = planner.estimate(selector, limit=request.limit, progress=lambda done: show(done))
    return SeoPlanOutcome(endpoint, plan, estimate)


def plan_proposed(services: ProposeServices, request: ProposeRequest, progress: Progress) -> SeoPlanOutcome:
    """Plan what :func:`propose_fields` would do and estimate the cost. Nothing is called or written.

    Raises:
        UsageError: as :func:`propose_fields`.
    """
    selector = Selector(services, request.selection)
    endpoint = planned_endpoint(services, model=request.model, offline=request.offline, progress=progress)
    require_articles(services, progress)
    announce_model(endpoint, progress)
    return estimate_proposals(services, request, selector, endpoint, progress)


def plan_proposals(
    services: ProposeServices,
    request: ProposeRequest,
    selector: Selector,
    endpoint: Endpoint,
    run: Run,
    progress: Progress,
) -> SeoPlan:
    """Record in the ledger the jobs of all articles that the model is to be asked about."""
    planner = SeoPlanner(services, endpoint, redo=request.redo, hold_out=request.selection.hold_out)
    with progress.bar("planning") as show:
        return planner.plan(selector, run=run.id, limit=request.limit, progress=lambda done: show(done))


def require_articles(services: ProposeServices, progress: Progress) -> None:
    """Update the index.

    Raises:
        UsageError: there is no published article.
    """
    folder = services.settings.content_dir
    if not folder.is_dir():
        raise UsageError(f"nothing to describe: there is no content folder {folder}")
    if not refresh_corpus(services, progress).unreadable and not services.index.count():
        raise UsageError(f"nothing to describe: there is no <subject>/<article>.md in {folder}")


def announce_model(endpoint: Endpoint, progress: Progress) -> None:
    """Write a note about the model that will be asked."""
    if endpoint.backend == "offline":
        progress.note(
            "offline model: descriptions are sentences of the answers; no API key is used, and it costs nothing"
        )
    else:
        progress.info(f"model: {endpoint.model} at {endpoint_name(endpoint.base_url)}")


async def _propose_jobs(
    services: ProposeServices,
    request: ProposeRequest,
    planned: PlannedArticles,
    progress: Progress,
    interruption: Interruption,
    *,
    only_canary: bool,
) -> ProposerReport:
    concurrency = request.concurrency or services.settings.model.concurrency
    total, endpoint = planned.plan.to_ask, planned.endpoint
    jobs = MonitoredJobs(KIND, (KIND,), "articles", total, request.canary)
    shown = canary_size(total) if only_canary else total
    with progress.bar("proposing") as show:
        show(0, shown)
        async with LiveSession(
            services,
            endpoint,
            planned.run,
            concurrency=concurrency,
            max_cost=request.max_cost,
            progress=progress,
        ) as session:
            proposer = Proposer(
                services,
                session,
                on_done=lambda done: show(done.articles, shown, tally(done.states, session.budget.spent)),
                monitor=monitor_run(services, session, endpoint, jobs, progress.note),
                only_canary=only_canary,
            )
            interruption.watch(session.stop)
            try:
                await proposer.run(concurrency)
            except GeneratorError as error:
                interruption.error = error
            for line in session.client.notes:
                progress.note(line)
            return proposer.report
