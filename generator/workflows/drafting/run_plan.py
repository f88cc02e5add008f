"""Plans the list of a run that asks a model: what the model must decide first is asked, and a strict run is refused."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from generator.workflows.drafting.candidate import Thresholds
from generator.workflows.drafting.plan import PlanServices, plan_list, preview_list
from generator.workflows.engine.live_session import rest_of
from generator.workflows.near_questions.judge import LiveJudgeServices, LivePairJudge
from generator.workflows.near_questions.requests import RunPairJudge

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.errors import GeneratorError, QuestionListError
    from generator.questions.rows import Question
    from generator.services import Endpoint
    from generator.store.ledger.runs.runs import Run
    from generator.workflows.drafting.plan_report import PlanReport
    from generator.workflows.drafting.redo import RedoOfList
    from generator.workflows.drafting.requests import DraftRequest
    from generator.workflows.engine.progress import Progress


class RunPlanServices(PlanServices, LiveJudgeServices, Protocol):
    """What planning the list of a run takes."""


@dataclass(frozen=True)
class RunPlan:
    """The plan of a run.

    Args:
        request: the run's, with what is left of its cap after the questions that were asked for the plan.
        refused: whether the run is strict, and a row cannot be used; no call was made then.
        error: what ended the run while the model was asked for the plan; None where nothing did.
        interrupted: whether Ctrl-C ended it then.
        left: how many questions the same command would ask next, where the run has ended.
    """

    report: PlanReport
    request: DraftRequest
    refused: bool = False
    error: GeneratorError | None = None
    interrupted: bool = False
    left: int = 0

    @property
    def has_ended(self) -> bool:
        """Whether nothing is drafted."""
        return self.refused or self.interrupted or self.error is not None


def plan_run(
    services: RunPlanServices,
    request: DraftRequest,
    rows: Iterable[Question | QuestionListError],
    endpoint: Endpoint,
    run: Run,
    progress: Progress,
    *,
    redo: RedoOfList | None,
    judge: RunPairJudge | None = None,
) -> RunPlan:
    """Plan the list of a run.

    Args:
        judge: decides about questions that are near to others, where the settings ask for it; by default live.

    Raises:
        ConfigError, UsageError: see :func:`plan_list` and ``LiveSession``.
    """
    if Thresholds.of(services.settings, endpoint.backend, request.plan.near).ask_from is None:
        judge = None
    elif judge is None:
        judge = LivePairJudge(
            services,
            endpoint,
            run,
            concurrency=request.concurrency,
            max_cost=request.max_cost,
            may_stop=request.canary is not False,
            progress=progress,
        )
    if judge is not None and request.strict:
        rows = list(rows)
        seen = preview_list(services, request.plan, rows, endpoint)
        if seen.counts["unreadable"]:
            return RunPlan(seen, request, refused=True, left=seen.to_ask)
    report = plan_list(services, request.plan, rows, endpoint, run, progress, redo=redo, judge=judge)
    if request.strict and report.counts["unreadable"]:
        return RunPlan(report, request, refused=True, left=report.to_ask)
    if judge is None:
        return RunPlan(report, request)
    if summary := judge.summary():
        progress.note(summary)
    spend = services.ledger.calls.spend(run=run.id, backend=endpoint.backend)
    return RunPlan(
        report,
        replace(request, max_cost=rest_of(request.max_cost, spend)),
        error=judge.error,
        interrupted=judge.interrupted,
        left=report.to_ask,
    )
