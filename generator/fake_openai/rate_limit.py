"""The rate limit of the test server: a token bucket with OpenAI's rate limit headers."""

from collections.abc import Callable


class TokenBucket:
    """A token bucket.

    Args:
        per_second: the requests allowed per second, and at once after a pause of a second.
        clock: monotonic seconds.
    """

    def __init__(self, per_second: float, clock: Callable[[], float]) -> None:
        self._rate = per_second
        self._size = max(1.0, per_second)
        self._clock = clock
        self._available = self._size
        self._updated_at = clock()

    def take(self) -> float:
        """Take one request; return 0 if it is allowed, otherwise the seconds until the next one is allowed."""
        now = self._clock()
        self._available = min(self._size, self._available + (now - self._updated_at) * self._rate)
        self._updated_at = now
        if self._available < 1:
            return (1 - self._available) / self._rate
        self._available -= 1
        return 0.0

    def headers(self) -> dict[str, str]:
        """The state as OpenAI's ``x-ratelimit-*`` headers. Tokens are not limited."""
        reset = (self._size - self._available) / self._rate
        return {
            "x-ratelimit-limit-requests": str(int(self._size)),
            "x-ratelimit-remaining-requests": str(int(self._available)),
            "x-ratelimit-reset-requests": format_duration(reset),
            "x-ratelimit-limit-tokens": "100000000",
            "x-ratelimit-remaining-tokens": "100000000",
            "x-ratelimit-reset-tokens": "0s",
        }


def format_duration(seconds: float) -> str:
    """A format_duration in the format of these headers: "12ms", "1.5s", "6m0s"."""
    if seconds < 1:
        return f"{round(seconds * 1000)}ms"
    if seconds < 60:
        return f"{seconds:.3f}".rstrip("0").rstrip(".") + "s"
    return f"{int(seconds // 60)}m{round(seconds % 60)}s"
