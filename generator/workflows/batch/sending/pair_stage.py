"""The first stage of a list that goes by batch: what is near to other questions is asked about in a batch of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.content.display import plural
from generator.workflows.near_questions.pair_jobs import PairJobs, PairPlanServices
from generator.workflows.near_questions.requests import AskedPairs

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from generator.errors import GeneratorError
    from generator.services import Endpoint
    from generator.store.ledger.runs.runs import Run
    from generator.workflows.near_questions.requests import NearQuestion


class BatchPairJudge:
    """Plans the jobs about near questions for an order; the questions wait until its answers are collected.

    A question whose job failed before is drafted like others, so that no question is asked about again and again.

    Args:
        open_run: opens the run that orders the jobs; another one than that of the list, as an order has jobs of one
            kind. Called once, where there is a question to ask about.

    Attributes:
        run: the run that orders the jobs; None until there are any.
        waiting: how many questions wait for a verdict, those of earlier batches included.
    """

    error: GeneratorError | None = None
    interrupted = False

    def __init__(self, services: PairPlanServices, endpoint: Endpoint, open_run: Callable[[], Run]) -> None:
        self._services = services
        self._endpoint = endpoint
        self._open_run = open_run
        self.run: Run | None = None
        self.waiting = 0

    def ask(self, questions: Sequence[NearQuestion]) -> AskedPairs:
        """See ``PairJudge.ask``; no call is made."""
        asked = AskedPairs()
        self.run = self.run or self._open_run()
        jobs = PairJobs(self._services, self._endpoint, self.run)
        with self._services.database.transaction():
            for near in questions:
                if jobs.has_failed(near):
                    asked.undecided.add(near.question_key)
                else:
                    jobs.plan(near)
                    asked.elsewhere.add(near.question_key)
        self.waiting += len(asked.elsewhere)
        return asked

    def summary(self) -> str | None:
        """What waits for what, in one line; None where nothing does."""
        if not self.waiting:
            return None
        verb = "waits" if self.waiting == 1 else "wait"
        return (
            f"{plural(self.waiting, 'question')} near to others {verb} for a batch that says whether one page would"
            " serve both: when it is collected, run the same command again"
        )
