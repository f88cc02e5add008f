"""Endpoints that enforce a rate in the different ways of the field, simulated for a clock of the test's own."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil

Clock = Callable[[], float]


@dataclass
class LimitedServer:
    """Takes ``limit`` calls per ``period`` seconds, answers after ``latency``; subclasses say how it counts.

    ``uplink`` is the time before a call is counted. Headers give the state at admission, as they do where it
    hurts most: with slow answers.
    """

    clock: Clock
    limit: int = 25
    period: float = 1.0
    latency: float = 0.01
    uplink: float = 0.002
    refused_at: list[float] = field(default_factory=list)
    answered_at: list[float] = field(default_factory=list)

    async def call(self) -> tuple[int, dict[str, str]]:
        await asyncio.sleep(self.uplink)
        accepted = self.admit(self.clock())
        headers = self.headers(self.clock())
        if not accepted:
            self.refused_at.append(self.clock())
            return 429, headers | {"retry-after": "1"}
        await asyncio.sleep(self.latency)
        self.answered_at.append(self.clock())
        return 200, headers

    def admit(self, now: float) -> bool:
        raise NotImplementedError

    def headers(self, now: float) -> dict[str, str]:
        raise NotImplementedError

    def quota_headers(self, remaining: float, reset: str) -> dict[str, str]:
        return {
            "x-ratelimit-limit-requests": str(self.limit),
            "x-ratelimit-remaining-requests": str(int(remaining)),
            "x-ratelimit-reset-requests": reset,
        }


@dataclass
class BucketServer(LimitedServer):
    """Refills steadily; the reset is when it would be full (OpenAI)."""

    level: float = -1.0
    at: float = 0.0
    format: Callable[[float], str] = staticmethod(lambda seconds: f"{seconds * 1000:.0f}ms")

    def _refill(self, now: float) -> None:
        if self.level < 0:
            self.level = self.limit
        self.level = min(self.limit, self.level + (now - self.at) * self.limit / self.period)
        self.at = now

    def admit(self, now: float) -> bool:
        self._refill(now)
        if self.level < 1:
            return False
        self.level -= 1
        return True

    def headers(self, now: float) -> dict[str, str]:
        self._refill(now)
        return self.quota_headers(
            self.level, self.format((self.limit - self.level) * self.period / self.limit)
        )


class RoundingBucketServer(BucketServer):
    """Announces the reset in whole seconds."""

    def headers(self, now: float) -> dict[str, str]:
        self._refill(now)
        return self.quota_headers(
            self.level, f"{ceil((self.limit - self.level) * self.period / self.limit)}s"
        )


@dataclass
class WindowServer(LimitedServer):
    """Starts counting again in each window; the reset is when the window ends."""

    offset: float = 0.63
    window: int = -1
    used: int = 0

    def _turn(self, now: float) -> None:
        window = int((now + self.offset) // self.period)
        if window != self.window:
            self.window, self.used = window, 0

    def admit(self, now: float) -> bool:
        self._turn(now)
        if self.used >= self.limit:
            return False
        self.used += 1
        return True

    def headers(self, now: float) -> dict[str, str]:
        self._turn(now)
        return self.quota_headers(
            self.limit - self.used, f"{(self.window + 1) * self.period - self.offset - now:.3f}s"
        )


@dataclass
class SlidingServer(LimitedServer):
    """Counts the last period; the reset is when the oldest call counted leaves it."""

    times: deque[float] = field(default_factory=deque)

    def _forget(self, now: float) -> None:
        while self.times and self.times[0] <= now - self.period:
            self.times.popleft()

    def admit(self, now: float) -> bool:
        self._forget(now)
        if len(self.times) >= self.limit:
            return False
        self.times.append(now)
        return True

    def headers(self, now: float) -> dict[str, str]:
        self._forget(now)
        oldest = self.times[0] if self.times else now
        return self.quota_headers(self.limit - len(self.times), f"{oldest + self.period - now:.3f}s")


class SilentServer(BucketServer):
    """Enforces a limit and does not announce it."""

    def headers(self, now: float) -> dict[str, str]:
        return {}
