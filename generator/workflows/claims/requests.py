"""The requests and outcomes of checking claims: plain values."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from generator.content.claims.verdict import VerdictName
from generator.workflows.engine.noted_report import NotedReport
from generator.workflows.pages.requests import PagesRequest

if TYPE_CHECKING:
    from generator.errors import GeneratorError
    from generator.services import Endpoint
    from generator.store.ledger.runs.calls import Spend
    from generator.workflows.engine.estimate import Estimate


@dataclass(frozen=True, kw_only=True)
class CheckRequest(PagesRequest):
    """Which pages are checked, and how.

    Args:
        rules_only: ask no model.
        offline: ask the offline model, even if a key is set.
    """

    rules_only: bool = False
    offline: bool = False


@dataclass(kw_only=True)
class CheckReport(NotedReport):
    """What checking found.

    Args:
        pages: how many pages were checked.
        verdicts: how many claims have which verdict.
        dropped: how many claims of a model were dropped, because their words are not in the text.
        lowered: how many verdicts of a model were lowered, because their quotation is not in the passage.
        failed: how many pages a model gave no usable reply for.
        contradicted: the pages with a claim that a source contradicts, by name.
    """

    pages: int = 0
    verdicts: Counter[VerdictName] = field(default_factory=Counter)
    dropped: int = 0
    lowered: int = 0
    failed: int = 0
    contradicted: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class CheckOutcome:
    """The result of checking claims.

    Args:
        endpoint: that was asked; None where rules alone checked.
        left: how many pages the same command would ask a model about next.
        spend: None where no model was asked.
    """

    report: CheckReport
    endpoint: Endpoint | None
    left: int
    spend: Spend | None
    interrupted: bool = False
    error: GeneratorError | None = None

    @property
    def needs_person(self) -> bool:
        """Whether a claim is contradicted or doubtful, or a page could not be checked."""
        report = self.report
        found = report.verdicts["contradicted"] + report.verdicts["doubtful"]
        return bool(found or report.failed or report.notes or self.left)


@dataclass(frozen=True)
class CheckPlan:
    """What checking claims would do.

    Args:
        endpoint: that would be asked; None where rules alone would check.
        pages: how many pages were selected.
        known: how many of them need no call.
        estimate: None where no model would be asked.
    """

    endpoint: Endpoint | None
    pages: int
    known: int
    estimate: Estimate | None
    notes: list[str] = field(default_factory=list)
