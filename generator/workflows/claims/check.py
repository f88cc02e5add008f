"""The use case of ``claims check``: check the claims of drafts and published pages, cheapest first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from generator.errors import GeneratorError
from generator.workflows.claims.finish import finish_pages
from generator.workflows.claims.job_maker import KIND, PROMPTS, ClaimJobMaker
from generator.workflows.claims.requests import CheckOutcome, CheckReport
from generator.workflows.claims.rules_check import check_by_rules
from generator.workflows.claims.run import ClaimRun
from generator.workflows.engine.live_session import LiveSession
from generator.workflows.engine.stopping.interrupts import Interruption, run_async
from generator.workflows.engine.watch.run_monitor import MonitoredJobs, monitor_run
from generator.workflows.pages.examiner import chosen_examiner
from generator.workflows.pages.page import Page
from generator.workflows.pages.selection import selected_pages
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
    HasPublications,
    HasRuns,
    HasSearchData,
    HasSettings,
)
from generator.workflows.site.corpus import refresh_corpus

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.content.claims.compare import SourcePassage
    from generator.services import Endpoint
    from generator.store.ledger.runs.runs import Run
    from generator.workflows.claims.requests import CheckRequest
    from generator.workflows.engine.progress import Progress


class CheckServices(
    HasSettings,
    HasLedger,
    HasRuns,
    HasDrafts,
    HasDraftFiles,
    HasPublications,
    HasClaims,
    HasCorpus,
    HasSearchData,
    HasPrompts,
    HasEndpoints,
    HasExaminers,
    HasModel,
    Protocol,
):
    """What checking claims takes."""


def check_claims(services: CheckServices, request: CheckRequest, progress: Progress) -> CheckOutcome:
    """Check the claims of pages: by rules, and what these do not decide with a model, if one is configured.

    After an interruption, the same command continues, and nothing is paid twice.

    Raises:
        UsageError, ConfigError: nothing is named, a name fits no draft, or no model can be asked.
    """
    report = CheckReport()
    pages = read_pages(services, request, report, progress)
    endpoint = endpoint_of(services, request, progress)
    with services.run("claims check", list(request.argv)) as run:
        plan_check(services, pages, endpoint, run, progress)
        interruption = Interruption(progress.note)
        if endpoint is not None and services.ledger.jobs.count_wanted(run.id):
            run_async(_ask(services, request, endpoint, run, report, progress, interruption), interruption)
        finish_pages(services, pages, report)
        return CheckOutcome(
            report=report,
            endpoint=endpoint,
            left=services.ledger.jobs.count_wanted(run.id),
            spend=services.ledger.calls.spend(run=run.id, backend=endpoint.backend) if endpoint else None,
            interrupted=interruption.interrupted,
            error=interruption.error,
        )


def endpoint_of(services: CheckServices, request: CheckRequest, progress: Progress) -> Endpoint | None:
    """The model to ask, which is announced; None to check by rules alone, as without a key.

    Raises:
        UsageError, ConfigError: the model cannot be asked.
    """
    if request.rules_only:
        return None
    if request.offline:
        return services.endpoint(offline=True)
    endpoint = chosen_examiner(services, "claims", request.model, progress)
    if endpoint is None:
        progress.info("claims are checked by rules alone: there is no key, and so no model to ask")
    return endpoint


def read_pages(
    services: CheckServices, request: CheckRequest, report: CheckReport, progress: Progress
) -> list[Page]:
    """The pages that a request names, after the index is up to date. Raises UsageError as :func:`check_claims`."""
    refresh_corpus(services, progress, needs_folder=bool(request.published))
    return list(selected_pages(services, request, report))


def plan_check(
    services: CheckServices,
    pages: Sequence[Page],
    endpoint: Endpoint | None,
    run: Run,
    progress: Progress,
) -> None:
    """Check every page by rules, and plan the jobs of those that the model is to be asked about."""
    maker = ClaimJobMaker(services, endpoint) if endpoint else None
    with progress.bar("checking") as show:
        for number, page in enumerate(pages, start=1):
            result = check_by_rules(page, services.index)
            with services.database.transaction():
                services.claims.record(page.page, result.checked, now=services.now())
                if maker is not None:
                    _plan(services, maker, page, result.passages, run)
            show(number, len(pages))


def _plan(
    services: CheckServices,
    maker: ClaimJobMaker,
    page: Page,
    passages: Sequence[SourcePassage],
    run: Run,
) -> None:
    """Plan the job of a page, or have this run continue it. A page that was checked in the same way is left out."""
    job = maker.make(page, passages)
    earlier = services.ledger.jobs.find(job.kind, job.backend, job.identity)
    if earlier is None:
        services.ledger.jobs.plan(job, run=run.id, state="planned", first_free_id=0, now=services.now())
    else:
        services.ledger.jobs.assign_to_run(earlier.id, run.id, request=job.request)


async def _ask(
    services: CheckServices,
    request: CheckRequest,
    endpoint: Endpoint,
    run: Run,
    report: CheckReport,
    progress: Progress,
    interruption: Interruption,
) -> None:
    total = services.ledger.jobs.count_wanted(run.id)
    jobs = MonitoredJobs(KIND, PROMPTS, "pages", total, request.canary)
    concurrency = request.concurrency or services.settings.model.concurrency
    async with LiveSession(
        services, endpoint, run, concurrency=concurrency, max_cost=request.max_cost, progress=progress
    ) as session:
        monitor = monitor_run(services, session, endpoint, jobs, progress.note)
        claims = ClaimRun(services, session, report, monitor)
        interruption.watch(session.stop)
        try:
            await claims.run(concurrency)
        except GeneratorError as error:
            interruption.error = error
