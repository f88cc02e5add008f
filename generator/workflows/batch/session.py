"""Opens the batches of a ledger for one run: the coordinator, with the workflows whose jobs go by batch."""

from __future__ import annotations

from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from generator.errors import GeneratorError
from generator.store.ledger.storage.database import GroupCommit
from generator.workflows.batch.coordinator import BatchCoordinator
from generator.workflows.batch.replay_session import ReplaySession
from generator.workflows.batch.uploader import BatchUploader
from generator.workflows.claims.requests import CheckReport
from generator.workflows.claims.run import ClaimRun
from generator.workflows.drafting.drafter import Drafter
from generator.workflows.drafting.worker_tasks import make_worker_pool
from generator.workflows.engine.job_run import JobRun
from generator.workflows.engine.progress import NoProgress
from generator.workflows.engine.stopping.interrupts import Interruption, run_async
from generator.workflows.engine.stopping.stop_signal import Stopped
from generator.workflows.judge.requests import JudgeReport
from generator.workflows.judge.run import JudgeRun
from generator.workflows.near_questions.job_maker import KIND as NEAR_KIND
from generator.workflows.near_questions.pair_decider import PairDecider, PairReport
from generator.workflows.seo.proposer import Proposer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from generator.services import Endpoint
    from generator.store.ledger.runs.runs import Run
    from generator.workflows.batch.services import BatchServices
    from generator.workflows.engine.progress import Progress


@dataclass(frozen=True)
class BatchSession:
    """The coordinator of the batches, with the workflows whose jobs go by batch."""

    coordinator: BatchCoordinator
    drafter: Drafter
    proposer: Proposer
    claims: ClaimRun
    judge: JudgeRun
    pairs: PairReport


@asynccontextmanager
async def open_batches(
    services: BatchServices,
    endpoint: Endpoint | None,
    run: Run,
    *,
    on_progress: Callable[[str, int], None],
    progress: Progress | None = None,
) -> AsyncIterator[BatchSession]:
    """Open the batches for the length of the block.

    Args:
        endpoint: the provider of batches; None to only write and read files.
        on_progress: is given what is counted ("jobs" or "answers") and how many are done.
        progress: shows what the calls to the provider wait for.
    """
    commits = GroupCommit(services.database)
    attempts = services.settings.model.attempts
    replay = ReplaySession(services.batches, commits, run=run.id, attempts=attempts, now=services.now)
    async with AsyncExitStack() as stack:
        batched = services.ledger.jobs.count_open().get("batched", 0)
        workers = make_worker_pool(services, None, jobs=batched)
        if workers is not None:
            await stack.enter_async_context(workers)
        drafter = Drafter(services, replay, workers=workers)
        proposer = Proposer(services, replay)
        claims = ClaimRun(services, replay, CheckReport())
        judge = JudgeRun(services, replay, JudgeReport())
        pairs = PairDecider(services, replay, PairReport())
        uploader: BatchUploader | None = None
        if endpoint is not None:
            client = await stack.enter_async_context(services.batch_client(endpoint))
            uploader = BatchUploader(services, client, commits, progress)
        coordinator = BatchCoordinator(
            services,
            replay,
            uploader=uploader,
            handlers={
                "answer": drafter.draft,
                "rewrite": drafter.draft,
                "seo": proposer.propose,
                "claims": claims.check,
                "judge": judge.judge,
                NEAR_KIND: JobRun(replay, pairs.decide).handle,
            },
            on_progress=on_progress,
        )
        yield BatchSession(coordinator, drafter, proposer, claims, judge, pairs.report)


@dataclass(frozen=True)
class BatchPass:
    """One pass over the batches: its session, and what ended it early, if anything did."""

    session: BatchSession
    interruption: Interruption


def run_batches(
    services: BatchServices,
    endpoint: Endpoint | None,
    run: Run,
    progress: Progress,
    act: Callable[[BatchCoordinator], Awaitable[Any]],
) -> BatchPass:
    """Run a pass over the batches, so that Ctrl-C loses nothing.

    Args:
        endpoint: the provider of batches; None to only write and read files.
        act: does the pass.

    Returns:
        The pass; an error that ended it early is in its ``interruption``, not raised.
    """
    interruption = Interruption(progress.note)

    async def work() -> BatchSession:
        with progress.bar("batches") as show:
            async with open_batches(
                services,
                endpoint,
                run,
                on_progress=lambda what, done: show(done, text=what),
                progress=progress,
            ) as session:
                interruption.watch(session.coordinator)
                try:
                    await act(session.coordinator)
                except Stopped:
                    pass
                except GeneratorError as error:
                    interruption.error = error
                return session

    return BatchPass(run_async(work(), interruption), interruption)


def recover_files(services: BatchServices, run: Run, progress: Progress) -> None:
    """Finish or remove the request files that killed runs were writing, so that planning finds their questions.

    Raises:
        GeneratorError: a file could not be finished or removed.
        KeyboardInterrupt: Ctrl-C.
    """
    if services.batches.all(("writing",)):
        done = run_batches(services, None, run, NoProgress(), lambda coordinator: coordinator.recover())
        for note in done.session.coordinator.report.notes:
            progress.note(note)
        if done.interruption.error is not None:
            raise done.interruption.error
        if done.interruption.interrupted:
            raise KeyboardInterrupt
