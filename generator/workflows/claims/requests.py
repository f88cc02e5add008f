"""The requests and outcomes of checking claims: plain values."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from generator.content.claims.verdict import VerdictName
from generator.workflows.engine.noted_report import NotedReport

if TYPE_CHECKING:
    from generator.content.states import DraftState
    from generator.errors import GeneratorError
    from generator.services import Endpoint
    from generator.store.ledger.calls import Spend
    from generator.store.ledger.claims import ClaimRow


@dataclass(frozen=True)
class CheckRequest:
    """Which pages are checked, and how.

    Args:
        names: drafts; a published one stands for its file.
        states: all drafts in these states.
        published: files, subject folders or the content folder.
        rules_only: ask no model.
        offline: ask the offline model, even if a key is set.
        model: checks the claims, instead of the model of the settings.
        max_cost: US dollars that the run may cost; None for no cap.
        concurrency: the most calls in flight; None for the setting.
        canary: as in ``DraftRequest``.
        argv: the command line, as the ledger stores it.
    """

    names: tuple[str, ...] = ()
    states: tuple[DraftState, ...] = ()
    published: tuple[Path, ...] = ()
    rules_only: bool = False
    offline: bool = False
    model: str | None = None
    max_cost: float | None = None
    concurrency: int | None = None
    canary: bool | None = None
    argv: tuple[str, ...] = ()


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
class PageClaims:
    """The claims of one page, as they are in its text now."""

    name: str
    claims: tuple[ClaimRow, ...]
