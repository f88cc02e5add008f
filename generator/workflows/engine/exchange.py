"""The steps of one job: each step is asked once, and a reply that an earlier run paid for is read from the ledger.

A session opens the exchange about a job. The live session asks the model; that of the batches raises ``NeedsReply``.
"""

from collections.abc import Callable
from typing import Protocol

from generator.errors import CallFailed, GeneratorError
from generator.model.reply.reply import Reply, read_reply
from generator.model.requests import ModelRequest
from generator.store.ledger.ledger import Ledger
from generator.store.ledger.runs.calls import RecordedReply
from generator.store.ledger.runs.jobs import Job
from generator.store.ledger.storage.database import GroupCommit
from generator.workflows.engine.job_requests import request_hash
from generator.workflows.engine.stopping.stop_signal import StopSignal


class NeedsReply(GeneratorError):
    """A step has no recorded reply, and this session asks nothing: its request goes into a batch.

    Args:
        failed: why the last attempt of the step failed; None at the first.
    """

    def __init__(
        self,
        request: ModelRequest,
        *,
        step: int,
        purpose: str,
        attempt: int,
        failed: CallFailed | None = None,
    ) -> None:
        super().__init__(f"step {step} ({purpose}) waits for a reply")
        self.request = request
        self.step = step
        self.purpose = purpose
        self.attempt = attempt
        self.failed = failed


class Exchange:
    """The steps of one job. However often the job is begun, each step is paid for once.

    Attributes:
        step: the number of the next step, from 0.
        asked: whether a step had no recorded reply.
    """

    def __init__(self, job: Job) -> None:
        self._job = job
        self._recorded = list(job.replies)
        self.step = 0
        self.asked = False

    async def ask(self, purpose: str, request: ModelRequest) -> Reply:
        """The reply to the next step.

        Args:
            purpose: why it is asked, as the ledger stores it.

        Raises:
            CallFailed: this request failed, and trying again does not help.
            ModelUnavailable: every request would fail.
            BudgetExceeded: the call could exceed the cap; nothing was sent.
            NeedsReply: the session asks nothing.
        """
        step = self.step
        self.step += 1
        recorded = self._recorded_reply(step, purpose, request)
        if recorded is not None:
            return read_reply(recorded.body, mode=recorded.mode, output_cap=request.output_cap, recorded=True)
        self.asked = True
        return await self._send(step, purpose, request)

    async def _send(self, step: int, purpose: str, request: ModelRequest) -> Reply:
        """Get the reply to a step that has no recorded one."""
        raise NotImplementedError

    def note_prose(self, request: ModelRequest, reply: Reply) -> None:
        """Note that a reply has no JSON: the endpoint accepts the response format and ignores it."""

    def is_worth_asking_longer(self, request: ModelRequest, reply: Reply) -> bool:
        """Whether a reply that was cut off can be longer when it is asked for by ``request``, with its larger cap."""
        return True

    def note_place(self, request: ModelRequest, reply: Reply) -> None:
        """Note in which place of the message a whole reply was."""

    def refused_parameters(self, request: ModelRequest) -> frozenset[str]:
        """The parameters that the endpoint is known to refuse."""
        return frozenset()

    def is_paid(self, purpose: str) -> bool:
        """Whether the next step has a recorded reply for this purpose."""
        return bool(self._recorded) and (self._recorded[0].step, self._recorded[0].purpose) == (
            self.step,
            purpose,
        )

    def _recorded_reply(self, step: int, purpose: str, request: ModelRequest) -> RecordedReply | None:
        """The reply recorded for this step. After a step that differs from the recorded one, no later reply counts.

        The first request is frozen with its job. Later requests depend on what else was written meanwhile
        (descriptions to avoid), so a recorded reply to one of them counts although the request would differ now.
        """
        if not self._recorded:
            return None
        reply = self._recorded.pop(0)
        is_same_request = step > 0 or reply.request_hash == request_hash(request)
        if (reply.step, reply.purpose) == (step, purpose) and is_same_request:
            return reply
        self._recorded.clear()
        return None


class ModelSession(Protocol):
    """What a run needs to get replies for its jobs and to record what comes of them."""

    @property
    def ledger(self) -> Ledger: ...

    @property
    def commits(self) -> GroupCommit: ...

    @property
    def run(self) -> int:
        """The number of the run."""
        ...

    @property
    def now(self) -> Callable[[], str]: ...

    @property
    def stop(self) -> StopSignal:
        """Ends the run early."""
        ...

    def exchange(self, job: Job) -> Exchange:
        """The exchange about one job."""
        ...
