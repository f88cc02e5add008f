"""How the offline model's app behaves; the defaults are the embedded model, the rest is the test server."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from generator.content.limits import Limits
from generator.fake_openai.faults import FaultPlan

Mode = Literal["json_schema", "json_object", "plain"]


@dataclass(frozen=True, slots=True)
class BatchPace:
    """Where batches keep their files, how long each phase takes, and what goes wrong in them."""

    folder: Path
    validating_seconds: float = 0.0
    running_seconds: float = 0.0
    finalizing_seconds: float = 0.0
    failing_share: float = 0.0
    expire_after: int | None = None
    output_late_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Settings:
    """All of it. ``mode`` is the strongest ``response_format`` taken; a stronger one answers 400."""

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
    batches: BatchPace | None = None
