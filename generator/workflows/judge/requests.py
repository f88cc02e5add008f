"""The requests and outcomes of judging pages: plain values."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from generator.workflows.engine.noted_report import NotedReport

if TYPE_CHECKING:
    from generator.content.judging.checks_score import ChecksScore
    from generator.content.states import DraftState
    from generator.errors import GeneratorError
    from generator.services import Endpoint
    from generator.store.ledger.calls import Spend
    from generator.store.ledger.scores import ScoreRow
    from generator.workflows.engine.estimate import Estimate


@dataclass(frozen=True)
class JudgeRequest:
    """Which pages are judged, and how.

    Args:
        names: drafts; a published one stands for its file.
        states: all drafts in these states.
        published: files, subject folders or the content folder.
        checks_only: ask no model.
        model: judges, instead of the model of the settings.
        max_cost: US dollars that the run may cost; None for no cap.
        concurrency: the most calls in flight; None for the setting.
        canary: as in ``DraftRequest``.
        argv: the command line, as the ledger stores it.
    """

    names: tuple[str, ...] = ()
    states: tuple[DraftState, ...] = ()
    published: tuple[Path, ...] = ()
    checks_only: bool = False
    model: str | None = None
    max_cost: float | None = None
    concurrency: int | None = None
    canary: bool | None = None
    argv: tuple[str, ...] = ()


@dataclass(frozen=True)
class JudgedPage:
    """A page with its scores.

    Args:
        name: ``subject/slug`` of a draft, the path of a published file.
        score: of the judge; None where it gave none.
    """

    name: str
    published: bool
    checks: ChecksScore
    score: ScoreRow | None


@dataclass(kw_only=True)
class JudgeReport(NotedReport):
    """How the jobs of a run ended.

    Args:
        judged: how many pages the model judged.
        failed: how many pages it gave no usable reply for.
    """

    judged: int = 0
    failed: int = 0


@dataclass(frozen=True)
class JudgeOutcome:
    """The result of judging pages.

    Args:
        pages: with their scores, the lowest first; those that the judge did not score come last, by their checks.
        endpoint: that was asked; None where only the checks were computed.
        left: how many pages the same command would ask a model about next.
        spend: None where no model was asked.
    """

    report: JudgeReport
    pages: tuple[JudgedPage, ...]
    endpoint: Endpoint | None
    left: int = 0
    spend: Spend | None = None
    interrupted: bool = False
    error: GeneratorError | None = None

    @property
    def needs_person(self) -> bool:
        """Whether a page could not be judged. A low score is no reason: it only sorts."""
        return bool(self.report.failed or self.report.notes or self.left)


@dataclass(frozen=True)
class JudgePlan:
    """What judging would do.

    Args:
        pages: how many pages were selected.
        known: how many of them need no call.
        estimate: None where no model is asked.
    """

    endpoint: Endpoint | None
    pages: int
    known: int
    estimate: Estimate | None
    notes: list[str] = field(default_factory=list)
