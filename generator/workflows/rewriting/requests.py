"""The requests and outcomes of ``rewrite``: plain values."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal

from generator.workflows.engine.noted_report import NotedReport
from generator.workflows.engine.plan_decisions import count_asked

if TYPE_CHECKING:
    from generator.content.states import DraftState, JobState
    from generator.errors import GeneratorError
    from generator.services import Endpoint
    from generator.store.ledger.drafts.rewritten_page import RewriteMode
    from generator.store.ledger.runs.calls import Spend
    from generator.workflows.drafting.drafter import DrafterReport
    from generator.workflows.engine.estimate import Estimate

RewriteDecision = Literal[
    "new",
    "resume",
    "redo",
    "busy",
    "batched",
    "drafted",
    "withdraw",
    "withdrawn",
    "canonical",
    "held_out",
    "skipped",
]
"""What planning does with a page; the model is asked for the first three. Another run is rewriting a busy one.

``drafted``: there is a rewrite of these bytes of the page, in any state. ``withdraw``: the page is proposed for
withdrawal. ``withdrawn``: a rule selects it, but it was withdrawn before. ``canonical``: a rule selects it, but search engines show another page in its place.
``held_out``: a rule selected a page that is held out for comparison. ``skipped``: it cannot
be rewritten.
"""
FIRST_PAGES = 5
"""How many of the pages to ask for a plan shows."""


@dataclass(frozen=True)
class PageListSource:
    """A list of pages.

    Args:
        source: a file, or an open stream of bytes.
        name: what messages call it.
        sheet: the sheet of a workbook; None for the first one.
    """

    source: Path | BinaryIO
    name: str
    sheet: str | None = None


@dataclass(frozen=True)
class PageSelection:
    """Which pages are rewritten: exactly one of the three is given.

    Args:
        names: ``subject/slug``, a slug, an address or a file.
        listed: a list of pages.
        rules: all pages with a finding of a rule with one of these codes.
    """

    names: tuple[str, ...] = ()
    listed: PageListSource | None = None
    rules: tuple[str, ...] = ()

    @property
    def is_clear(self) -> bool:
        """Whether exactly one way to select is given."""
        return bool(self.names) + (self.listed is not None) + bool(self.rules) == 1


@dataclass(frozen=True)
class RewriteRequest:
    """Pages to rewrite.

    Args:
        mode: ``repair`` keeps what is right; ``fresh`` writes the article as if there were none.
        note: what is to be changed in every page; empty for nothing.
        limit: the most pages to ask for; None for all. Those that are visited most come first.
        redo: ask again for pages that have a rewrite that nobody edited or approved, and for those whose rewrite was
            published and that have their earlier bytes again.
        argv, model, concurrency, max_cost, canary, check_claims: as in ``DraftRequest``.
    """

    pages: PageSelection
    mode: RewriteMode = "repair"
    note: str = ""
    limit: int | None = None
    redo: bool = False
    argv: tuple[str, ...] = ()
    model: str | None = None
    concurrency: int | None = None
    max_cost: float | None = None
    canary: bool | None = None
    check_claims: bool = False


@dataclass(frozen=True)
class ProposedWithdrawal:
    """A page that should be withdrawn rather than rewritten, by which rule, and why."""

    key: str
    code: str
    reason: str


@dataclass
class RewritePlan(NotedReport):
    """The decisions on the selected pages; a note for each page that a person should look at.

    Attributes:
        counts: pages by decision.
        before: pages with the decision ``drafted``, by the state of the draft; where there is none, of the job.
        rules: pages that are asked for, by the codes of their findings among the selected rules.
        first_pages: the keys of the first pages that are asked for.
        withdraw: the pages that are proposed for withdrawal.
        limited: whether planning ended at the limit of the request.
    """

    counts: Counter[RewriteDecision] = field(default_factory=Counter)
    before: Counter[DraftState | JobState] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    first_pages: list[str] = field(default_factory=list)
    withdraw: list[ProposedWithdrawal] = field(default_factory=list)
    limited: bool = False

    @property
    def to_ask(self) -> int:
        """For how many pages a run asks the model."""
        return count_asked(self.counts)

    @property
    def needs_person(self) -> bool:
        """Whether there are pages that only a person can decide on."""
        return bool(self.counts["skipped"] or self.withdraw)


@dataclass(frozen=True)
class RewritePlanOutcome:
    """What rewriting the pages would take."""

    endpoint: Endpoint
    plan: RewritePlan
    estimate: Estimate


@dataclass(frozen=True)
class RewriteOutcome:
    """The result of rewriting pages; the attributes are those of ``DraftOutcome``."""

    endpoint: Endpoint
    plan: RewritePlan
    drafted: DrafterReport | None
    left: int
    spend: Spend
    seconds: float
    interrupted: bool
    error: GeneratorError | None

    @property
    def needs_person(self) -> bool:
        """Whether there are pages or drafts that a person must look at."""
        unfinished = self.drafted is not None and bool(set(self.drafted.states) - {"drafted"})
        return self.plan.needs_person or unfinished
