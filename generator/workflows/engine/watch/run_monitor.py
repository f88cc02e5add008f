"""Monitors a run that asks a model: stops it where nearly all jobs fail alike, and records its health in the ledger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from generator.content.display import dollars
from generator.model.transport import endpoint_name
from generator.store.ledger.runs.health import Health, HealthKey, RecordedHealth, Sample
from generator.workflows.engine.watch.failure_watch import FEW, FailureWatch, are_nearly_all
from generator.workflows.engine.watch.run_comparison import FEWEST_JOBS, warning
from generator.workflows.ports import HasPrompts

if TYPE_CHECKING:
    from generator.services import Endpoint
    from generator.store.ledger.runs.jobs import Job
    from generator.workflows.engine.job_outcome import JobOutcome
    from generator.workflows.engine.live_session import LiveSession

HEALTHY_FOR = timedelta(hours=24)
"""So long after a healthy run, another one with the same endpoint, model and prompt has no canary."""


@dataclass(frozen=True)
class MonitoredJobs:
    """The jobs of a run that is monitored.

    Args:
        kind: of the jobs.
        prompts: the names of the prompts that they are asked with.
        items: what they are about, in the plural, for messages.
        total: how many there are.
        canary: whether the first are asked alone; None where the last run was not healthy. False: the run is not
            stopped, however its jobs end.
    """

    kind: str
    prompts: tuple[str, ...]
    items: str
    total: int
    canary: bool | None = None


class RunMonitor:
    """Monitors the jobs of one run.

    Args:
        key: of the run. Only jobs with its prompt count for its health: jobs that were planned with an earlier prompt
            are asked with that one.
        note: shows a line to a person.

    Attributes:
        watch: stops the run.
    """

    def __init__(
        self, session: LiveSession, key: HealthKey, watch: FailureWatch, note: Callable[[str], None]
    ) -> None:
        self.watch = watch
        self._session = session
        self._key = key
        self._note = note
        self._jobs = self._failed = 0
        self._causes: Counter[str] = Counter()
        self._findings = Sample()

    def count(self, job: Job, outcome: JobOutcome) -> None:
        """Count a job that ended. After the canary, a person is warned where it is clearly worse than the last run."""
        if not outcome.asked or job.prompt_hash != self._key.prompt_hash:
            return
        self._jobs += 1
        self._failed += bool(outcome.causes)
        self._causes.update(outcome.causes)
        if outcome.findings is not None:
            self._findings = self._findings.plus(outcome.findings)
        if self._jobs == self.watch.canary:
            self._warn()

    def finish(self) -> None:
        """Record the health of the run, and warn a person where it is clearly worse than the last one."""
        if not self._jobs:
            return
        if self._jobs != self.watch.canary:
            self._warn()
        session = self._session
        with session.ledger.database.transaction():
            session.ledger.health.record(session.run, self._key, self._health(), now=session.now())

    def _warn(self) -> None:
        if self._jobs < FEWEST_JOBS:
            return
        session = self._session
        before = session.ledger.health.last_of_prompt(self._key, jobs=FEWEST_JOBS, before=session.run)
        line = warning(self._health(), before, model=self._key.model) if before else None
        if line:
            self._note(line)

    def _health(self) -> Health:
        session = self._session
        cost = session.ledger.health.cost_of_jobs(session.run, self._key.prompt_hash)
        return Health(self._jobs, self._failed, dict(self._causes), self._findings, cost)


def monitor_run(
    services: HasPrompts,
    session: LiveSession,
    endpoint: Endpoint,
    jobs: MonitoredJobs,
    note: Callable[[str], None],
) -> RunMonitor:
    """The monitor of a run. A run of the offline model is not stopped: it costs nothing, and often declines.

    Args:
        note: shows a line to a person.
    """
    prompt_hash = services.prompts.hash(*jobs.prompts)
    key = HealthKey(jobs.kind, endpoint_name(endpoint.base_url), endpoint.model, prompt_hash)
    last = session.ledger.health.last(key)
    watch = FailureWatch(
        jobs.items,
        jobs.total,
        canary=jobs.canary or not (last and was_healthy(last, now=session.now())),
        stops=jobs.canary is not False and endpoint.backend == "model",
        paid=lambda: dollars(session.budget.spent if session.price else None),
        override="--no-canary",
    )
    return RunMonitor(session, key, watch, note)


def was_healthy(last: RecordedHealth, *, now: str) -> bool:
    """Whether a run ended at most 24 hours ago, and too many of its jobs ended well for a canary to stop it."""
    health = last.health
    others = health.jobs - max(health.causes.values(), default=0)
    count = max(FEW, health.jobs)
    age = datetime.fromisoformat(now) - datetime.fromisoformat(last.ended_at)
    return age <= HEALTHY_FOR and not are_nearly_all(count - others, count)
