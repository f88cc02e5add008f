"""Tells a person what a run waits for and until when, and ends a run that would wait too long.

All calls of a run share one ``Waits``, so a wait of many calls is told once.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from generator.errors import WaitTooLong

if TYPE_CHECKING:
    from collections.abc import Callable

    from generator.model.failures import Failure
    from generator.model.outages import Pause
    from generator.workflows.engine.progress import Progress

SHOWN_FROM_SECONDS = 5.0
_REPEATED_AFTER = 300.0
# A wait that ends this much later than the last line said is told at once, if it is as long itself.
_MUCH_LATER = 60.0


class Waits:
    """The waits of a run.

    Args:
        endpoint: its name, for messages.
        progress: shows a wait beside its bar or, without a bar, as a line, which is repeated every five minutes.
        longest_seconds: the longest wait for a rate limit.
        clock: monotonic seconds.
        now: the current time in ISO 8601, with its zone.
    """

    def __init__(
        self,
        endpoint: str,
        progress: Progress,
        *,
        longest_seconds: float,
        clock: Callable[[], float],
        now: Callable[[], str],
    ) -> None:
        self._endpoint = endpoint
        self._progress = progress
        self._longest_seconds = longest_seconds
        self._clock = clock
        self._now = now
        self._is_shown = False
        self._said: dict[
            str, tuple[float, float]
        ] = {}  # when each kind of wait was told last, and until when it was

    def rate_limit(self, seconds: float) -> None:
        """The next call waits so long for the rate limit.

        Raises:
            WaitTooLong: it may not wait so long.
        """
        if seconds > self._longest_seconds:
            raise WaitTooLong(
                f"the rate limit of {self._endpoint} opens at {self._local(seconds)}, and"
                f" model.longest_wait_minutes is {self._longest_seconds / 60:g}: run the same command again then"
            )
        if seconds >= SHOWN_FROM_SECONDS:
            reason = f"for the rate limit of {self._endpoint}"
            self._tell("limit", seconds, f"waiting until {self._local(seconds)} {reason}")

    def retry(self, failure: Failure, seconds: float) -> None:
        """All calls wait, one of them so long before its next attempt."""
        if failure.kind == "rate_limit":
            self.rate_limit(seconds)
        elif seconds >= SHOWN_FROM_SECONDS:
            self._tell(
                "retry", seconds, f"waiting until {self._local(seconds)} to try again: {failure.message}"
            )

    def outage(self, pause: Pause) -> None:
        """All calls wait for the endpoint, which is gone."""
        if pause.seconds >= SHOWN_FROM_SECONDS:
            self._tell(
                "outage",
                pause.seconds,
                f"{self._endpoint} is not available since {self._local(-pause.down_seconds)}"
                f" ({pause.failure.message}); next attempt at {self._local(pause.seconds)}",
            )

    def outage_over(self, seconds: float) -> None:
        """The endpoint answers again after so many seconds."""
        if self._said.pop("outage", None) is not None:
            lasted = f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:,.0f} min"
            self._progress.note(f"{self._endpoint} answers again, after {lasted}")

    def over(self) -> None:
        """A call begins."""
        if self._is_shown:
            self._is_shown = False
            self._progress.status("")

    def _tell(self, kind: str, seconds: float, text: str) -> None:
        self._is_shown = True
        if self._progress.status(text):
            return
        now = self._clock()
        said_at, said_until = self._said.get(kind, (now - _REPEATED_AFTER, now))
        is_much_later = seconds >= _MUCH_LATER and now + seconds > said_until + _MUCH_LATER
        if now - said_at >= _REPEATED_AFTER or is_much_later:
            self._said[kind] = (now, now + seconds)
            self._progress.note(text)

    def _local(self, seconds: float) -> str:
        """The local clock time in so many seconds; with the date if that is another day."""
        now = datetime.datetime.fromisoformat(self._now()).astimezone()
        then = now + datetime.timedelta(seconds=seconds)
        return then.strftime("%H:%M:%S" if then.date() == now.date() else "%Y-%m-%d %H:%M")
