"""The use case of ``redraft``: queues named drafts to be drafted again, and drafts what is queued."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.workflows.draft_files.importer import EditImporter
from generator.workflows.drafting.draft import DraftServices, draft_list
from generator.workflows.drafting.job_maker import question_of
from generator.workflows.drafting.requests import DraftRequest, PlanRequest, QuestionSource
from generator.workflows.review.draft_names import find_draft
from generator.workflows.review.redrafts.redrafts import DraftRedrafts, WantedDraft
from generator.workflows.site.reviewer import reviewer_name

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from generator.questions.rows import Question
    from generator.store.ledger.drafts.rows import DraftRow
    from generator.workflows.drafting.requests import DraftOutcome
    from generator.workflows.engine.progress import Progress

NAME = "redraft"


@dataclass(frozen=True)
class RedraftRequest:
    """Which drafts are drafted again, and how.

    Args:
        names: the names of drafts to queue first, and the only ones that are drafted; empty: all that are queued.
        wanted: the note and the facts for the named drafts.
        reviewer: the person who asks; None for the name from the settings or git.
        options: as for :class:`DraftRequest`, without ``plan``.
    """

    names: tuple[str, ...] = ()
    wanted: WantedDraft = WantedDraft()
    reviewer: str | None = None
    model: str | None = None
    offline: bool = False
    concurrency: int | None = None
    max_cost: float | None = None
    canary: bool | None = None
    check_claims: bool = False
    argv: tuple[str, ...] = ()


@dataclass(frozen=True)
class RedraftOutcome:
    """The result of drafting again.

    Args:
        left: a line for each named draft that cannot be drafted again.
        drafting: None where nothing was to be drafted.
    """

    left: tuple[str, ...]
    drafting: DraftOutcome | None


def redraft(services: DraftServices, request: RedraftRequest, progress: Progress) -> RedraftOutcome:
    """Queue the named drafts and draft them; without names, draft all that are queued.

    After an interruption, the same command continues, and nothing is paid twice.

    Raises:
        UsageError, ConfigError: a name is unknown, the reviewer has no name, or no model is configured.
    """
    left: tuple[str, ...] = ()
    if request.names:
        who = reviewer_name(services.settings, request.reviewer)
        importer = EditImporter(services)
        named = [importer.sync(find_draft(services, name)) for name in dict.fromkeys(request.names)]
        services.endpoint(offline=request.offline, model=request.model)  # before anything is queued
        asked = DraftRedrafts(services).ask(named, request.wanted, who=who)
        rows: Iterable[DraftRow] = asked.wanted
        left = asked.left
    elif services.has_ledger:
        unfinished = services.ledger.redrafts.unfinished()
        rows = [services.drafts.get(item.draft) for item in unfinished]
    else:
        rows = ()
    questions = [_question(services, row) for row in rows]
    if not questions:
        return RedraftOutcome(left, None)
    source = QuestionSource(questions, NAME, NAME)
    options: dict[str, Any] = {
        name: getattr(request, name)
        for name in ("argv", "model", "offline", "concurrency", "max_cost", "canary", "check_claims")
    }
    return RedraftOutcome(left, draft_list(services, DraftRequest(PlanRequest(source), **options), progress))


def _question(services: DraftServices, row: DraftRow) -> Question:
    return question_of(services.ledger.jobs.get(row.job))
