"""What work on search fields is asked for and what it answers: plain values for the command line, the page and tests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from generator.content.seo.fields import FIELDS, SeoField

if TYPE_CHECKING:
    from generator.content.proposal_states import ProposalState
    from generator.errors import GeneratorError
    from generator.services import Endpoint
    from generator.store.ledger.calls import Spend
    from generator.workflows.engine.estimate import Estimate
    from generator.workflows.seo.planner import SeoPlan


@dataclass(frozen=True)
class SelectionRequest:
    """Which published articles are looked at, and which of their fields.

    Args:
        fields: the search fields to rewrite.
        targets: paths, addresses or slugs, in this order; None for the whole site.
        all_articles: also articles whose fields have no finding.
        rule: only what this rule finds.
        subject: only articles of this subject, by name.
        include_no_index: also pages that are never indexed.
    """

    fields: tuple[SeoField, ...] = FIELDS
    targets: Iterable[str] | None = None
    all_articles: bool = False
    rule: str | None = None
    subject: str | None = None
    include_no_index: bool = False


@dataclass(frozen=True)
class ProposeRequest:
    """Which articles get proposals, and from which model.

    Args:
        limit: ask about at most so many articles.
        redo: ask again for what has a proposal that nobody approved.
        model: overrides the settings.
        offline: use the offline writer, whatever key is set.
        concurrency: calls in flight; that of the settings by default.
        max_cost: US dollars that the run may cost.
        argv: what the command line named, as the ledger keeps it.
    """

    selection: SelectionRequest = field(default_factory=SelectionRequest)
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


@dataclass
class ProposerReport:
    """How many fields ended in which state, and how many articles the model could not be asked about."""

    states: Counter[ProposalState] = field(default_factory=Counter)
    articles: int = 0
    failed: int = 0


@dataclass(frozen=True)
class ProposedOutcome:
    """What became of the articles. ``proposed`` is None where nothing was asked.

    ``left`` counts the articles that the same command goes on with; ``error`` is what ended the run early.
    """

    endpoint: Endpoint
    plan: SeoPlan
    proposed: ProposerReport | None
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
        return self.plan.needs_person or unfinished


@dataclass(frozen=True)
class ApplyRequest:
    """Which proposals are put into their articles; by default the approved ones.

    Args:
        names: only those of these articles (``subject/slug`` or slug), approved or not.
        clean: the approved ones, and of those that nobody approved the ones without a finding.
        commit: commit the changed files in git.
        reviewer: whose decision it is; settings or git otherwise.
    """

    names: tuple[str, ...] = ()
    clean: bool = False
    commit: bool = False
    reviewer: str | None = None

    @property
    def states(self) -> tuple[ProposalState, ...]:
        """The states in which proposals are applied."""
        return ("proposed", "approved") if self.clean or self.names else ("approved",)


@dataclass
class ApplyReport:
    """What became of the files. ``changed`` were written now, ``confirmed`` held the text already."""

    changed: list[str] = field(default_factory=list)
    confirmed: list[str] = field(default_factory=list)
    fields: int = 0
    refused: list[str] = field(default_factory=list)
    left: int = 0
    """Proposals among the refused that stay as they are, to be applied once they may be."""
    offline: int = 0
    commit: str | None = None
    commit_error: str | None = None
    uncommitted: list[str] = field(default_factory=list)
    """Files that held other changes before and are left for a person to commit."""


@dataclass(frozen=True)
class ApplyOutcome:
    """What was applied, or would be. ``not_clean`` are lines on proposals left because of their warnings."""

    report: ApplyReport
    not_clean: list[str]

    @property
    def needs_person(self) -> bool:
        """Whether proposals were refused, or files are left to be committed."""
        return bool(self.report.refused or self.report.uncommitted or self.report.commit_error)
