"""Plans a question list: reads it, decides what to ask, and freezes that in the ledger or estimates its cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from generator.content.display import plural
from generator.errors import ConfigError
from generator.model.transport import endpoint_name
from generator.workflows.draft_files.versions import VersionServices, restore_missing
from generator.workflows.drafting.job_maker import nothing_to_quote
from generator.workflows.drafting.list_reading import read_list
from generator.workflows.drafting.planner import ListPlanner, ListPlannerServices
from generator.workflows.drafting.redo import RedoFilter, RedoOfList
from generator.workflows.ports import (
    HasCorpus,
    HasDraftFiles,
    HasDrafts,
    HasEndpoints,
    HasLedger,
    HasPrompts,
    HasSettings,
)
from generator.workflows.site.corpus import CorpusServices, refresh_corpus

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from generator.errors import QuestionListError
    from generator.questions.rows import Question
    from generator.services import Endpoint
    from generator.store.ledger.runs.runs import Run
    from generator.workflows.drafting.plan_report import PlanReport
    from generator.workflows.drafting.requests import PlanOutcome, PlanRequest
    from generator.workflows.engine.progress import Progress
    from generator.workflows.near_questions.requests import PairJudge


class PlanServices(
    HasSettings, HasLedger, HasDrafts, HasDraftFiles, HasCorpus, HasPrompts, HasEndpoints, Protocol
):
    """What planning a list takes."""


def prepare_corpus(
    services: CorpusServices, endpoint: Endpoint, progress: Progress, *, announce: bool = True
) -> None:
    """Bring the index up to date.

    Args:
        announce: whether to report which model will be asked.

    Raises:
        ConfigError: the folder of sources is set and missing.
    """
    offline = endpoint.backend == "offline"
    report = refresh_corpus(services, progress, needs_folder=False)
    settings = services.settings
    problem = nothing_to_quote(settings, services.index) if offline else None
    if not problem:  # planning reports it otherwise
        if settings.sources_dir is not None and not settings.sources_dir.is_dir():
            raise ConfigError(
                f"sources_dir: there is no folder {settings.sources_dir}; answers are based on the documents in it"
            )
        if report.missing:
            progress.note(
                f"note: there is no content folder {settings.content_dir}; working without a corpus"
            )
    if not announce:
        return
    if not offline:
        progress.info(f"model: {endpoint.model} at {endpoint_name(endpoint.base_url)}")
    elif not problem:
        progress.note(
            "offline model: drafts are put together from published articles and your sources;"
            " no key is used, nothing is paid"
        )


def estimate_list(
    services: PlanServices,
    request: PlanRequest,
    endpoint: Endpoint,
    progress: Progress,
) -> PlanOutcome:
    """Estimate what drafting a list would do and cost. No call is made, and nothing is written."""
    rows = read_list(services, request.questions, progress)
    redo = RedoOfList(services, request, endpoint) if request.redo else None
    planner = _make_planner(services, request, endpoint, redo.filter(begin=False) if redo else None)
    with progress.bar("planning") as show:
        return planner.estimate(
            rows,
            limit=request.limit,
            most_tokens=services.most_tokens(endpoint),
            progress=lambda done: show(done),
        )


def plan_list(
    services: PlanServices,
    request: PlanRequest,
    rows: Iterable[Question | QuestionListError],
    endpoint: Endpoint,
    run: Run,
    progress: Progress,
    *,
    redo: RedoOfList | None = None,
    judge: PairJudge | None = None,
) -> PlanReport:
    """Freeze in the ledger what is asked of a list, and write missing draft files again.

    Args:
        rows: from :func:`read_list`.
        redo: of this list; None where no draft is asked for again.
        judge: decides first about near questions; None to plan them like others.

    Raises:
        ConfigError: a row is new, and the offline model has nothing to quote; nothing is planned.
    """
    planner = _make_planner(services, request, endpoint, redo.filter(begin=True) if redo else None)
    restore_drafts(services, progress)
    with progress.bar("planning") as show:
        return planner.plan(
            rows, run=run.id, limit=request.limit, judge=judge, progress=lambda done: show(done)
        )


def preview_list(
    services: PlanServices,
    request: PlanRequest,
    rows: Sequence[Question | QuestionListError],
    endpoint: Endpoint,
) -> PlanReport:
    """The decisions on the rows of a list, counted; no call is made, and nothing is written."""
    redo = RedoOfList(services, request, endpoint) if request.redo else None
    planner = _make_planner(services, request, endpoint, redo.filter(begin=False) if redo else None)
    return planner.preview(rows, limit=request.limit)


def restore_drafts(services: VersionServices, progress: Progress) -> None:
    """Write missing draft files: those of a killed run, and those that someone deleted."""
    restored = restore_missing(services)
    if restored:
        progress.note(f"{plural(restored, 'missing draft file')} written again")


def _make_planner(
    services: ListPlannerServices, request: PlanRequest, endpoint: Endpoint, redo: RedoFilter | None
) -> ListPlanner:
    """The planner of a request; the articles have today's date where the request has none."""
    date = request.date or services.now()[:10]
    return ListPlanner(services, endpoint, date=date, near=request.near, redo=redo)
