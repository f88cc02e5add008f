"""The `batch status` and `batch cancel` commands: ask the provider for the status of batches, and cancel one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from generator.errors import UsageError
from generator.store.ledger.batches.rows import AT_PROVIDER
from generator.workflows.batch.incomplete import notes_on_incomplete
from generator.workflows.batch.lookup import named_batch, require_ledger
from generator.workflows.batch.requests import EVERY_SECONDS
from generator.workflows.batch.services import BatchServices
from generator.workflows.batch.session import run_batches

if TYPE_CHECKING:
    from collections.abc import Callable

    from generator.store.ledger.batches.rows import BatchRow
    from generator.workflows.batch.coordinator import BatchCoordinator
    from generator.workflows.engine.progress import Progress


@dataclass(frozen=True)
class StatusOutcome:
    """The status of all batches.

    Args:
        batches: with the status that was recorded last.
        waiting: the number of jobs that are not done, by state.
        passed_over: how many batches the provider does not know.
    """

    batches: Sequence[BatchRow]
    waiting: dict[str, int]
    passed_over: int = 0
    notes: Sequence[str] = field(default_factory=tuple)
    interrupted: bool = False

    @property
    def needs_person(self) -> bool:
        """Whether a batch is unknown to the provider, or has ended without all of its answers."""
        return self.passed_over > 0 or any(row.state == "incomplete" for row in self.batches)


@dataclass(frozen=True)
class CancelOutcome:
    """A batch after it was cancelled.

    Args:
        returned_to_queue: how many of its questions are planned again.
    """

    batch: BatchRow
    returned_to_queue: int


def batch_status(
    services: BatchServices,
    progress: Progress,
    *,
    watch: bool = False,
    every_seconds: float = EVERY_SECONDS,
    argv: Sequence[str] = (),
    on_wait: Callable[[list[BatchRow]], None] = lambda _: None,
) -> StatusOutcome:
    """Ask the provider for the status of its batches.

    Args:
        watch: repeat until no batch is running.
        every_seconds: the time between two repetitions.
        on_wait: is given the running batches before each wait.

    Raises:
        UsageError: nothing was ever sent, or there is no provider to ask.
        GeneratorError: the provider cannot be reached.
    """
    require_ledger(services)
    notes: list[str] = []
    interrupted, passed_over = False, 0
    if services.batches.all(AT_PROVIDER):
        endpoint = services.endpoint(needed_by="batch status")

        async def refresh(coordinator: BatchCoordinator) -> None:
            await coordinator.refresh()
            while watch and (running := coordinator.running()):
                on_wait(running)
                if not await coordinator.pause(every_seconds):
                    return
                await coordinator.refresh()

        with services.run("batch status", list(argv)) as run:
            done = run_batches(services, endpoint, run, progress, refresh)
        if done.interruption.error is not None:
            raise done.interruption.error
        report = done.session.coordinator.report
        notes += report.notes
        interrupted, passed_over = done.interruption.interrupted, report.passed_over
    rows = services.batches.all()
    notes += notes_on_incomplete(services.batches)
    return StatusOutcome(rows, services.ledger.jobs.count_open(), passed_over, notes, interrupted)


def cancel_batch(
    services: BatchServices, name: str, progress: Progress, *, argv: Sequence[str] = ()
) -> CancelOutcome:
    """Cancel a batch. If it has ended and answers are missing, no command waits for them any longer.

    Raises:
        UsageError: nothing was ever sent, no batch has this name, the batch is closed, or there is no provider to ask.
        GeneratorError: the provider cannot be reached.
    """
    require_ledger(services)
    batch = named_batch(services, name)
    if batch.state in ("collected", "cancelled"):
        raise UsageError(f"batch {batch.id} has ended already: {batch.state}")
    endpoint = None
    if batch.state in ("uploaded", *AT_PROVIDER):
        endpoint = services.endpoint(needed_by="batch cancel")
    with services.run("batch cancel", list(argv)) as run:
        done = run_batches(services, endpoint, run, progress, lambda coordinator: coordinator.cancel(batch))
    if done.interruption.error is not None:
        raise done.interruption.error
    return CancelOutcome(services.batches.get(batch.id), done.session.coordinator.report.returned_to_queue)
