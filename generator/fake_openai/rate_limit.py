"""The rate limit of the test server: a token bucket, and its state as OpenAI's headers show it."""

from collections.abc import Callable


class TokenBucket:
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
        """Take one request; returns 0 where it is allowed, else the seconds until the next one is."""
        now = self._clock()
        self._level = min(self._size, self._level + (now - self._at) * self._rate)
        self._at = now
        if self._level < 1:
            return (1 - self._level) / self._rate
        self._level -= 1
        return 0.0

    def headers(self) -> dict[str, str]:
        """The state as OpenAI's ``x-ratelimit-*`` headers; there is always room for tokens."""
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
