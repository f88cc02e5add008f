"""The requests and outcomes of drafting: plain values, the same for the command line, the page and tests."""

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
    from generator.store.ledger.runs.calls import Spend
    from generator.workflows.drafting.drafter import DrafterReport
    from generator.workflows.drafting.plan_report import PlanReport
    from generator.workflows.engine.estimate import Estimate


@dataclass(frozen=True)
class QuestionSource:
    """A question list.

    Args:
        source: a file, an open stream of bytes, or rows that are already read.
        name: what messages call it.
        argument: the list as the user named it; a second redo of the same list is recognized by it.
        subject: the subject of rows that name none; None for no default.
        sheet: the sheet of a workbook; None for the first one.
    """

    source: Path | BinaryIO | Sequence[Question | QuestionListError]
    name: str
    argument: str
    subject: str | None = None
    sheet: str | None = None


@dataclass(frozen=True)
class Redo:
    """Which drafts are asked for again.

    Args:
        states: drafts in these states; empty for any state.
        older_prompt: only drafts of another version of the prompt.
    """

    states: frozenset[DraftState] = frozenset()
    older_prompt: bool = False


@dataclass(frozen=True)
class PlanRequest:
    """A list to plan.

    Args:
        limit: the most questions to ask; None for all.
        date: of the articles, YYYY-MM-DD; None for today.
        near: what to do with near duplicates.
        redo: which drafts to request again; never those that a person approved, published or edited. None for none.
    """

    questions: QuestionSource
    limit: int | None = None
    date: str | None = None
    near: NearDuplicatePolicy = "hold"
    redo: Redo | None = None

    def with_redo(self, redo: Redo) -> PlanRequest:
        """The same list with a redo."""
        return replace(self, redo=redo)


@dataclass(frozen=True)
class DraftRequest:
    """A list to draft.

    Args:
        argv: the command line, as the ledger stores it.
        model: asked instead of the model of the settings; None for that one.
        offline: use the offline model, even where a key is set.
        concurrency: the most calls in flight; None for the setting.
        max_cost: US dollars that the run may cost; None for no cap.
        strict: make no call where a row cannot be used.
        canary: whether the first questions are asked alone; None where the last run was not healthy. False: the run is
            not stopped, however its questions end. Of a batch, they are asked live, and None is False.
        check_claims: check the claims of each draft, and have what a source contradicts repaired.
    """

    plan: PlanRequest
    argv: tuple[str, ...] = ()
    model: str | None = None
    offline: bool = False
    concurrency: int | None = None
    max_cost: float | None = None
    strict: bool = False
    canary: bool | None = None
    check_claims: bool = False


@dataclass(frozen=True)
class PlanOutcome:
    """What drafting a list would take.

    Args:
        error: why a run would end without a draft; None where it would not.
        near_questions: of asking about near questions first; None where there are none to ask about. ``estimate`` is
            that of the articles alone, as if each near question needed one.
        claims: of checking the claims of the drafts; None where no model checks them.
    """

    endpoint: Endpoint
    plan: PlanReport
    estimate: Estimate
    error: ConfigError | None
    near_questions: Estimate | None = None
    claims: Estimate | None = None


@dataclass(frozen=True)
class DraftOutcome:
    """The result of drafting a list.

    Args:
        drafted: None where no question was asked.
        refused: whether a strict run ended before its first call.
        left: how many questions the same command would ask next.
        taken: how many planned questions another run has taken over.
        seconds: how long the run took.
        interrupted: whether Ctrl-C ended the run.
        error: what ended the run early; None where nothing did.
    """

    endpoint: Endpoint
    plan: PlanReport
    drafted: DrafterReport | None
    refused: bool
    left: int
    taken: int
    spend: Spend
    seconds: float
    interrupted: bool
    error: GeneratorError | None

    @property
    def needs_person(self) -> bool:
        """Whether there are rows or drafts that a person must look at."""
        unfinished = self.drafted is not None and bool(set(self.drafted.states) - {"drafted"})
        return self.refused or self.plan.needs_person or unfinished or bool(self.plan.unfinished)
