"""What drafting is asked for and what it answers: plain values, the same for the command line, the page and tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from generator.content.states import DraftState
from generator.workflows.drafting.candidate import NearDuplicatePolicy

if TYPE_CHECKING:
    from generator.errors import ConfigError, GeneratorError, QuestionListError
    from generator.questions.rows import Question
    from generator.services import Endpoint
    from generator.store.ledger.calls import Spend
    from generator.workflows.drafting.drafter import DrafterReport
    from generator.workflows.drafting.plan_report import PlanReport
    from generator.workflows.engine.estimate import Estimate


@dataclass(frozen=True)
class QuestionSource:
    """A question list: a file, an open stream of bytes, or questions already read; and what messages call it.

    Args:
        argument: the list as the user named it, by which a redo of it is known again.
        subject: the subject of rows that name none.
    """

    source: Path | BinaryIO | Sequence[Question | QuestionListError]
    name: str
    argument: str
    subject: str | None = None


@dataclass(frozen=True)
class Redo:
    """Which drafts are asked for again: those in these states (empty: in any), or of an older prompt only."""

    states: frozenset[DraftState] = frozenset()
    older_prompt: bool = False


@dataclass(frozen=True)
class PlanRequest:
    """A list to plan.

    Args:
        limit: ask for at most so many questions.
        date: the date of the articles, YYYY-MM-DD; today by default.
        near: what to do with near duplicates.
        redo: ask again for drafts that nobody approved or edited.
    """

    questions: QuestionSource
    limit: int | None = None
    date: str | None = None
    near: NearDuplicatePolicy = "hold"
    redo: Redo | None = None

    def with_redo(self, redo: Redo) -> PlanRequest:
        """The same list, asked again."""
        return replace(self, redo=redo)


@dataclass(frozen=True)
class DraftRequest:
    """A list to draft.

    Args:
        argv: the command line, as the ledger keeps it.
        model: overrides the settings.
        offline: use the offline writer, whatever key is set.
        concurrency: calls in flight; that of the settings by default.
        max_cost: US dollars that the run may cost.
        strict: call nothing where a row cannot be used.
    """

    plan: PlanRequest
    argv: tuple[str, ...] = ()
    model: str | None = None
    offline: bool = False
    concurrency: int | None = None
    max_cost: float | None = None
    strict: bool = False


@dataclass(frozen=True)
class PlanOutcome:
    """What drafting a list would take. ``error`` says why none of it could be drafted."""

    endpoint: Endpoint
    plan: PlanReport
    estimate: Estimate
    error: ConfigError | None


@dataclass(frozen=True)
class DraftOutcome:
    """What became of a list.

    ``drafted`` is None where nothing was asked; ``refused`` says that a strict run stopped before its first call.
    ``left`` counts the questions that the same command goes on with; ``error`` is what ended the run early.
    """

    endpoint: Endpoint
    plan: PlanReport
    drafted: DrafterReport | None
    refused: bool
    left: int
    spend: Spend
    seconds: float
    interrupted: bool
    error: GeneratorError | None

    @property
    def needs_person(self) -> bool:
        """Whether rows or drafts are left that a person must look at."""
        unfinished = self.drafted is not None and bool(set(self.drafted.states) - {"drafted"})
        return self.refused or self.plan.needs_person or unfinished or bool(self.plan.unfinished)
