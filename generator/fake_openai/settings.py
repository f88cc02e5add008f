"""The settings of the test server; by default it answers like the offline writer."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from generator.content.limits import Limits
from generator.fake_openai.faults import FaultPlan
from generator.fake_openai.odd_answers import OddAnswerPlan

Mode = Literal["json_schema", "json_object", "plain"]


@dataclass(frozen=True, slots=True)
class BatchSettings:
    """The settings of batches.

    Args:
        folder: the folder of the files.
        validating_seconds, running_seconds, finalizing_seconds: how long a batch stays in each state.
        failing_share: the share of the requests that fail, 0 to 1.
        expire_after: the batch expires once this many requests are answered.
        output_late_seconds: how long after the end of a batch its files are named.
        oddities: names of odd ways to write the output file (``batch_oddities.ODDITIES``).
        enqueued_tokens: a batch fails where the unfinished batches of its model have more tokens with it, counted as a
            quarter of the bytes of their request files. None: no limit.
    """

    folder: Path
    validating_seconds: float = 0.0
    running_seconds: float = 0.0
    finalizing_seconds: float = 0.0
    failing_share: float = 0.0
    expire_after: int | None = None
    output_late_seconds: float = 0.0
    oddities: tuple[str, ...] = ()
    enqueued_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """The settings of the server.

    Args:
        limits: the limits of the answers.
        latency_seconds: how long every answer takes.
        faults: which requests fail, and how.
        odd_answers: which requests get an answer that differs from the API; None: none.
        slow_seconds: how long a request with the fault "slow" takes.
        retry_after_ms: the wait that a 429 of ``faults`` asks for.
        rate_limit: requests per second; the headers show its state. None: no limit.
        canned: whether every answer is the same constant reply.
        mode: the strongest ``response_format`` that is accepted; a stronger one is answered with 400.
        ignore_response_format: whether every ``response_format`` is accepted and ignored.
        only_max_tokens: whether ``max_completion_tokens`` is answered with 400.
        models: the accepted names; other names are answered with 404. Empty: every name is accepted.
        key: the accepted key; other keys are answered with 401. None: every key is accepted.
        quota: after this many requests, 429 with ``insufficient_quota``. None: no quota.
        batches: None: no files and batches are served.
    """

    limits: Limits = field(default_factory=Limits)
    latency_seconds: float = 0.0
    faults: FaultPlan = field(default_factory=FaultPlan)
    odd_answers: OddAnswerPlan | None = None
    slow_seconds: float = 600.0
    retry_after_ms: int = 200
    rate_limit: float | None = None
    canned: bool = False
    mode: Mode = "json_schema"
    ignore_response_format: bool = False
    only_max_tokens: bool = False
    models: tuple[str, ...] = ()
    key: str | None = None
    quota: int | None = None
    batches: BatchSettings | None = None
