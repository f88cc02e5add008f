"""What proposing search fields is asked for and what it answers: plain values for the command line, the page and tests."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.content.seo import FIELDS, SeoField

if TYPE_CHECKING:
    from generator.errors import GeneratorError
    from generator.services import Endpoint
    from generator.store.ledger.calls import Spend
    from generator.workflows.engine.estimate import Estimate
    from generator.workflows.seo.planner import SeoPlan
    from generator.workflows.seo.proposer import ProposingReport


@dataclass(frozen=True)
class ProposeRequest:
    """Which articles get proposals, and from which model.

    Args:
        fields: the search fields to rewrite.
        targets: paths, addresses or slugs, in this order; None for the whole site.
        every: also articles whose fields have no finding.
        rule: only what this rule finds.
        subject: only articles of this subject, by name.
        include_no_index: also pages that are never indexed.
        limit: ask about at most so many articles.
        redo: ask again for what has a proposal that nobody approved.
        concurrency: calls in flight; that of the settings by default.
        max_cost: US dollars that the run may cost.
    """

    fields: tuple[SeoField, ...] = FIELDS
    targets: Iterable[str] | None = None
    every: bool = False
    rule: str | None = None
    subject: str | None = None
    include_no_index: bool = False
    limit: int | None = None
    redo: bool = False
    model: str | None = None
    offline: bool = False
    concurrency: int | None = None
    max_cost: float | None = None
    argv: tuple[str, ...] = ()


@dataclass(frozen=True)
class SeoPlanOutcome:
    """What new search fields would take."""

    endpoint: Endpoint
    plan: SeoPlan
    estimate: Estimate


@dataclass(frozen=True)
class ProposedOutcome:
    """What became of the articles. ``proposed`` is None where nothing was asked.

    ``left`` counts the articles that the same command goes on with; ``error`` is what ended the run early.
    """

    endpoint: Endpoint
    plan: SeoPlan
    proposed: ProposingReport | None
    left: int
    spend: Spend
    seconds: float
    interrupted: bool
    error: GeneratorError | None

    @property
    def needs_person(self) -> bool:
        """Whether articles or proposals are left that a person must look at."""
        done = self.proposed
        unfinished = done is not None and bool(done.failed or done.states["needs_fix"])
        return bool(self.plan.counts["missing"] or self.plan.skipped["cannot be read"]) or unfinished
