"""Counts requests, answers, faults, and repeated questions and requests of the test server."""

import hashlib
from collections import Counter
from typing import Any


class Statistics:
    """The counts since the start or the last reset.

    ``completed`` counts correct answers that were sent completely; ``delivered`` also those with a fault and status
    200. Repeated questions and requests are identified by the first digits of their SHA-256.
    """

    def __init__(self) -> None:
        self.in_flight = 0
        self.reset()

    def reset(self) -> None:
        """Set all counts to zero, except that of the requests in flight."""
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

    def begin_request(self) -> int:
        """Count a new request; return its number, from 1."""
        self.requests += 1
        self.in_flight += 1
        self.peak_in_flight = max(self.peak_in_flight, self.in_flight)
        return self.requests

    def end_request(self) -> None:
        """Count the end of a request, with or without an error."""
        self.in_flight -= 1

    def count_fault(self, kind: str) -> None:
        """Count a fault."""
        self._faults[kind] += 1

    def count_response(self, status: int, *, whole: bool) -> None:
        """Count a response; ``whole`` says whether it was sent completely."""
        self._statuses[status] += 1
        if not whole:
            self.lost += 1
        elif status < 300:
            self.delivered += 1

    def count_answer(self, task: str | None, question: str, body: bytes) -> None:
        """Count a correct answer that was sent completely."""
        self.completed += 1
        self._tasks[task or "plain"] += 1
        if question:
            self._questions[_digest(f"{task}:{question}".encode())] += 1
        self._bodies[_digest(body)] += 1

    def as_dict(self) -> dict[str, Any]:
        """The counts as JSON data for ``GET /stats``."""
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
