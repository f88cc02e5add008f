"""The `rewrite` command: plans published pages, asks the model to write them again, and writes the draft files."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Protocol

from generator.errors import UsageError
from generator.model.transport import endpoint_name
from generator.store.ledger.drafts.rewritten_page import REWRITE
from generator.store.ledger.storage.hashes import hash_of
from generator.workflows.draft_files.importer import EditImporter
from generator.workflows.drafting.live_drafting import JobsToDraft, LiveDraftServices, draft_live
from generator.workflows.drafting.plan import restore_drafts
from generator.workflows.drafting.redo import RedoFilter
from generator.workflows.engine.stopping.interrupts import Interruption, run_async
from generator.workflows.ports import HasDraftFiles, HasRuns
from generator.workflows.rewriting.planner import RewritePlanner
from generator.workflows.rewriting.requests import RewriteOutcome, RewritePlan, RewritePlanOutcome
from generator.workflows.rewriting.selection import PageSelector, SelectServices
from generator.workflows.site.corpus import refresh_corpus

if TYPE_CHECKING:
    from collections.abc import Callable

    from generator.services import Endpoint
    from generator.store.ledger.runs.runs import Run
    from generator.workflows.engine.progress import Progress
    from generator.workflows.rewriting.requests import RewriteRequest


class RewriteServices(LiveDraftServices, SelectServices, HasRuns, HasDraftFiles, Protocol):
    """What rewriting pages takes."""


def rewrite_pages(
    services: RewriteServices,
    request: RewriteRequest,
    progress: Progress,
    *,
    on_planned: Callable[[RewritePlan], None] = lambda _: None,
) -> RewriteOutcome:
    """Have the model write published pages again, as drafts. A second run continues, and nothing is paid twice.

    Args:
        on_planned: receives the plan before the first call.

    Raises:
        UsageError: no real model is configured, the pages are not selected in exactly one way, or a name fits no page.
    """
    endpoint = rewriting_endpoint(services, request, progress)
    with services.run(REWRITE, list(request.argv)) as run:
        started = time.monotonic()
        plan = plan_rewrites(services, request, endpoint, run, progress)
        on_planned(plan)
        outcome = draft_planned_rewrites(services, request, endpoint, run, plan, started, progress)
        is_complete = outcome.error is None and not (plan.limited or outcome.left or plan.counts["batched"])
        if request.redo and is_complete:
            redo_of_pages(services, request, endpoint).end()
        return outcome


def estimate_rewrites(
    services: RewriteServices,
    request: RewriteRequest,
    progress: Progress,
    *,
    in_batches: bool = False,
) -> RewritePlanOutcome:
    """Estimate what rewriting the pages would do and cost. No call is made, and no job is planned.

    Args:
        in_batches: at the prices of batches.

    Raises:
        UsageError: as :func:`rewrite_pages`.
    """
    endpoint = rewriting_endpoint(services, request, progress, in_batches=in_batches)
    selector = PageSelector(services, request)
    redo = redo_of_pages(services, request, endpoint).filter(begin=False) if request.redo else None
    planner = RewritePlanner(services, request, selector, endpoint, redo)
    pages = selector.pages(progress)
    with progress.bar("planning") as show:
        plan, estimate = planner.estimate(
            pages, most_tokens=services.most_tokens(endpoint), progress=lambda done: show(done)
        )
    return RewritePlanOutcome(endpoint, plan, estimate)


def rewriting_endpoint(
    services: RewriteServices, request: RewriteRequest, progress: Progress, *, in_batches: bool = False
) -> Endpoint:
    """The model of a request, which is announced, after the index is brought up to date.

    Raises:
        UsageError: only the offline model is there, which cannot rewrite: it quotes pages and corrects nothing.
    """
    try:
        endpoint = services.endpoint(model=request.model, needed_by="generator rewrite")
    except UsageError as error:
        raise UsageError(f"{error}; the offline model quotes pages, it cannot correct them") from error
    refresh_corpus(services, progress)
    progress.info(f"model: {endpoint.model} at {endpoint_name(endpoint.base_url)}")
    return endpoint.in_batches if in_batches else endpoint


def plan_rewrites(
    services: RewriteServices,
    request: RewriteRequest,
    endpoint: Endpoint,
    run: Run,
    progress: Progress,
) -> RewritePlan:
    """Freeze the rewrites that a run asks for, and write missing draft files again.

    Raises:
        UsageError: as :func:`rewrite_pages`.
    """
    selector = PageSelector(services, request)
    pages = selector.pages(progress)
    redo = redo_of_pages(services, request, endpoint).filter(begin=True) if request.redo else None
    restore_drafts(services, progress)
    planner = RewritePlanner(services, request, selector, endpoint, redo)
    with progress.bar("planning") as show:
        return planner.plan(pages, run=run.id, progress=lambda done: show(done, len(pages)))


def draft_planned_rewrites(
    services: RewriteServices,
    request: RewriteRequest,
    endpoint: Endpoint,
    run: Run,
    plan: RewritePlan,
    started: float,
    progress: Progress,
    *,
    only_canary: bool = False,
) -> RewriteOutcome:
    """Ask the model live for planned rewrites.

    Args:
        started: when the run started, in seconds of ``time.monotonic``.
        only_canary: as in ``JobsToDraft``.
    """
    interruption = Interruption(progress.note)
    drafted = None
    if plan.to_ask:
        jobs = JobsToDraft(REWRITE, "pages", plan.to_ask, endpoint, run, request, only_canary=only_canary)
        drafted = run_async(draft_live(services, jobs, progress, interruption), interruption)
    return RewriteOutcome(
        endpoint=endpoint,
        plan=plan,
        drafted=drafted,
        left=services.ledger.jobs.count_wanted(run.id, REWRITE),
        spend=services.ledger.calls.spend(run=run.id, backend=endpoint.backend),
        seconds=time.monotonic() - started,
        interrupted=interruption.interrupted,
        error=interruption.error,
    )


class RedoOfPages:
    """A redo of selected pages. After an interruption, the same command continues it.

    Args:
        key: identifies the selection and the model.
    """

    def __init__(self, services: RewriteServices, key: str) -> None:
        self._services = services
        self._key = key

    def filter(self, *, begin: bool) -> RedoFilter:
        """The rewrites to ask for again. Files edited on disk are imported first, so that they are left alone.

        Args:
            begin: whether to record that the redo begins, unless it is recorded already.
        """
        EditImporter(self._services).import_edits()
        jobs = self._services.ledger.jobs
        now = self._services.now()
        return RedoFilter(since=jobs.begin_redo(self._key, now=now) if begin else jobs.redo_begun(self._key))

    def end(self) -> None:
        """Record that the redo is complete: the same command begins a new one."""
        self._services.ledger.jobs.end_redo(self._key)


def redo_of_pages(services: RewriteServices, request: RewriteRequest, endpoint: Endpoint) -> RedoOfPages:
    """The redo of a request: the same selection, mode, note and model give the same redo."""
    pages = request.pages
    listed = (pages.listed.name,) if pages.listed else ()
    key = hash_of(REWRITE, endpoint.backend, request.mode, request.note, *pages.names, *listed, *pages.rules)
    return RedoOfPages(services, key)
