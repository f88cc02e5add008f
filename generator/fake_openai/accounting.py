"""What the test server counts and how it limits: its statistics and a token bucket."""

import hashlib
from collections import Counter
from collections.abc import Callable
from typing import Any


class Statistics:
    """Counts since the start or the last reset.

    ``completed`` are good answers delivered whole; ``delivered`` also counts spoiled ones with status 200.
    Questions and requests answered more than once are told by the first digits of their SHA-256.
    """

    def __init__(self) -> None:
        self.in_flight = 0
        self.reset()

    def reset(self) -> None:
        """Forget all but what is in flight."""
        self.requests = 0
        self.completed = 0
        self.delivered = 0
        self.lost = 0
        self.peak_in_flight = self.in_flight
        self._statuses: Counter[int] = Counter()
        self._faults: Counter[str] = Counter()
        self._tasks: Counter[str] = Counter()
        self._questions: Counter[str] = Counter()
        self._bodies: Counter[str] = Counter()

    def begin(self) -> int:
        """Count a request in; its number, from 1."""
        self.requests += 1
        self.in_flight += 1
        self.peak_in_flight = max(self.peak_in_flight, self.in_flight)
        return self.requests

    def end(self) -> None:
        """A request is over, however it went."""
        self.in_flight -= 1

    def fault(self, kind: str) -> None:
        """A fault was played."""
        self._faults[kind] += 1

    def sent(self, status: int, *, whole: bool) -> None:
        """A response went out; ``whole`` tells that its connection still stood."""
        self._statuses[status] += 1
        if not whole:
            self.lost += 1
        elif status < 300:
            self.delivered += 1

    def answered(self, task: str | None, question: str, body: bytes) -> None:
        """A good answer was delivered whole."""
        self.completed += 1
        self._tasks[task or "plain"] += 1
        if question:
            self._questions[_digest(f"{task}:{question}".encode())] += 1
        self._bodies[_digest(body)] += 1

    def as_dict(self) -> dict[str, Any]:
        """Plain data for ``GET /stats``."""
        return {
            "requests": self.requests,
            "completed": self.completed,
            "delivered": self.delivered,
            "lost": self.lost,
            "statuses": {str(status): count for status, count in sorted(self._statuses.items())},
            "faults": dict(sorted(self._faults.items())),
            "tasks": dict(sorted(self._tasks.items())),
            "in_flight": self.in_flight,
            "peak_in_flight": self.peak_in_flight,
            "distinct_questions": len(self._questions),
            "repeated_questions": {key: count for key, count in self._questions.items() if count > 1},
            "distinct_requests": len(self._bodies),
            "repeated_requests": {key: count for key, count in self._bodies.items() if count > 1},
        }


class Bucket:
    """A token bucket: ``per_second`` requests, and as many at once after a pause of a second.

    Args:
        per_second: the rate enforced.
        clock: seconds that never run backwards.
    """

    def __init__(self, per_second: float, clock: Callable[[], float]) -> None:
        self._rate = per_second
        self._size = max(1.0, per_second)
        self._clock = clock
        self._level = self._size
        self._at = clock()

    def take(self) -> float:
        """Take one request; 0 where it is allowed, else the seconds until the next one is."""
        now = self._clock()
        self._level = min(self._size, self._level + (now - self._at) * self._rate)
        self._at = now
        if self._level < 1:
            return (1 - self._level) / self._rate
        self._level -= 1
        return 0.0

    def headers(self) -> dict[str, str]:
        """The state as OpenAI's ``x-ratelimit-*`` headers tell it; tokens are never the bottleneck here."""
        reset = (self._size - self._level) / self._rate
        return {
            "x-ratelimit-limit-requests": str(int(self._size)),
            "x-ratelimit-remaining-requests": str(int(self._level)),
            "x-ratelimit-reset-requests": duration(reset),
            "x-ratelimit-limit-tokens": "100000000",
            "x-ratelimit-remaining-tokens": "100000000",
            "x-ratelimit-reset-tokens": "0s",
        }


def duration(seconds: float) -> str:
    """A time span as these headers write it: "12ms", "1.5s", "6m0s"."""
    if seconds < 1:
        return f"{round(seconds * 1000)}ms"
    if seconds < 60:
        return f"{seconds:.3f}".rstrip("0").rstrip(".") + "s"
    return f"{int(seconds // 60)}m{round(seconds % 60)}s"


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:12]
