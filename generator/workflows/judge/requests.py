"""The requests and outcomes of judging pages: plain values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from generator.workflows.engine.noted_report import NotedReport
from generator.workflows.pages.requests import PagesRequest

if TYPE_CHECKING:
    from generator.content.judging.checks_score import ChecksScore
    from generator.errors import GeneratorError
    from generator.services import Endpoint
    from generator.store.ledger.runs.calls import Spend
    from generator.store.ledger.scores import ScoreRow
    from generator.workflows.engine.estimate import Estimate


@dataclass(frozen=True, kw_only=True)
class JudgeRequest(PagesRequest):
    """Which pages are judged, and how.

    Args:
        checks_only: ask no model.
    """

    checks_only: bool = False


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
