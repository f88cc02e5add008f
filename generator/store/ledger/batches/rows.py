"""What the tables of batches hold: orders, batches, and the calls for the steps of jobs. Immutable values."""

from dataclasses import dataclass
from typing import Literal

BatchState = Literal[
    "writing", "written", "uploaded", "created", "incomplete", "exported", "collected", "cancelled"
]
UNSENT: tuple[BatchState, ...] = ("written", "uploaded")
"""The request file is complete, and no batch of it is known. An uploaded file may have one at the provider."""

AT_PROVIDER: tuple[BatchState, ...] = ("created", "incomplete")
"""Created at the provider and not collected. An ``incomplete`` batch has ended, but some paid answers are missing."""

OVER_TOKEN_LIMIT = "batch-token-limit"
"""The outcome of requests whose batch had no room beside others at the provider. It is no attempt of their steps."""


@dataclass(frozen=True, slots=True)
class BatchOrder:
    """The jobs that one command sends in batches: those that its run wants.

    Args:
        run: the number of the run, which is also the number of the order.
        kind: the kind of its jobs.
        endpoint: the address that the batches are sent to; None where the requests are only written to a file.
        mode: the response mode; None for the mode that the endpoint's profile says.
        max_cost: in nano-dollars; None for no limit.
    """

    run: int
    kind: str
    endpoint: str | None
    mode: str | None
    max_cost: int | None


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One batch.

    ``batch_id``, ``input_file``, ``output_file`` and ``error_file`` are ids at the provider. ``requests``,
    ``completed`` and ``failed`` count its requests; ``status`` and ``problem`` are what the provider reported last.
    """

    id: int
    run: int
    model: str
    path: str
    state: BatchState
    input_file: str | None
    batch_id: str | None
    output_file: str | None
    error_file: str | None
    status: str | None
    problem: str | None
    requests: int
    completed: int
    failed: int
    claimed_by: int | None
    created_at: str
    updated_at: str

    @property
    def is_over_token_limit(self) -> bool:
        """Whether the provider refused it because too many tokens of other batches are waiting to be processed."""
        problem = (self.problem or "").lower()
        return self.status == "failed" and ("token_limit_exceeded" in problem or "enqueued token" in problem)


@dataclass(frozen=True, slots=True)
class StepCall:
    """A call for a step of a job, live or in a batch, with the state of the job.

    ``outcome`` and ``answered_at`` are None until it is answered. ``output_cap`` and ``cap_parameter`` are None for
    live calls, and for calls from before these columns existed; ``finish_reason`` and ``completion_tokens`` are those of
    the reply.
    """

    call: int
    batch: int | None
    outcome: str | None
    answered_at: str | None
    reserved: int | None
    mode: str
    model: str
    output_cap: int | None
    cap_parameter: str | None
    finish_reason: str | None
    completion_tokens: int | None
    job_state: str

    @property
    def is_cut_off(self) -> bool:
        """Whether it has a reply that its output cap ended."""
        at_cap = self.output_cap is not None and (self.completion_tokens or 0) >= self.output_cap
        return self.outcome == "ok" and (self.finish_reason == "length" or at_cap)


@dataclass(frozen=True, slots=True)
class StepFailures:
    """How often a step of a job failed in the batches of an order, and why the last time."""

    tries: int
    cause: str
    message: str
    retryable: bool
