"""How a job ended, and the check that ends a run whose first jobs all end with the same failure."""

from dataclasses import dataclass

from generator.errors import ModelUnavailable

FIRST_JOBS = 20
"""A run ends when this many jobs end with the same failure and no job before them ended in another way."""


@dataclass(frozen=True)
class JobOutcome:
    """How a job ended.

    Args:
        asked: whether the model was asked; a job without a call says nothing about the model.
        failure: the same text for jobs that failed for the same reason; None for a job that did not fail.
        reason: the failure in words for a person.
        redo_option: what to add to the command to have the job asked for again; empty where the command does so
            without an option.
    """

    asked: bool = True
    failure: str | None = None
    reason: str = ""
    redo_option: str = ""


class CommonFailureCheck:
    """Ends a run whose first jobs all end with the same failure: the rest of the list would fail in the same way.

    Args:
        name: what the jobs are about, in the plural, for messages.

    Attributes:
        is_over: whether the result is known: a job ended in another way, or the run ends.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._begun = 0
        self._failed: list[JobOutcome] = []
        self.is_over = False

    @property
    def is_full(self) -> bool:
        """Whether no further job may begin until one of those in flight has ended."""
        return not self.is_over and self._begun >= FIRST_JOBS

    def begin(self) -> None:
        """Count a job that begins."""
        self._begun += 1

    def end(self, outcome: JobOutcome | None) -> None:
        """Count a job that ended; None for one without an outcome.

        Raises:
            ModelUnavailable: the first jobs all failed for the same reason.
        """
        if self.is_over:
            return
        if outcome is None or not outcome.asked:
            self._begun -= 1
            return
        if outcome.failure is None or any(outcome.failure != other.failure for other in self._failed):
            self.is_over = True
            return
        self._failed.append(outcome)
        if len(self._failed) == FIRST_JOBS:
            self.is_over = True
            raise ModelUnavailable(self._message(outcome))

    def _message(self, last: JobOutcome) -> str:
        text = (
            f"the first {FIRST_JOBS} {self._name} all ended with the same failure, so the rest is not asked:"
            f" {last.reason}; correct the cause, then run the same command again"
        )
        if not last.redo_option:
            return text
        return f"{text} with {last.redo_option}, which asks for these {FIRST_JOBS} again too"
