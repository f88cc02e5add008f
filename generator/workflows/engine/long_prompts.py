"""Finds unfinished jobs whose messages are too long for the model, so that they are made again with today's settings.

The messages of a job are frozen otherwise.
"""

from collections.abc import Callable
from functools import cached_property

from generator.store.ledger.ledger import Ledger
from generator.store.ledger.runs.jobs import Job, JobSummary
from generator.store.ledger.runs.new_jobs import NewJob

TOO_LONG = "too-long"
"""The cause of a call that failed because its prompt does not fit into the context window."""
_MOST_MEASURED = 200


class LongPrompts:
    """What one model refused as too long.

    Args:
        model: by the name under which it is asked.
    """

    def __init__(self, ledger: Ledger, model: str) -> None:
        self._calls = ledger.calls
        self._jobs = ledger.jobs
        self._model = model

    def renewed(self, job: JobSummary, make: Callable[[], NewJob]) -> NewJob | None:
        """The job with the messages of today's settings; None where its frozen messages stay.

        Args:
            make: makes the job again.
        """
        if not self._includes(job):
            return None
        new, frozen = make(), self._jobs.get(job.id)
        return new if (new.system, new.user) != (frozen.system, frozen.user) else None

    def _includes(self, job: JobSummary) -> bool:
        """Whether an unfinished job cannot succeed with its messages.

        Either its last call failed for their length, or no reply was paid for and they are as long as others that the
        model refused.
        """
        if job.state not in ("planned", "held", "failed") or self._shortest is None:
            return False
        if job.state == "failed" and self._calls.last_outcome(job.id) == TOO_LONG:
            return True
        return not self._calls.has_reply(job.id) and _size(self._jobs.get(job.id)) >= self._shortest

    @cached_property
    def _shortest(self) -> int | None:
        """The size of the shortest first request of the last ones that were refused; None without any."""
        refused = self._calls.jobs_refused(self._model, TOO_LONG, limit=_MOST_MEASURED)
        return min((_size(self._jobs.get(job)) for job in refused), default=None)


def _size(job: Job) -> int:
    return len(job.system.encode()) + len(job.user.encode())
