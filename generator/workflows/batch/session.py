"""The batches of a ledger, worked on by one run: the coordinator with the workflows whose jobs go by batch."""

from __future__ import annotations

from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from generator.errors import GeneratorError, UsageError
from generator.model.endpoint_profile import EndpointProfiles
from generator.model.retries import RetryPolicy
from generator.model.transport import endpoint_name
from generator.store.ledger.database import GroupCommit
from generator.store.output_folder import BATCHES
from generator.workflows.batch.coordinator import BatchCoordinator
from generator.workflows.batch.replay_session import ReplaySession
from generator.workflows.batch.uploader import BatchUploader
from generator.workflows.drafting.drafter import Drafter
from generator.workflows.drafting.worker_tasks import make_worker_pool
from generator.workflows.engine.interrupts import Interruption, run_async
from generator.workflows.engine.progress import NoProgress
from generator.workflows.ports import (
    HasBatches,
    HasCorpus,
    HasDraftFiles,
    HasDrafts,
    HasEndpoints,
    HasLedger,
    HasModel,
    HasPrompts,
    HasProposals,
    HasRuns,
    HasSettings,
)
from generator.workflows.seo.proposer import Proposer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from generator.services import Endpoint
    from generator.store.ledger.runs import Run
    from generator.workflows.engine.progress import Progress


class BatchServices(
    HasSettings,
    HasLedger,
    HasRuns,
    HasDrafts,
    HasProposals,
    HasBatches,
    HasCorpus,
    HasPrompts,
    HasEndpoints,
    HasModel,
    Protocol,
):
    """What work by batch takes."""


class ListBatchServices(
    HasSettings,
    HasLedger,
    HasRuns,
    HasDrafts,
    HasDraftFiles,
    HasProposals,
    HasBatches,
    HasCorpus,
    HasPrompts,
    HasEndpoints,
    HasModel,
    Protocol,
):
    """What work by batch takes that also plans a list or restores its draft files."""


@dataclass(frozen=True)
class BatchSession:
    """Batches with the two workflows whose jobs go by them."""

    coordinator: BatchCoordinator
    drafter: Drafter
    proposer: Proposer


@asynccontextmanager
async def open_batches(
    services: BatchServices, endpoint: Endpoint | None, run: Run, *, on_progress: Callable[[str, int], None]
) -> AsyncIterator[BatchSession]:
    """What goes by batch, for the length of the block; without an endpoint, files alone."""
    memory, settings = services.endpoint_memory(), services.settings
    commits = GroupCommit(services.database)
    replay = ReplaySession(
        services.batches, commits, run=run.id, attempts=settings.model.attempts, now=services.now
    )
    async with AsyncExitStack() as stack:
        waiting = services.ledger.jobs.count_open().get("batched", 0)
        workers = make_worker_pool(services, None, jobs=waiting)
        if workers is not None:
            await stack.enter_async_context(workers)
        drafter = Drafter(services, replay, workers=workers)
        proposer = Proposer(services, replay)
        uploader: BatchUploader | None = None
        if endpoint is not None:
            uploader = BatchUploader(
                client=await stack.enter_async_context(services.batch_client(endpoint)),
                batches=services.batches,
                commits=commits,
                policy=RetryPolicy(attempts=settings.model.attempts),
                rng=services.random(),
                sleep=services.sleep,
                now=services.now,
            )
        address = endpoint_name(endpoint.base_url) if endpoint else ""
        coordinator = BatchCoordinator(
            services.batches,
            replay,
            uploader=uploader,
            handlers={"answer": drafter.draft, "seo": proposer.propose},
            folder=settings.output_dir / BATCHES,
            price_of=settings.price_of,
            profiles=EndpointProfiles(address, memory),
            save_profiles=memory.flush,
            sleep=services.sleep,
            on_progress=on_progress,
        )
        yield BatchSession(coordinator, drafter, proposer)


@dataclass(frozen=True)
class BatchPass:
    """One pass over the batches: the session it used, and whether it went through."""

    session: BatchSession
    interruption: Interruption


def run_batches(
    services: BatchServices,
    endpoint: Endpoint | None,
    run: Run,
    progress: Progress,
    act: Callable[[BatchCoordinator], Awaitable[Any]],
) -> BatchPass:
    """Do something with the batches, so that Ctrl-C loses nothing. What ends it early stands in the interruption."""
    interruption = Interruption(progress.note)

    async def work() -> BatchSession:
        with progress.bar("batches") as show:
            async with open_batches(
                services, endpoint, run, on_progress=lambda what, done: show(done, text=what)
            ) as session:
                interruption.watch(session.coordinator)
                try:
                    await act(session.coordinator)
                except GeneratorError as error:
                    interruption.error = error
                return session

    return BatchPass(run_async(work(), interruption), interruption)


def recover_files(services: BatchServices, run: Run, progress: Progress) -> None:
    """Finish or undo the request files that a killed run was writing, so that planning finds their questions.

    Raises:
        GeneratorError: what kept it from doing so.
    """
    if services.batches.all(("writing",)):
        done = run_batches(services, None, run, NoProgress(), lambda coordinator: coordinator.recover())
        for note in done.session.coordinator.report.notes:
            progress.note(note)
        if done.interruption.error is not None:
            raise done.interruption.error


def require_provider(endpoint: Endpoint, what: str) -> None:
    """Refuse the offline writer, which has no batches.

    Raises:
        UsageError: ``endpoint`` is the offline writer; ``what`` names the command or option that needs another.
    """
    if endpoint.backend == "offline":
        raise UsageError(f"{what} needs a real endpoint: set the API key, or model.base_url in config.yaml")
