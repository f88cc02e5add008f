"""Asks the models for the drafts of a comparison. A draft becomes no row of the queue; its replies are all that is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.content.display import dollars
from generator.model.transport import endpoint_name
from generator.store.ledger.runs.health import HealthKey
from generator.store.ledger.storage.hashes import hash_of
from generator.workflows.compare.planner import KIND
from generator.workflows.drafting.writer import DraftWriter
from generator.workflows.engine.job_run import JobRun
from generator.workflows.engine.watch.failure_watch import FailureWatch
from generator.workflows.engine.watch.run_monitor import RunMonitor

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from generator.content.states import DraftState, JobState
    from generator.store.ledger.runs.jobs import Job
    from generator.workflows.compare.sessions import Sessions
    from generator.workflows.compare.sides import Side
    from generator.workflows.engine.job_outcome import JobOutcome

_JOB_STATES: dict[DraftState, JobState] = {
    "drafted": "done",
    "needs_fix": "needs_fix",
    "refused": "refused",
    "failed": "failed",
}


class ComparisonDrafts:
    """Drafts the planned jobs of a comparison, both sides at once.

    Args:
        side_of: the side of each job, by its id.
        monitor: stops the run where nearly all drafts fail alike.
        on_done: is called after each draft.
    """

    def __init__(
        self,
        sessions: Sessions,
        side_of: Mapping[int, Side],
        monitor: RunMonitor,
        on_done: Callable[[], None],
    ) -> None:
        self._session = sessions.first
        self._side_of = side_of
        self._on_done = on_done
        self._writers = {
            side.name.letter: DraftWriter(side, sessions.of(side.endpoint)) for side in side_of.values()
        }
        self._jobs = JobRun(self._session, self._draft, monitor)

    async def run(self, concurrency: int) -> None:
        """Draft every job of the run. Raises as :meth:`JobRun.run`."""
        await self._jobs.run(concurrency)

    async def _draft(self, job: Job) -> JobOutcome:
        result = await self._writers[self._side_of[job.id].name.letter].write(job)
        session = self._session
        await session.commits.run(
            lambda: session.ledger.jobs.end(
                job.id, _JOB_STATES[result.state], key=None, reason=result.reason, now=session.now()
            )
        )
        self._on_done()
        return result.outcome


def monitor_comparison(
    sessions: Sessions, sides: Sequence[Side], total: int, canary: bool | None, note: Callable[[str], None]
) -> RunMonitor:
    """The monitor of both sides together.

    Its key is that of no job, so that the run has no health of its own: two prompts or models have no common one.
    """
    session, first = sessions.first, sides[0]
    key = HealthKey(
        KIND,
        endpoint_name(first.endpoint.base_url),
        " and ".join(side.endpoint.model for side in sides),
        hash_of(*(side.prompt_hash for side in sides)),
    )
    watch = FailureWatch(
        "drafts",
        total,
        canary=canary is not False,
        stops=canary is not False and first.endpoint.backend == "model",
        paid=lambda: dollars(session.budget.spent if session.price else None),
        override="--no-canary",
    )
    return RunMonitor(session, key, watch, note)
