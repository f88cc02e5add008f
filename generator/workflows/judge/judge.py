"""The use case of ``judge``: score drafts and published pages by their checks, and with a model if there is one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from generator.errors import GeneratorError
from generator.workflows.engine.estimate import RequestSample
from generator.workflows.engine.live_session import LiveSession
from generator.workflows.engine.stopping.interrupts import Interruption, run_async
from generator.workflows.engine.watch.run_monitor import MonitoredJobs, monitor_run
from generator.workflows.judge.job_maker import KIND, PROMPT, JudgeJobMaker
from generator.workflows.judge.requests import JudgedPage, JudgeOutcome, JudgePlan, JudgeReport
from generator.workflows.judge.run import JudgeRun
from generator.workflows.judge.scored_pages import ScoredPage, ScoredPageServices, scored_pages
from generator.workflows.pages.examiner import chosen_examiner
from generator.workflows.ports import (
    HasEndpoints,
    HasExaminers,
    HasModel,
    HasPrompts,
    HasRuns,
    HasScores,
)
from generator.workflows.site.corpus import refresh_corpus

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from generator.services import Endpoint
    from generator.store.ledger.runs.runs import Run
    from generator.workflows.engine.progress import Progress
    from generator.workflows.judge.requests import JudgeRequest

TYPICAL_REPLY_TOKENS = 350


class JudgeServices(
    ScoredPageServices, HasRuns, HasScores, HasPrompts, HasEndpoints, HasExaminers, HasModel, Protocol
):
    """What judging pages takes."""


def judge_pages(services: JudgeServices, request: JudgeRequest, progress: Progress) -> JudgeOutcome:
    """Score pages. After an interruption, the same command continues, and nothing is paid twice.

    Raises:
        UsageError, ConfigError: nothing is named, a name fits no draft, or no model can be asked.
    """
    report = JudgeReport()
    pages = read_pages(services, request, report, progress)
    endpoint = endpoint_of(services, request, progress)
    with services.run("judge", list(request.argv)) as run:
        plan_judging(services, pages, endpoint, run, progress)
        interruption = Interruption(progress.note)
        if endpoint is not None and services.ledger.jobs.count_wanted(run.id):
            run_async(_ask(services, request, endpoint, run, report, progress, interruption), interruption)
        return JudgeOutcome(
            report=report,
            pages=_with_scores(services, pages, endpoint),
            endpoint=endpoint,
            left=services.ledger.jobs.count_wanted(run.id),
            spend=services.ledger.calls.spend(run=run.id, backend=endpoint.backend) if endpoint else None,
            interrupted=interruption.interrupted,
            error=interruption.error,
        )


def estimate_judging(
    services: JudgeServices, request: JudgeRequest, progress: Progress, *, in_batches: bool = False
) -> JudgePlan:
    """What :func:`judge_pages` would ask and what it would cost. No call is made, and no score is written.

    Args:
        in_batches: at the prices of batches.

    Raises:
        UsageError, ConfigError: as :func:`judge_pages`.
    """
    report = JudgeReport()
    pages = read_pages(services, request, report, progress)
    endpoint = endpoint_of(services, request, progress)
    if endpoint is None:
        return JudgePlan(None, len(pages), len(pages), None, report.notes)
    endpoint = endpoint.in_batches if in_batches else endpoint
    settings, maker = services.settings.model, JudgeJobMaker(services, endpoint)
    sample = RequestSample(
        endpoint.price,
        longer_cap=settings.longer_cap,
        rounds=settings.repairs,
        most_tokens=services.most_tokens(endpoint),
    )
    known = 0
    for scored in pages:
        job = maker.make(scored)
        earlier = services.ledger.jobs.find(job.kind, job.backend, job.identity)
        if earlier is not None and earlier.state == "done":
            known += 1
        elif not sample.is_full:
            sample.add(job)
    estimate = sample.estimate(
        len(pages) - known,
        seen=services.ledger.calls.tokens_seen(endpoint.model, KIND),
        typical_completion=TYPICAL_REPLY_TOKENS,
        history=services.ledger.calls.tokens_by_job(endpoint.model, KIND),
    )
    return JudgePlan(endpoint, len(pages), known, estimate, report.notes)


def read_pages(
    services: JudgeServices, request: JudgeRequest, report: JudgeReport, progress: Progress
) -> list[ScoredPage]:
    """The pages that a request names, after the index is up to date. Raises UsageError as :func:`judge_pages`."""
    refresh_corpus(services, progress, needs_folder=bool(request.published))
    return list(scored_pages(services, request, report))


def endpoint_of(services: JudgeServices, request: JudgeRequest, progress: Progress) -> Endpoint | None:
    """The model that judges; None to compute the checks alone, as without a key. Raises as :func:`judge_pages`."""
    if request.checks_only:
        return None
    endpoint = chosen_examiner(services, "judge", request.model, progress)
    if endpoint is None or endpoint.backend == "offline":
        progress.info("only the score of the checks is computed: there is no key, and so no model to judge")
        return None
    return endpoint


def plan_judging(
    services: JudgeServices,
    pages: Sequence[ScoredPage],
    endpoint: Endpoint | None,
    run: Run,
    progress: Progress,
) -> None:
    """Record the checks of every page, and plan the jobs of those that the model has not judged yet."""
    maker = JudgeJobMaker(services, endpoint) if endpoint else None
    jobs = services.ledger.jobs
    with progress.bar("planning") as show:
        for number, scored in enumerate(pages, start=1):
            with services.database.transaction():
                if scored.page.row is not None:
                    services.scores.record_checks(scored.page.row.id, scored.sha, scored.checks.total)
                if maker is not None:
                    job = maker.make(scored)
                    earlier = jobs.find(job.kind, job.backend, job.identity)
                    if earlier is None:
                        jobs.plan(job, run=run.id, state="planned", first_free_id=0, now=services.now())
                    else:
                        jobs.assign_to_run(earlier.id, run.id, request=job.request)
            show(number, len(pages))


def _with_scores(
    services: JudgeServices, pages: Iterable[ScoredPage], endpoint: Endpoint | None
) -> tuple[JudgedPage, ...]:
    """The pages with what the judge said of their texts, also where it said so under other bytes."""
    maker = JudgeJobMaker(services, endpoint) if endpoint else None
    judged = [_with_score(services, scored, maker) for scored in pages]
    return tuple(sorted(judged, key=_order))


def _order(page: JudgedPage) -> tuple[bool, float, str]:
    """The lowest first: pages with a score of the judge by that, then the others by their checks."""
    score = page.score
    return score is None, page.checks.total if score is None else score.total, page.name


def _with_score(services: JudgeServices, scored: ScoredPage, maker: JudgeJobMaker | None) -> JudgedPage:
    page, sha, scores = scored.page, scored.sha, services.scores
    if maker is not None:
        new = maker.make(scored)
        job = services.ledger.jobs.find(new.kind, new.backend, new.identity)
        earlier = scores.of_job(job.id) if job is not None else None
        if job is not None and earlier is not None:
            with services.database.transaction():
                scores.record(
                    page.page, sha, job.id, earlier.judgement, model=earlier.model, now=services.now()
                )
    return JudgedPage(page.name, page.row is None, scored.checks, scores.of(page.page, sha))


async def _ask(
    services: JudgeServices,
    request: JudgeRequest,
    endpoint: Endpoint,
    run: Run,
    report: JudgeReport,
    progress: Progress,
    interruption: Interruption,
) -> None:
    total = services.ledger.jobs.count_wanted(run.id)
    jobs = MonitoredJobs(KIND, (PROMPT,), "pages", total, request.canary)
    concurrency = request.concurrency or services.settings.model.concurrency
    async with LiveSession(
        services, endpoint, run, concurrency=concurrency, max_cost=request.max_cost, progress=progress
    ) as session:
        monitor = monitor_run(services, session, endpoint, jobs, progress.note)
        interruption.watch(session.stop)
        try:
            await JudgeRun(services, session, report, monitor).run(concurrency)
        except GeneratorError as error:
            interruption.error = error
