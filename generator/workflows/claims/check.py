"""The use case of ``claims check``: check the claims of drafts and published pages, cheapest first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from generator.errors import GeneratorError
from generator.workflows.claims.checker import ClaimChecker, ModelCheck
from generator.workflows.claims.draft_findings import update_findings
from generator.workflows.claims.job_maker import ClaimJobMaker
from generator.workflows.claims.page_selection import selected_pages
from generator.workflows.claims.pages import ClaimPage
from generator.workflows.claims.requests import CheckOutcome, CheckReport
from generator.workflows.claims.rules_check import check_by_rules
from generator.workflows.claims.verifier import announce, verifier_of
from generator.workflows.claims.view import present_claims
from generator.workflows.engine.interrupts import Interruption, run_async
from generator.workflows.engine.job_run import JobRun
from generator.workflows.engine.live_session import LiveSession
from generator.workflows.ports import (
    HasClaims,
    HasCorpus,
    HasDraftFiles,
    HasDrafts,
    HasEndpoints,
    HasLedger,
    HasModel,
    HasPrompts,
    HasPublications,
    HasRuns,
    HasSettings,
)
from generator.workflows.site.corpus import refresh_corpus

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from generator.content.claims.compare import SourcePassage
    from generator.services import Endpoint
    from generator.store.ledger.drafts import DraftRow
    from generator.store.ledger.jobs import Job
    from generator.store.ledger.runs import Run
    from generator.workflows.claims.requests import CheckRequest
    from generator.workflows.engine.job_outcome import JobOutcome
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
    HasPrompts,
    HasEndpoints,
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
    endpoint = _endpoint(services, request)
    if endpoint is not None:
        announce(services, endpoint, progress)
    refresh_corpus(services, progress, needs_folder=bool(request.published))
    run_of_pages = _Check(services, progress)
    pages = list(selected_pages(services, request, run_of_pages.report))
    with services.run("claims check", list(request.argv)) as run:
        run_of_pages.check_by_rules(pages, run, endpoint)
        interruption = Interruption(progress.note)
        if endpoint is not None and services.ledger.jobs.count_wanted(run.id):
            run_async(_ask(services, request, endpoint, run, run_of_pages, interruption), interruption)
        run_of_pages.finish(pages)
        return CheckOutcome(
            report=run_of_pages.report,
            endpoint=endpoint,
            left=services.ledger.jobs.count_wanted(run.id),
            spend=services.ledger.calls.spend(run=run.id, backend=endpoint.backend) if endpoint else None,
            interrupted=interruption.interrupted,
            error=interruption.error,
        )


class _Check:
    """One run over pages."""

    def __init__(self, services: CheckServices, progress: Progress) -> None:
        self._services = services
        self._progress = progress
        self._database = services.database
        self.report = CheckReport()

    def check_by_rules(self, pages: Iterable[ClaimPage], run: Run, endpoint: Endpoint | None) -> None:
        """Check every page by rules, and plan the jobs of those that a model is to be asked about."""
        services = self._services
        maker = ClaimJobMaker(services, endpoint) if endpoint else None
        with self._progress.bar("checking") as show:
            for number, page in enumerate(pages, start=1):
                result = check_by_rules(page, services.index)
                with self._database.transaction():
                    services.claims.record(page.page, result.checked, now=services.now())
                    if maker is not None:
                        _plan(services, maker, page, result.passages, run)
                show(number)

    def record(self, job: Job, result: ModelCheck) -> None:
        """Record what a model said of a page, and end its job."""
        services = self._services
        services.claims.record(result.page, result.checked, now=services.now())
        problem = result.problem
        services.ledger.jobs.end(
            job.id,
            "failed" if problem else "done",
            key=None,
            reason=problem.reason if problem else None,
            now=services.now(),
        )
        self.report.dropped += result.dropped
        self.report.lowered += result.lowered
        if problem is not None:
            self.report.failed += 1
            self.report.note(f"{job.question}: the check is not complete: {problem.reason}")

    def finish(self, pages: Iterable[ClaimPage]) -> None:
        """Count the verdicts, and give the drafts their findings."""
        for page in pages:
            present = present_claims(page.texts, self._services.claims.of(page.page))
            names = [item.verdict.name for item in present]
            self.report.pages += 1
            self.report.verdicts.update(names)
            if "contradicted" in names:
                self.report.contradicted.append(page.name)
            if page.row is not None:
                self._update(page.row)

    def _update(self, row: DraftRow) -> None:
        try:
            after = update_findings(self._services, row)
        except GeneratorError as error:
            self.report.note(str(error))
            return
        if row.state == "approved" and after.state != "approved":
            self.report.note(f"{row.name}: its approval has lapsed, because a source contradicts it")


def _endpoint(services: CheckServices, request: CheckRequest) -> Endpoint | None:
    """The model to ask; None to check by rules alone, as without a key."""
    if request.rules_only:
        return None
    if request.offline:
        return services.endpoint(offline=True)
    writer = services.endpoint(model=request.model)
    return writer if request.model is not None else verifier_of(services, writer)


def _plan(
    services: CheckServices,
    maker: ClaimJobMaker,
    page: ClaimPage,
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
    check: _Check,
    interruption: Interruption,
) -> None:
    concurrency = request.concurrency or services.settings.model.concurrency
    async with LiveSession(
        services, endpoint, run, concurrency=concurrency, max_cost=request.max_cost
    ) as session:
        checker = ClaimChecker(services, session, endpoint)

        async def handle(job: Job) -> JobOutcome:
            result = await checker.check(job)
            await session.commits.run(lambda: check.record(job, result))
            return result.outcome

        jobs = JobRun(session, handle, "pages")
        interruption.watch(jobs.pool)
        try:
            await jobs.run(concurrency)
        except GeneratorError as error:
            interruption.error = error
