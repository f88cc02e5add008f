"""Asks the model live for the drafts of planned jobs: of the questions of a list, or of pages that are rewritten."""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from generator.content.display import tally
from generator.errors import GeneratorError
from generator.workflows.claims.while_drafting import open_claim_check
from generator.workflows.drafting.drafter import Drafter, DrafterReport
from generator.workflows.drafting.worker_tasks import PooledSender, make_worker_pool
from generator.workflows.engine.live_session import LiveSession
from generator.workflows.engine.watch.failure_watch import canary_size
from generator.workflows.engine.watch.run_monitor import MonitoredJobs, monitor_run
from generator.workflows.ports import (
    HasClaims,
    HasCorpus,
    HasDrafts,
    HasEndpoints,
    HasExaminers,
    HasLedger,
    HasModel,
    HasPrompts,
    HasProposals,
    HasSettings,
)

if TYPE_CHECKING:
    from generator.services import Endpoint
    from generator.store.ledger.runs.runs import Run
    from generator.workflows.engine.progress import Progress
    from generator.workflows.engine.stopping.interrupts import Interruption


class LiveDraftServices(
    HasSettings,
    HasLedger,
    HasDrafts,
    HasClaims,
    HasCorpus,
    HasProposals,
    HasPrompts,
    HasEndpoints,
    HasExaminers,
    HasModel,
    Protocol,
):
    """What drafting planned jobs live takes."""


class LiveRequest(Protocol):
    """A request whose jobs are drafted live; the attributes are those of ``DraftRequest``."""

    @property
    def concurrency(self) -> int | None: ...
    @property
    def max_cost(self) -> float | None: ...
    @property
    def canary(self) -> bool | None: ...
    @property
    def check_claims(self) -> bool: ...


@dataclass(frozen=True)
class JobsToDraft:
    """The planned jobs of a run.

    Args:
        kind: of the jobs, which is also the name of their prompt.
        items: what they are about, in the plural, for messages.
        total: how many there are.
        options: the request, which says how they are drafted.
        only_canary: draft no more of them than the canary has; the rest goes by batch, for example.
    """

    kind: str
    items: str
    total: int
    endpoint: Endpoint
    run: Run
    options: LiveRequest
    only_canary: bool = False


async def draft_live(
    services: LiveDraftServices, jobs: JobsToDraft, progress: Progress, interruption: Interruption
) -> DrafterReport:
    """Draft the planned jobs of a run; what ended it early is in ``interruption``."""
    options, endpoint = jobs.options, jobs.endpoint
    concurrency = options.concurrency or services.settings.model.concurrency
    monitored = MonitoredJobs(jobs.kind, (jobs.kind,), jobs.items, jobs.total, options.canary)
    shown = canary_size(jobs.total) if jobs.only_canary else jobs.total
    async with AsyncExitStack() as stack:
        show = stack.enter_context(progress.bar("drafting"))
        show(0, shown)
        workers = make_worker_pool(services, endpoint, jobs=shown, concurrency=concurrency)
        sender: PooledSender | None = None
        if workers is not None:
            await stack.enter_async_context(workers)
            sender = PooledSender.for_endpoint(services, endpoint, workers, concurrency=concurrency)
        session = LiveSession(
            services,
            endpoint,
            jobs.run,
            concurrency=concurrency,
            max_cost=options.max_cost,
            sender=sender,
            progress=progress,
        )
        await stack.enter_async_context(session)
        claims = None
        if options.check_claims:
            claims = await stack.enter_async_context(
                open_claim_check(
                    services,
                    session,
                    endpoint,
                    concurrency=concurrency,
                    max_cost=options.max_cost,
                    progress=progress,
                )
            )
        drafter = Drafter(
            services,
            session,
            workers=workers,
            claims=claims,
            on_done=lambda done: show(done.done, shown, tally(done.states, session.budget.spent)),
            monitor=monitor_run(services, session, endpoint, monitored, progress.note),
            only_canary=jobs.only_canary,
        )
        interruption.watch(session.stop)
        try:
            await drafter.run(concurrency)
        except GeneratorError as error:
            interruption.error = error
        drafter.report.notes += session.client.notes
        return drafter.report
