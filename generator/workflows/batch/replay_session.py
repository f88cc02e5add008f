"""What stands in for the model while jobs go by batch: recorded replies are given, the next request is held out.

The same code that drafts or proposes live runs against it: it ends where all its replies are there, and
raises ``NeedsReply`` with the exact next request where one is missing.
"""

from collections.abc import Callable, Sequence

from generator.content.display import plural
from generator.errors import CallFailed
from generator.model.replies import Reply
from generator.model.requests import ModelRequest
from generator.store.ledger.batches import Batches, StepFailures
from generator.store.ledger.database import GroupCommit
from generator.store.ledger.jobs import Job
from generator.store.ledger.ledger import Ledger
from generator.workflows.engine.exchange import Exchange, NeedsReply
from generator.workflows.engine.stop_signal import StopSignal


class ReplaySession:
    """Opens exchanges that ask nothing.

    Args:
        attempts: how often a step may fail in batches before its job is given up.
    """

    def __init__(
        self, batches: Batches, commits: GroupCommit, *, run: int, attempts: int, now: Callable[[], str]
    ) -> None:
        self.ledger: Ledger = batches.ledger
        self.commits = commits
        self.run = run
        self.now = now
        self.stop = StopSignal()
        self._batches = batches
        self._attempts = attempts
        self._past: dict[int, dict[int, StepFailures]] = {}

    def recall(self, order: int, jobs: Sequence[Job]) -> None:
        """Look up what failed before, of jobs about to be begun."""
        self._past |= self._batches.past(order, [job.id for job in jobs])

    def exchange(self, job: Job) -> Exchange:
        """The steps of one job."""
        return ReplayedExchange(job, self._past.pop(job.id, {}), self._attempts)


class ReplayedExchange(Exchange):
    def __init__(self, job: Job, past: dict[int, StepFailures], attempts: int) -> None:
        super().__init__(job)
        self._past = past
        self._attempts = attempts

    async def _send(self, step: int, purpose: str, request: ModelRequest) -> Reply:
        past = self._past.get(step)
        if past is None:
            raise NeedsReply(request, step=step, purpose=purpose, attempt=1)
        if not past.retryable:
            kind = "filtered" if past.cause == "content-filter" else "request"
            raise CallFailed(past.cause, past.message or past.cause, kind=kind)
        if past.tries >= self._attempts:
            raise CallFailed(
                past.cause, f"{past.message or past.cause} (after {plural(past.tries, 'batch')})"
            )
        raise NeedsReply(request, step=step, purpose=purpose, attempt=past.tries + 1)
