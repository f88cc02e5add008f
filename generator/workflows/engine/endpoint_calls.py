"""Makes the calls of a run to one endpoint: retries, outages, what a person is told of waits, and the stop of the run."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Protocol, TypeVar

from generator.model.outages import Outages
from generator.model.retries import RetryPolicy, call_with_retries
from generator.workflows.engine.call_events import log_outage, log_outage_over, log_retry
from generator.workflows.engine.progress import NoProgress
from generator.workflows.engine.stopping.stop_signal import StopSignal
from generator.workflows.engine.stopping.waits import Waits
from generator.workflows.ports import HasSettings, HasTime

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from generator.model.failures import Failure
    from generator.model.outages import Pause
    from generator.workflows.engine.progress import Progress

Result = TypeVar("Result")


class CallServices(HasSettings, HasTime, Protocol):
    """What calling an endpoint takes."""


class EndpointCalls:
    """The calls of a run to one endpoint, which share their waits.

    Args:
        endpoint: the endpoint's name, for messages.
        progress: shows what the calls wait for. None where nobody would see it: an outage is then a failure as any other.
        stop: ends the run early; None for a new signal.
        attempts: how often a call is made at most; None for that of the settings.

    Attributes:
        sleep: waits for seconds; raises Stopped once the run is to stop.
    """

    def __init__(
        self,
        services: CallServices,
        endpoint: str,
        progress: Progress | None,
        *,
        stop: StopSignal | None = None,
        attempts: int | None = None,
    ) -> None:
        settings = services.settings.model
        self._endpoint = endpoint
        self.stop = stop or StopSignal()
        self.sleep = self.stop.interruptible(services.sleep)
        self.waits = Waits(
            endpoint,
            progress or NoProgress(),
            longest_seconds=settings.longest_wait_minutes * 60,
            clock=services.clock,
            now=services.now,
        )
        longest = settings.longest_wait_minutes * 60
        self._policy = RetryPolicy(
            attempts=attempts or settings.attempts,
            total_wait_seconds=RetryPolicy.total_wait_seconds + longest,
        )
        self._rng = services.random()
        self._outages: Outages | None = None
        if progress is not None:
            self._outages = Outages(
                longest_seconds=settings.outage_minutes * 60,
                attempts=settings.attempts,
                clock=services.clock,
                rng=self._rng,
                sleep=self.sleep,
                on_pause=self._report_pause,
                on_end=self._report_end_of_outage,
            )

    async def retry(self, call: Callable[[], Awaitable[Result]], *, job: int | None = None) -> Result:
        """What ``call`` returns; repeated while its failure is temporary.

        Args:
            job: the job that the call is for, for the log; None without one.

        Raises:
            Stopped: the run is to stop.
            CallError, ModelUnavailable: as ``call_with_retries``.
            WaitTooLong: a rate limit opens too late.
        """
        return await call_with_retries(
            self._policy,
            call,
            rng=self._rng,
            sleep=self.sleep,
            outages=self._outages,
            on_wait=partial(self._report_wait, job),
        )

    async def in_flight(self, call: Awaitable[Result]) -> Result:
        """What ``call`` returns; it counts as in flight until then."""
        self.waits.over()
        with self.stop.call():
            return await call

    def _report_wait(self, job: int | None, failure: Failure, seconds: float) -> None:
        log_retry(job, failure, seconds)
        # As long as another call is in flight, the run does not wait.
        if not self.stop.in_flight:
            self.waits.retry(failure, seconds)

    def _report_pause(self, pause: Pause) -> None:
        log_outage(self._endpoint, pause)
        self.waits.outage(pause)

    def _report_end_of_outage(self, seconds: float) -> None:
        log_outage_over(self._endpoint, seconds)
        self.waits.outage_over(seconds)
