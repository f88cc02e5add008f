"""Plans the jobs about near questions in the ledger: each question has one, whatever runs and batches ask about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from generator.workflows.near_questions.job_maker import KIND, PairJobMaker, PairJobServices
from generator.workflows.ports import HasLedger

if TYPE_CHECKING:
    from generator.services import Endpoint
    from generator.store.ledger.runs.runs import Run
    from generator.workflows.near_questions.requests import NearQuestion


class PairPlanServices(PairJobServices, HasLedger, Protocol):
    """What planning jobs about pairs of questions takes."""


class PairJobs:
    """The jobs about near questions that one run plans at one endpoint."""

    def __init__(self, services: PairPlanServices, endpoint: Endpoint, run: Run) -> None:
        self._services = services
        self._run = run
        self._maker = PairJobMaker(services, endpoint)

    def plan(self, near: NearQuestion) -> int | None:
        """Plan the job of a question for this run, within the caller's transaction.

        An unfinished one that was planned before is taken over, with its messages and its paid replies.

        Returns:
            Its number; None where another run or a batch has it.
        """
        ledger, run = self._services.ledger, self._run.id
        new = self._maker.make(near)
        earlier = ledger.jobs.find(KIND, new.backend, new.identity)
        if earlier is not None and earlier.state == "batched":
            return None
        if earlier is not None and earlier.state == "claimed":
            if earlier.claimed_by is not None and ledger.runs.is_alive(earlier.claimed_by):
                return None
            ledger.jobs.release(earlier.id)
        if earlier is not None and earlier.state != "done":
            ledger.jobs.assign_to_run(earlier.id, run, request=new.request)
            return earlier.id
        return ledger.jobs.plan(
            new, run=run, state="planned", first_free_id=0, earlier=earlier, now=self._services.now()
        )

    def has_failed(self, near: NearQuestion) -> bool:
        """Whether the model gave no verdict when it was asked about a question last."""
        new = self._maker.make(near)
        earlier = self._services.ledger.jobs.find(KIND, new.backend, new.identity)
        return earlier is not None and earlier.state == "failed"
