"""The requests and outcomes of the batch workflows: plain values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from generator.errors import GeneratorError
    from generator.services import Endpoint
    from generator.workflows.batch.report import BatchReport
    from generator.workflows.claims.requests import CheckReport
    from generator.workflows.drafting.drafter import DrafterReport
    from generator.workflows.judge.requests import JudgeReport
    from generator.workflows.near_questions.pair_decider import PairReport
    from generator.workflows.seo.requests import ProposerReport

EVERY_SECONDS = 60.0
"""Seconds between two questions to the provider for the status of its batches."""


@dataclass(frozen=True)
class SentOutcome:
    """What was sent of a list, or written to files.

    Args:
        rows: the number of rows of the list by kind.
        ordered: how many jobs are to go by batch.
        error: the error that ended the sending early.
    """

    endpoint: Endpoint
    report: BatchReport
    rows: Mapping[str, int] = field(default_factory=dict)
    ordered: int = 0
    needs_person: bool = False
    interrupted: bool = False
    error: GeneratorError | None = None


@dataclass(frozen=True)
class AnswerSource:
    """Answers in the Batch API's output format.

    Args:
        source: a file, or an open stream of bytes.
        name: what messages call it.
    """

    source: Path | BinaryIO
    name: str

    @contextmanager
    def lines(self) -> Iterator[BinaryIO]:
        """The lines of the source; a file is closed at the end of the block."""
        if isinstance(self.source, Path):
            with self.source.open("rb") as file:
                yield file
        else:
            yield self.source


@dataclass(frozen=True)
class LiveRepairRequest:
    """Asks the model live, at the full price, for the next replies of jobs that came back.

    Args:
        concurrency: calls in flight; None for that of the settings.
        max_cost: the cap in US dollars; None for no cap.
        canary: False to go on also where nearly all jobs end with the same failure.
    """

    concurrency: int | None = None
    max_cost: float | None = None
    canary: bool = True


@dataclass(frozen=True)
class CollectRequest:
    """Which answers to collect.

    Args:
        names: batches, by the provider's id or the number in the ledger; empty for all outstanding ones.
        every_seconds: repeat after so many seconds until no batch is outstanding; None for one pass.
        repair_live: ask live for further replies, instead of sending follow-up batches.
        max_cost: a new cap in US dollars for each order; ignored with ``repair_live``.
        canary: False to ask for further replies also where nearly all answers failed alike.
    """

    names: tuple[str, ...] = ()
    every_seconds: float | None = None
    repair_live: LiveRepairRequest | None = None
    max_cost: float | None = None
    canary: bool = True
    argv: tuple[str, ...] = ()


@dataclass(frozen=True)
class CollectedOutcome:
    """The results of the collected answers.

    Args:
        outstanding: how many batches are not collected.
        error: the error that ended the work early.
    """

    report: BatchReport
    drafts: DrafterReport
    proposals: ProposerReport
    claims: CheckReport
    judge: JudgeReport
    pairs: PairReport
    outstanding: int
    interrupted: bool
    error: GeneratorError | None

    @property
    def needs_person(self) -> bool:
        """Whether a person must look at something."""
        report, read = self.report, self.report.recording
        return bool(
            set(self.drafts.states) - {"drafted"}
            or self.proposals.states["needs_fix"]
            or self.proposals.failed
            or self.claims.failed
            or self.judge.failed
            or self.claims.verdicts["contradicted"]
            or self.claims.verdicts["doubtful"]
            or report.returned_to_queue
            or report.refused
            or report.passed_over
            or read.malformed
            or read.unknown
        )
