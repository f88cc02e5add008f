"""What the test server counts: requests, answers, faults, and what was asked more than once."""

import hashlib
from collections import Counter
from typing import Any


class Statistics:
    """Counts since the start or the last reset.

    ``completed`` counts good answers that were sent completely; ``delivered`` also spoiled ones with status 200.
    Questions and requests answered more than once are named by the first digits of their SHA-256.
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
        """Count a request that came in; returns its number, from 1."""
        self.requests += 1
        self.in_flight += 1
        self.peak_in_flight = max(self.peak_in_flight, self.in_flight)
        return self.requests

    def end(self) -> None:
        """A request has ended, well or badly."""
        self.in_flight -= 1

    def fault(self, kind: str) -> None:
        """A fault was played."""
        self._faults[kind] += 1

    def sent(self, status: int, *, whole: bool) -> None:
        """A response went out; ``whole``: its connection was still open."""
        self._statuses[status] += 1
        if not whole:
            self.lost += 1
        elif status < 300:
            self.delivered += 1

    def answered(self, task: str | None, question: str, body: bytes) -> None:
        """A good answer was sent completely."""
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


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:12]
