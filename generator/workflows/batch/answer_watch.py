"""Stops an order before its follow-up batch where nearly all of its answers failed alike: it would fail alike too."""

from collections.abc import Callable, Iterable

from generator.content.states import JobState
from generator.errors import ModelUnavailable
from generator.store.ledger.runs.jobs import Job
from generator.workflows.batch.answer_recorder import CANCELLED, EXPIRED, LOST, MISSING, REFUSED
from generator.workflows.engine.exchange import NeedsReply
from generator.workflows.engine.job_outcome import JobOutcome, causes_of
from generator.workflows.engine.reply_beginning import reply_beginning
from generator.workflows.engine.structured_exchange import ASKED_WHOLE, UNREADABLE
from generator.workflows.engine.watch.failure_watch import OutcomeCounts, advice

_NO_ANSWER = frozenset({MISSING, EXPIRED, CANCELLED, REFUSED, LOST})
_REASONS = {
    "longer": "the reply is cut off at its output cap, and the next request has a larger one",
    "effort": "the reply is only thinking up to its output cap, and the next request has a lower reasoning effort",
    "resample": "the reply repeats itself, and the next request has other sampling",
}
"""Why a reply is not used, by the purpose of the request that follows; otherwise it cannot be read."""
_UNREADABLE = causes_of("needs_fix", UNREADABLE)
_GOOD = JobOutcome()


class AnswerWatch:
    """Counts what the answers to the jobs of one order are, in one pass.

    All of them count alike, wherever they are in the order: a follow-up batch asks only the jobs that failed, so that
    its answers alone say little.

    Args:
        items: what the jobs are about, in the plural, for messages.
        ended: the jobs that ended before and were in the same batches: state, reason and number.
        paid: what was paid so far, for messages.

    Attributes:
        error: why nothing is sent any more; None while that is not so.
    """

    def __init__(
        self, items: str, ended: Iterable[tuple[JobState, str, int]], *, paid: Callable[[], str]
    ) -> None:
        self._items = items
        self._paid = paid
        self._counts = OutcomeCounts()
        self._unread: Job | None = None
        self.error: ModelUnavailable | None = None
        for state, reason, count in ended:
            # The ledger does not have the causes of the others; with these alone, the share of failures is not too high.
            if state == "done" or (state == "needs_fix" and not reason.startswith(UNREADABLE)):
                self._counts.add(_GOOD, count)

    def count_ended(self, outcome: JobOutcome) -> None:
        """Count a job that needs no further reply."""
        self._counts.add(outcome)

    def count_waiting(self, job: Job, needed: NeedsReply) -> None:
        """Count a job that needs a reply, unless it has no answer yet."""
        if needed.failed is not None:
            if needed.failed.cause not in _NO_ANSWER:
                reason = f"{needed.failed.cause}: {needed.failed}"
                self._counts.add(JobOutcome(causes=causes_of("failed", needed.failed.cause), reason=reason))
        elif needed.purpose in ASKED_WHOLE:
            self._unread = job
            reason = _REASONS.get(needed.purpose, UNREADABLE)
            self._counts.add(JobOutcome(causes=_UNREADABLE, reason=reason))
        elif needed.step > 0:
            self._counts.add(_GOOD)

    def check(self) -> None:
        """Decide whether requests may be sent. Once they may not, that is final.

        Raises:
            ModelUnavailable: nearly all answers failed alike.
        """
        if self.error is None and self._counts.is_systematic:
            self.error = ModelUnavailable(self._message())
        if self.error is not None:
            raise self.error

    def _message(self) -> str:
        cause, last = self._counts.most_common()
        alike, count = self._counts.alike, self._counts.count
        advised = advice(cause)
        if cause in _UNREADABLE and self._unread is not None:
            # The job has no draft yet, so no other command shows its reply.
            advised = f"a reply begins: {reply_beginning(self._unread) or '(it is empty)'}; try another model"
        who = f"all {count:,}" if alike == count else f"{alike:,} of {count:,}"
        return "; ".join(
            [
                f"the answers to {who} {self._items} failed alike, so no follow-up batch is sent:"
                f" {last.reason} ({cause})",
                f"paid so far: {self._paid()}",
                f"{advised}, or ask the first ones live with --repair-live",
                "--no-canary sends the follow-up batch regardless",
            ]
        )
