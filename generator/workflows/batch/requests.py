"""What work by batch is asked for and what it answers: plain values for the command line, the page and tests."""

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
    from generator.workflows.drafting.drafter import DrafterReport
    from generator.workflows.seo.requests import ProposerReport

EVERY_SECONDS = 60.0
"""Between two looks at a provider's batches."""


@dataclass(frozen=True)
class SentOutcome:
    """What was sent of a list, or written to files.

    ``rows`` counts the rows of the list by what became of them; ``ordered`` the jobs that are to go by batch;
    ``error`` is what ended the sending early.
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
    """Answers in the Batch API's output format: a file or an open stream of bytes, and what messages call it."""

    source: Path | BinaryIO
    name: str

    @contextmanager
    def lines(self) -> Iterator[BinaryIO]:
        """The lines; a file is open for the length of the block."""
        if isinstance(self.source, Path):
            with self.source.open("rb") as file:
                yield file
        else:
            yield self.source


@dataclass(frozen=True)
class LiveRepairRequest:
    """Asks at once, at the full price, for what needs another reply.

    Args:
        concurrency: calls in flight; that of the settings by default.
        max_cost: US dollars that this may cost.
    """

    concurrency: int | None = None
    max_cost: float | None = None


@dataclass(frozen=True)
class CollectRequest:
    """Which answers to take in.

    Args:
        names: batches, by the provider's id or the number here; all outstanding ones by default.
        every_seconds: look again and again until nothing is outstanding; None to look once.
        repair_live: ask live for what needs another reply, instead of sending another batch.
        max_cost: a new cap in US dollars for each order; without ``repair_live``.
    """

    names: tuple[str, ...] = ()
    every_seconds: float | None = None
    repair_live: LiveRepairRequest | None = None
    max_cost: float | None = None
    argv: tuple[str, ...] = ()


@dataclass(frozen=True)
class CollectedOutcome:
    """What came of the answers taken in. ``outstanding`` counts the batches that are not collected."""

    report: BatchReport
    drafts: DrafterReport
    proposals: ProposerReport
    outstanding: int
    interrupted: bool
    error: GeneratorError | None

    @property
    def needs_person(self) -> bool:
        """Whether something is left that a person must look at."""
        report, read = self.report, self.report.recording
        return bool(
            set(self.drafts.states) - {"drafted"}
            or self.proposals.states["needs_fix"]
            or self.proposals.failed
            or report.returned_to_queue
            or report.refused
            or report.passed_over
            or read.malformed
            or read.unknown
        )
