"""Stops a run in which nearly all jobs end with the same failure: asking for the rest would end the same way.

The first jobs are a canary: the others begin only when it is known that the canary does not stop the run. After it,
the last outcomes are watched to the end of the run.

The smallest number of outcomes that stops a run is that at which a run whose jobs fail alike at a rate of 50 % is
stopped with a probability of 0.1 %: ten of ten (0.5 ** 10). Of 20 outcomes, 90 % of them have 0.02 %, of 50 outcomes
2e-9.
"""

from collections import Counter, deque
from collections.abc import Callable

from generator.errors import ModelUnavailable
from generator.workflows.engine.job_outcome import JobOutcome

FEWEST = 10
"""So many outcomes stop a run, if all of them have the same cause."""
FEW = 20
"""From so many outcomes on, nearly all of them stop a run."""
WINDOW = 50
"""How many of the last outcomes count."""
_CANARY_SHARE = 0.02
_LARGEST_CANARY = 100

_ADVICE = {
    "failed: too-long": "lower context.passages_chars in config.yaml, or serve the model with a larger context window",
    "failed: rate-limit": "wait until the limit of the endpoint is open again, or lower --concurrency",
    "failed: timeout": "raise model.timeout_seconds in config.yaml, or lower --concurrency",
    "needs_fix: unreadable": "look at a reply (generator why QUESTION), try another model",
    "refused": "look at the reasons (generator why QUESTION), the prompt and the passages that it quotes",
}
_OTHER_ADVICE = {
    "failed": "check the endpoint and what its log says",
    "needs_fix": "look at one of the texts, then at the prompt and at limits in config.yaml",
}


def canary_size(total: int | None) -> int:
    """How many jobs a canary has: 2 % of the run, at least 20 and at most 100.

    Args:
        total: the jobs of the run; None where it is not known.
    """
    share = 0 if total is None else round(total * _CANARY_SHARE)
    size = min(max(FEW, share), _LARGEST_CANARY)
    return size if total is None else min(total, size)


def are_nearly_all(alike: int, count: int) -> bool:
    """Whether ``alike`` are at least 90 % of ``count``."""
    return alike * 10 >= count * 9


class OutcomeCounts:
    """Counts the causes of failed jobs, and tells where nearly all jobs have the same one.

    Args:
        window: how many of the last jobs count; None for all.

    Attributes:
        count: how many jobs count.
    """

    def __init__(self, window: int | None = None) -> None:
        self._window = window
        self._recent: deque[JobOutcome] = deque()
        self._causes: Counter[str] = Counter()
        self._last: dict[str, JobOutcome] = {}
        self.count = 0

    def add(self, outcome: JobOutcome, times: int = 1) -> None:
        """Count a job, or ``times`` jobs that ended in the same way."""
        self.count += times
        for cause in outcome.causes:
            self._causes[cause] += times
            self._last[cause] = outcome
        if self._window is None:
            return
        self._recent.extend([outcome] * times)
        while len(self._recent) > self._window:
            self._causes.subtract(self._recent.popleft().causes)
            self.count -= 1

    @property
    def alike(self) -> int:
        """How many jobs have the most common cause."""
        return max(self._causes.values(), default=0)

    @property
    def others(self) -> int:
        """How many jobs do not have the most common cause."""
        return self.count - self.alike

    @property
    def is_systematic(self) -> bool:
        """Whether nearly all jobs have the same cause, and there are enough of them to say so."""
        if self.count < FEWEST:
            return False
        return self.others == 0 or (self.count >= FEW and are_nearly_all(self.alike, self.count))

    def most_common(self) -> tuple[str, JobOutcome]:
        """The most common cause, of which there must be one, and the last outcome that has it."""
        cause = self._causes.most_common(1)[0][0]
        return cause, self._last[cause]


class FailureWatch:
    """Watches how the jobs of one run end.

    Args:
        items: what the jobs are about, in the plural, for messages.
        total: the jobs of the run; None where it is not known.
        canary: whether the first jobs are asked alone.
        stops: whether the run may be stopped.
        paid: what was paid so far, for messages; empty where that is not known.
        override: what to add to the command so that it is not stopped.

    Attributes:
        canary: how many jobs are asked alone; 0 without a canary.
    """

    def __init__(
        self,
        items: str,
        total: int | None = None,
        *,
        canary: bool = True,
        stops: bool = True,
        paid: Callable[[], str] = lambda: "",
        override: str = "",
    ) -> None:
        self._items = items
        self._total = total
        self._stops = stops
        self._paid = paid
        self._override = override
        self._counts = OutcomeCounts(WINDOW)
        self._begun = self._ended = self._unasked = 0
        self.canary = canary_size(total) if canary and stops else 0
        self._is_canary_open = self.canary > 0

    @property
    def is_full(self) -> bool:
        """Whether no further job may begin until one of those in flight has ended.

        While all outcomes are alike, ``FEWEST`` jobs are enough to decide.
        """
        if not self._is_canary_open:
            return False
        return self._begun >= (self.canary if self._counts.others else min(FEWEST, self.canary))

    def begin(self) -> None:
        """Count a job that begins."""
        self._begun += 1

    def end(self, outcome: JobOutcome | None) -> None:
        """Count a job that ended; None for one without an outcome.

        Raises:
            ModelUnavailable: nearly all jobs end with the same failure, and some have not begun.
        """
        if outcome is None or not outcome.asked:
            self._begun -= 1
            self._unasked += outcome is not None
            return
        self._ended += 1
        self._counts.add(outcome)
        is_systematic = self._stops and self._counts.is_systematic
        may_stop = are_nearly_all(self.canary - self._counts.others, self.canary)
        if is_systematic or not may_stop or self._ended >= self.canary:
            self._is_canary_open = False
        if is_systematic and self._has_more():
            raise ModelUnavailable(self._message())

    def _has_more(self) -> bool:
        """Whether jobs are left that a stop saves."""
        return self._total is None or self._begun + self._unasked < self._total

    def _message(self) -> str:
        cause, last = self._counts.most_common()
        alike, count = self._counts.alike, self._counts.count
        those = f"the {'first' if count == self._ended else 'last'} {count} {self._items}"
        who = f"{those} all" if alike == count else f"{alike} of {those}"
        redo = (
            f" with {last.redo_option}, which asks for those that ended so again too"
            if last.redo_option
            else ""
        )
        parts = [
            f"{who} ended with the same failure, so the rest is not asked: {last.reason} ({cause})",
            f"paid so far: {paid}" if (paid := self._paid()) else "",
            f"{advice(cause)}, then run the same command again{redo}",
            f"{self._override} goes on regardless" if self._override else "",
        ]
        return "; ".join(filter(None, parts))


def advice(cause: str) -> str:
    """What a person may try."""
    return _ADVICE.get(cause) or _OTHER_ADVICE.get(cause.split(":")[0], "correct the cause")
