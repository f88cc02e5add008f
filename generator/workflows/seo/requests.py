"""The requests and outcomes of the ``seo`` commands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from generator.content.seo.fields import FIELDS, SeoField

if TYPE_CHECKING:
    from generator.content.seo.proposal_states import ProposalState
    from generator.errors import GeneratorError
    from generator.services import Endpoint
    from generator.store.ledger.runs.calls import Spend
    from generator.workflows.engine.estimate import Estimate
    from generator.workflows.seo.planner import SeoPlan

SelectionOrder = Literal["path", "opportunity"]
"""The order in which pages are selected: by their names, or by the clicks that they miss."""


@dataclass(frozen=True)
class SelectionRequest:
    """Which published articles are selected, and which of their fields.

    Args:
        fields: the search fields to rewrite.
        targets: paths, addresses or slugs in the order of the work; None for the whole site.
        all_articles: also select articles whose fields have no finding.
        rule: select only fields with a finding of this rule.
        subject: select only articles of this subject, by name.
        include_no_index: also select pages that search engines never index.
        by: ``opportunity`` selects only pages that search data shows with fewer clicks than is usual at their position,
            those that miss most first, also where no field has a finding.
        hold_out: the share of these pages, 0 to 1, that is left alone at random, to be compared with; None for none.
    """

    fields: tuple[SeoField, ...] = FIELDS
    targets: Iterable[str] | None = None
    all_articles: bool = False
    rule: str | None = None
    subject: str | None = None
    include_no_index: bool = False
    by: SelectionOrder = "path"
    hold_out: float | None = None


@dataclass(frozen=True)
class ProposeRequest:
    """Which articles get proposals, and from which model.

    Args:
        limit: the most articles to ask about; None for no limit.
        redo: ask again for fields that have a proposal that nobody approved.
        model: the model; None for that of the settings.
        offline: use the offline model even if an API key is set.
        concurrency: the most calls at the same time; None for that of the settings.
        max_cost: the most US dollars that the run may cost; None for no cap.
        argv: the arguments of the command, as the ledger records them.
        canary: as that of a ``DraftRequest``.
    """

    selection: SelectionRequest = field(default_factory=SelectionRequest)
    limit: int | None = None
    redo: bool = False
    model: str | None = None
    offline: bool = False
    concurrency: int | None = None
    max_cost: float | None = None
    argv: tuple[str, ...] = ()
    canary: bool | None = None


@dataclass(frozen=True)
class SeoPlanOutcome:
    """The plan for new search fields and its estimated cost."""

    endpoint: Endpoint
    plan: SeoPlan
    estimate: Estimate


@dataclass
class ProposerReport:
    """The number of fields by final state, of articles that were completed, and of articles whose job failed."""

    states: Counter[ProposalState] = field(default_factory=Counter)
    articles: int = 0
    failed: int = 0


@dataclass(frozen=True)
class ProposedOutcome:
    """The result of a run.

    ``proposed`` is None if no model call was planned. ``left`` counts the articles that the same command continues
    with when it runs again, ``taken`` those that another run has taken over. ``error`` is the reason if the run ended early.
    """

    endpoint: Endpoint
    plan: SeoPlan
    proposed: ProposerReport | None
    left: int
    taken: int
    spend: Spend
    seconds: float
    interrupted: bool
    error: GeneratorError | None

    @property
    def needs_person(self) -> bool:
        """Whether a person must look at an article or a proposal."""
        report = self.proposed
        has_failures = report is not None and bool(report.failed or report.states["needs_fix"])
        return self.plan.needs_person or has_failures


@dataclass(frozen=True)
class ApplyRequest:
    """Which proposals are written into their articles; by default the approved ones.

    Args:
        names: the proposals of these articles (``subject/slug`` or slug), approved or not.
        clean: the approved proposals, and the proposed ones without a finding.
        seen: only these proposals, each by its id and with the lock that a reviewer saw; None for all.
        commit: commit the changed files in git.
        branch: commit the changes to this branch for a preview; no file and no proposal changes.
        despite_git: write even if the branch is behind its remote or files have uncommitted changes of others.
        reviewer: the person who decides; None for the name from the settings or git.
    """

    names: tuple[str, ...] = ()
    clean: bool = False
    seen: Mapping[int, int] | None = None
    commit: bool = False
    branch: str | None = None
    despite_git: bool = False
    reviewer: str | None = None

    @property
    def states(self) -> tuple[ProposalState, ...]:
        """The states in which proposals are applied."""
        return ("proposed", "approved") if self.clean or self.names else ("approved",)


@dataclass
class ApplyReport:
    """The result for the files. ``changed`` were written now. ``confirmed`` had the text already.

    ``fields`` counts the applied proposals, ``offline`` those of them with a text of the offline model. ``refused`` has
    a line for each proposal or file that was not changed.
    """

    changed: list[str] = field(default_factory=list)
    confirmed: list[str] = field(default_factory=list)
    fields: int = 0
    refused: list[str] = field(default_factory=list)
    left: int = 0
    """How many refused proposals keep their state, to be applied when the settings allow it."""
    offline: int = 0
    commit: str | None = None
    commit_error: str | None = None
    uncommitted: list[str] = field(default_factory=list)
    """Files that had other uncommitted changes before. A person must commit them."""
    branch: str | None = None
    """The branch that got the changes for a preview; None where files were written."""


@dataclass(frozen=True)
class ApplyOutcome:
    """The result of applying, or of a preview. ``not_clean`` has lines on proposals skipped because of warnings."""

    report: ApplyReport
    not_clean: list[str]

    @property
    def needs_person(self) -> bool:
        """Whether proposals were refused, or a person must commit files."""
        return bool(self.report.refused or self.report.uncommitted or self.report.commit_error)
