"""The requests and outcomes of comparing two sides: plain values."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from generator.workflows.engine.noted_report import NotedReport

if TYPE_CHECKING:
    from generator.errors import GeneratorError
    from generator.store.ledger.runs.calls import Spend
    from generator.workflows.compare.case_pairs import CasePair
    from generator.workflows.compare.statistics import MeasuredDifference
    from generator.workflows.engine.estimate import Estimate
    from generator.workflows.golden.golden_set import GoldenCase


@dataclass(frozen=True)
class SideRequest:
    """One of the two sides.

    Args:
        prompts: the folder of its prompts; None for that of the settings.
        model: asked instead of the model of the settings; None for that one.
    """

    prompts: Path | None = None
    model: str | None = None


@dataclass(frozen=True)
class CompareRequest:
    """What is compared, and how.

    Args:
        golden: the file of the golden set.
        limit: only the first cases; None for all.
        offline: use the offline model for both sides, even where a key is set.
        check_claims: check the claims of every draft.
        judge: have a model say which draft of a pair is better.
        judge_model: that model; None for the model of the settings.
        max_cost: US dollars that the run may cost; None for no cap.
        concurrency: the most calls in flight; None for the setting.
        canary: as in ``DraftRequest``.
        seed: of the bootstrap, and of the order within exported pairs.
        html, export: where the report and the blind pairs are written; None for nowhere.
        argv: the command line, as the ledger stores it.
    """

    golden: Path
    a: SideRequest = SideRequest()
    b: SideRequest = SideRequest()
    limit: int | None = None
    offline: bool = False
    check_claims: bool = False
    judge: bool = False
    judge_model: str | None = None
    max_cost: float | None = None
    concurrency: int | None = None
    canary: bool | None = None
    seed: int = 0
    html: Path | None = None
    export: Path | None = None
    argv: tuple[str, ...] = ()


@dataclass(frozen=True)
class SideName:
    """What a side is, for a person: the folder of its prompts with the beginning of their hash, and its model."""

    letter: str
    prompts: str
    prompt_hash: str
    model: str

    def __str__(self) -> str:
        return f"{self.prompts} ({self.prompt_hash[:8]}), {self.model}"


@dataclass(frozen=True)
class StageEstimate:
    """What one stage of a comparison would take.

    Args:
        model: that is asked.
        recorded: how many of its results are in the ledger already.
    """

    stage: str
    model: str
    recorded: int
    estimate: Estimate


@dataclass(frozen=True)
class ComparePlan:
    """What a comparison would take, stage by stage."""

    cases: int
    a: SideName
    b: SideName
    stages: tuple[StageEstimate, ...]

    @property
    def typical(self) -> int | None:
        """The expected cost of all stages in nano-dollars; None where a price is not known."""
        return _sum([stage.estimate.typical for stage in self.stages])

    @property
    def most(self) -> int | None:
        """The upper bound of the cost, without retries; None where a price is not known."""
        return _sum([stage.estimate.most for stage in self.stages])


@dataclass(kw_only=True)
class CompareReport(NotedReport):
    """What a comparison found.

    Args:
        cases: of the golden set.
        pairs: the cases that both sides have drafted, with their drafts.
        differences: of everything that was measured.
        created_at: as the ledger stores times.
        preferences: how many pairs have which result; empty where no model was asked.
        longer_preferred: in how many of the decided pairs the preferred draft is the longer one.
        unexamined: how many checks of claims and judgements of pairs failed.
    """

    a: SideName
    b: SideName
    cases: tuple[GoldenCase, ...]
    created_at: str
    pairs: tuple[CasePair, ...] = ()
    differences: tuple[MeasuredDifference, ...] = ()
    preferences: dict[str, int] = field(default_factory=dict)
    longer_preferred: int = 0
    unexamined: int = 0

    @property
    def is_complete(self) -> bool:
        """Whether every case was drafted by both sides and examined."""
        return len(self.pairs) == len(self.cases) and not self.unexamined

    @property
    def worse(self) -> tuple[MeasuredDifference, ...]:
        """The criteria in which B is clearly worse: their whole interval is on the wrong side of 0."""
        return tuple(each for each in self.differences if each.is_criterion and each.verdict == "worse")


@dataclass(frozen=True)
class CompareOutcome:
    """The result of a comparison.

    Args:
        left: how many jobs the same command would ask for next.
        spend: the cost of this run alone.
        error: what ended the run early; None where nothing did.
    """

    report: CompareReport
    left: int
    spend: Spend
    interrupted: bool = False
    error: GeneratorError | None = None


def _sum(costs: list[int | None]) -> int | None:
    known = [cost for cost in costs if cost is not None]
    return sum(known) if len(known) == len(costs) else None
