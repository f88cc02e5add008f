"""How the test server behaves; by default it answers as the offline writer does."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from generator.content.limits import Limits
from generator.fake_openai.faults import FaultPlan

Mode = Literal["json_schema", "json_object", "plain"]


@dataclass(frozen=True, slots=True)
class BatchSettings:
    """Where batches keep their files, how long each phase takes, and what goes wrong in them.

    Args:
        folder: takes the files.
        validating_seconds, running_seconds, finalizing_seconds: how long a batch stays in each state.
        failing_share: the share of the requests that fail, 0 to 1.
        expire_after: the batch expires once this many requests are answered.
        output_late_seconds: the files are named so long after the batch ends.
    """

    folder: Path
    validating_seconds: float = 0.0
    running_seconds: float = 0.0
    finalizing_seconds: float = 0.0
    failing_share: float = 0.0
    expire_after: int | None = None
    output_late_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """The whole server.

    Args:
        limits: what the answers keep to.
        latency_seconds: how long every answer takes.
        faults: which requests fail, and how.
        slow_seconds: how long a request with the fault "slow" takes.
        retry_after_ms: what a 429 of ``faults`` asks the client to wait.
        rate_limit: requests a second; the headers show its state.
        canned: answer everything with one constant reply.
        mode: the strongest ``response_format`` that is taken; a stronger one answers 400.
        ignore_response_format: take every ``response_format`` and ignore it.
        only_max_tokens: answer 400 to ``max_completion_tokens``.
        models: 404 for any other model; without any, every name is taken.
        key: 401 for any other key.
        quota: after this many requests, 429 with ``insufficient_quota``.
        batches: serve files and batches.
    """

    limits: Limits = field(default_factory=Limits)
    latency_seconds: float = 0.0
    faults: FaultPlan = field(default_factory=FaultPlan)
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
