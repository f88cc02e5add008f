"""Replaces the model session for jobs that go by batch: it returns recorded replies and calls nothing.

The code that drafts or proposes live runs against it. A job ends if all its replies are recorded; if one is missing,
``NeedsReply`` is raised with the exact next request.
"""

from collections.abc import Callable, Sequence
from typing import cast

from generator.content.display import plural
from generator.errors import CallFailed
from generator.model.reply.reply import Reply
from generator.model.requests import Mode, ModelRequest
from generator.store.ledger.batches.batches import Batches
from generator.store.ledger.batches.rows import StepFailures
from generator.store.ledger.ledger import Ledger
from generator.store.ledger.runs.jobs import Job
from generator.store.ledger.storage.database import GroupCommit
from generator.workflows.engine.exchange import Exchange, NeedsReply
from generator.workflows.engine.stopping.stop_signal import StopSignal

LearnIgnoredMode = Callable[[str, Mode], None]


class ReplaySession:
    """Opens exchanges that return recorded replies.

    Args:
        run: the run that claims jobs and batches.
        attempts: how often a step may fail in batches before its job fails.

    Attributes:
        learn_ignored_mode: is given the model and the mode of a reply that did not follow its mode; set for each order.
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
        self._failures: dict[int, dict[int, StepFailures]] = {}
        self.learn_ignored_mode: LearnIgnoredMode = learn_nothing

    def load_failures(self, order: int, jobs: Sequence[Job]) -> None:
        """Load the steps of these jobs that failed in earlier batches, before their exchanges are opened."""
        self._failures |= self._batches.failed_steps(order, [job.id for job in jobs])

    def exchange(self, job: Job) -> Exchange:
        """The exchange about one job."""
        return ReplayedExchange(
            job, self._failures.pop(job.id, {}), self._attempts, learn_ignored_mode=self.learn_ignored_mode
        )


class ReplayedExchange(Exchange):
    """An exchange that has only recorded replies.

    Args:
        failures: the steps that failed in earlier batches, by number.
        attempts: how often a step may fail before the job fails.
        learn_ignored_mode: see ``ReplaySession``.
    """

    def __init__(
        self,
        job: Job,
        failures: dict[int, StepFailures],
        attempts: int,
        *,
        learn_ignored_mode: LearnIgnoredMode,
    ) -> None:
        super().__init__(job)
        self._learn_ignored_mode = learn_ignored_mode
        self._failures = failures
        self._attempts = attempts

    def note_prose(self, request: ModelRequest, reply: Reply) -> None:
        self._learn_ignored_mode(request.model, cast(Mode, reply.mode))

    async def _send(self, step: int, purpose: str, request: ModelRequest) -> Reply:
        failures = self._failures.get(step)
        if failures is None:
            raise NeedsReply(request, step=step, purpose=purpose, attempt=1)
        if not failures.retryable:
            kind = "filtered" if failures.cause == "content-filter" else "request"
            raise CallFailed(failures.cause, failures.message or failures.cause, kind=kind)
        if failures.tries >= self._attempts:
            raise CallFailed(
                failures.cause,
                f"{failures.message or failures.cause} (after {plural(failures.tries, 'batch')})",
            )
        failed = CallFailed(failures.cause, failures.message or failures.cause)
        raise NeedsReply(request, step=step, purpose=purpose, attempt=failures.tries + 1, failed=failed)


def learn_nothing(_model: str, _mode: Mode) -> None:
    """For orders whose endpoint is not called."""
