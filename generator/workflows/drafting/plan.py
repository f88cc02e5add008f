"""Plans a question list: reads it, decides what is to be asked, and freezes that in the ledger or estimates its cost."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from generator.content.display import plural
from generator.errors import ConfigError
from generator.model.transport import endpoint_name
from generator.questions.rows import Comments, read_questions
from generator.store.ledger.blobs import hash_of
from generator.workflows.drafting.draft_files import restore_missing
from generator.workflows.drafting.job_maker import JobMaker
from generator.workflows.drafting.material import nothing_to_quote
from generator.workflows.drafting.parallel_planning import preparer_factory
from generator.workflows.drafting.planner import Planner, PlanReport
from generator.workflows.drafting.requests import PlanOutcome
from generator.workflows.drafting.triage import RedoFilter, Triage
from generator.workflows.engine.estimate import estimate_answers
from generator.workflows.ports import (
    HasCorpus,
    HasDrafts,
    HasEndpoints,
    HasLedger,
    HasPrompts,
    HasReview,
    HasSettings,
)
from generator.workflows.review.editor import Editing
from generator.workflows.site.corpus import refresh_corpus

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.errors import QuestionListError
    from generator.questions.rows import QuestionRow
    from generator.services import Endpoint
    from generator.store.ledger.runs import Run
    from generator.workflows.drafting.requests import PlanRequest, QuestionSource, Redo
    from generator.workflows.engine.progress import Progress


class PlanServices(
    HasSettings, HasLedger, HasDrafts, HasReview, HasCorpus, HasPrompts, HasEndpoints, Protocol
):
    """What planning a list takes."""


def prepare_corpus(
    services: PlanServices, endpoint: Endpoint, progress: Progress, *, announce: bool = True
) -> None:
    """Bring the index up to date, and say which model will be asked where ``announce`` is set.

    Raises:
        ConfigError: answers are to rest on sources whose folder is missing.
    """
    offline = endpoint.realm == "offline"
    report = refresh_corpus(services, progress, needs_folder=False)
    settings = services.settings
    lacking = nothing_to_quote(settings, services.index) if offline else None
    if not lacking:  # else planning says what is missing
        if settings.sources_dir is not None and not settings.sources_dir.is_dir():
            raise ConfigError(
                f"sources_dir: there is no folder {settings.sources_dir}, and answers are to rest on the documents in it"
            )
        if report.missing:
            progress.note(
                f"note: there is no content folder {settings.content_dir}; working without a corpus"
            )
    if not announce:
        return
    if not offline:
        progress.info(f"model: {endpoint.model} at {endpoint_name(endpoint.base_url)}")
    elif not lacking:
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
    """Say what drafting a list would do and cost; nothing is called, and nothing is planned."""
    settings = services.settings.model
    report = PlanReport()
    maker = new_job_maker(services, endpoint, request.date)
    rows = read_list(services, request.questions, progress)
    redo = RedoOfList(services, request, endpoint) if request.redo else None
    with (
        open_triage(services, request, endpoint, redo.filter(begin=False) if redo else None) as triage,
        progress.bar("planning") as show,
    ):
        estimate = estimate_answers(
            triage.judge_all(rows),
            maker,
            services.ledger,
            report,
            limit=request.limit,
            price=endpoint.price,
            repairs=settings.repairs,
            longer_cap=settings.longer_cap,
            most_tokens=services.most_tokens(endpoint),
            progress=lambda done: show(done),
        )
    lacking = maker.nothing_to_quote if report.counts["new"] or report.counts["redo"] else None
    return PlanOutcome(endpoint, report, estimate, ConfigError(lacking) if lacking else None)


def plan_list(
    services: PlanServices,
    request: PlanRequest,
    endpoint: Endpoint,
    run: Run,
    progress: Progress,
    *,
    redo: RedoOfList | None = None,
) -> PlanReport:
    """Freeze in the ledger what is to be asked of a list.

    Args:
        redo: of this list, begun or gone on with.

    Raises:
        ConfigError: a row is new, and the offline writer has nothing to write from; nothing is planned.
    """
    rows = read_list(services, request.questions, progress)
    with open_triage(services, request, endpoint, redo.filter(begin=True) if redo else None) as triage:
        restore_drafts(services, progress)
        planner = Planner(
            services.ledger,
            services.index,
            triage,
            new_job_maker(services, endpoint, request.date),
            run=run.id,
            near=request.near,
            unlisted=frozenset(subject.name for subject in services.subjects if not subject.listed),
            now=services.now,
            preparer=preparer_factory(services.settings, endpoint, _date_of(services, request.date)),
        )
        with progress.bar("planning") as show:
            return planner.plan(rows, limit=request.limit, progress=lambda done: show(done))


def read_list(
    services: HasCorpus, questions: QuestionSource, progress: Progress
) -> Iterator[QuestionRow | QuestionListError]:
    """The rows of a list; at their end, a note says how many comments were left out."""
    comments = Comments()
    rows = read_questions(
        questions.source,
        questions.name,
        default_subject=questions.subject,
        subjects=services.subjects,
        comments=comments,
    )

    def all_rows() -> Iterator[QuestionRow | QuestionListError]:
        yield from rows
        if comments.count:
            progress.note(
                f"{plural(comments.count, 'comment')} in the list left out (lines that begin with '# ')"
            )

    return all_rows()


def restore_drafts(services: PlanServices, progress: Progress) -> None:
    """Write the draft files again that a killed run did not write, or that somebody removed."""
    restored = restore_missing(services.settings.output_dir, services.drafts)
    if restored:
        progress.note(f"{plural(restored, 'missing draft file')} written again")


def new_job_maker(services: PlanServices, endpoint: Endpoint, date: str | None) -> JobMaker:
    """Makes jobs for ``endpoint``; ``date`` is that of the articles, today's by default."""
    return JobMaker(
        services.settings,
        services.index,
        services.prompts,
        services.subjects,
        realm=endpoint.realm,
        model=endpoint.model,
        date=_date_of(services, date),
    )


@contextmanager
def open_triage(
    services: PlanServices, request: PlanRequest, endpoint: Endpoint, redo: RedoFilter | None
) -> Iterator[Triage]:
    """What judges the rows of one list."""
    triage = Triage(
        services.ledger,
        services.index,
        realm=endpoint.realm,
        near=request.near,
        similarity=services.settings.duplicates.similarity,
        redo=redo,
    )
    try:
        yield triage
    finally:
        triage.close()


class RedoOfList:
    """A redo of a list. The same command, run again after an interruption, goes on with it."""

    def __init__(self, services: PlanServices, request: PlanRequest, endpoint: Endpoint) -> None:
        redo: Redo | None = request.redo
        assert redo is not None
        self._services = services
        self._states: frozenset[str] = frozenset(redo.states)
        self._prompt = services.prompts.hash("answer") if redo.older_prompt else None
        self._key = hash_of(
            request.questions.given, endpoint.realm, *sorted(self._states), self._prompt or ""
        )

    def filter(self, *, begin: bool) -> RedoFilter:
        """What to redo; drafts edited on disk are imported first, and so left alone."""
        services = self._services
        Editing(services).take_up_all()
        ledger = services.ledger
        since = (
            ledger.jobs.begin_redo(self._key, now=services.now())
            if begin
            else ledger.jobs.redo_begun(self._key)
        )
        return RedoFilter(self._states, self._prompt, since)

    def end(self) -> None:
        """Everything was asked again: the same command begins a new redo."""
        self._services.ledger.jobs.end_redo(self._key)


def _date_of(services: HasLedger, date: str | None) -> str:
    return date or services.now()[:10]
