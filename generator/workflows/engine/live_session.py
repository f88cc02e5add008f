"""The session of a run that asks a model: client, rate limits, retries, budget, and the ledger for its calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from generator.errors import UsageError
from generator.model.budget import Budget, nano_dollars
from generator.model.outages import Outages
from generator.model.retries import RetryPolicy, call_with_retries
from generator.model.transport import endpoint_name
from generator.store.ledger.database import GroupCommit
from generator.workflows.engine.live_exchange import LiveExchange
from generator.workflows.engine.progress import NoProgress
from generator.workflows.engine.stop_signal import StopSignal
from generator.workflows.engine.waits import Waits
from generator.workflows.ports import HasLedger, HasModel, HasSettings

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from generator.config import Settings
    from generator.model.errors import Failure
    from generator.model.transport import RequestSender
    from generator.services import Endpoint
    from generator.store.ledger.jobs import Job
    from generator.store.ledger.runs import Run
    from generator.workflows.engine.progress import Progress

Result = TypeVar("Result")


class LiveSessionServices(HasSettings, HasLedger, HasModel, Protocol):
    """What asking a model takes."""


class LiveSession:
    """What all exchanges of a run with the model share, as an async context manager.

    Args:
        concurrency: the most calls in flight.
        max_cost: US dollars that the calls may cost together; None for no cap.
        sender: makes the HTTP calls, as worker processes do; None for connections of this process.
        progress: shows what the calls wait for.

    Raises:
        UsageError: a cap is set and the model has no known price.
    """

    def __init__(
        self,
        services: LiveSessionServices,
        endpoint: Endpoint,
        run: Run,
        *,
        concurrency: int,
        max_cost: float | None,
        sender: RequestSender | None = None,
        progress: Progress | None = None,
    ) -> None:
        check_price(services.settings, endpoint, max_cost)
        self.ledger = services.ledger
        self.commits = GroupCommit(services.database)
        self.run = run.id
        self.now = services.now
        self.stop = StopSignal()
        self.price = endpoint.price
        self.budget = Budget(None if max_cost is None else nano_dollars(max_cost))
        model = services.settings.model
        self.waits = Waits(
            endpoint_name(endpoint.base_url),
            progress or NoProgress(),
            longest_seconds=model.longest_wait_minutes * 60,
            clock=services.clock,
            now=services.now,
        )
        self._retry_policy = RetryPolicy(attempts=model.attempts)
        self._rng = services.random()
        self._sleep = self.stop.interruptible(services.sleep)
        self._outages = Outages(
            longest_seconds=model.outage_minutes * 60,
            attempts=model.attempts,
            clock=services.clock,
            rng=self._rng,
            sleep=self._sleep,
            on_pause=self.waits.outage,
            on_end=self.waits.outage_over,
        )
        self._profiles = services.profile_store()
        self.rate_limiter = services.rate_limiter(endpoint, sleep=self._sleep, on_wait=self.waits.rate_limit)
        self.client = services.model_client(
            endpoint,
            concurrency=concurrency,
            profile_store=self._profiles,
            rate_limiter=self.rate_limiter,
            sender=sender,
        )

    async def __aenter__(self) -> LiveSession:
        return self

    async def __aexit__(self, *_: object) -> None:
        try:
            await self.client.aclose()
        finally:
            self.save_profiles()

    def exchange(self, job: Job) -> LiveExchange:
        """The exchange with the model about one job."""
        return LiveExchange(self, job)

    async def retry(self, call: Callable[[], Awaitable[Result]]) -> Result:
        """What ``call`` returns; repeated while its failure is temporary. Raises as ``call_with_retries``, and Stopped."""
        return await call_with_retries(
            self._retry_policy,
            call,
            rng=self._rng,
            sleep=self._sleep,
            outages=self._outages,
            on_wait=self._report_retry,
        )

    def _report_retry(self, failure: Failure, seconds: float) -> None:
        # As long as another call is in flight, the run does not wait.
        if not self.stop.in_flight:
            self.waits.retry(failure, seconds)

    def save_profiles(self) -> None:
        """Write what was learned of the endpoint, within the open transaction if there is one."""
        self._profiles.flush()


def check_price(settings: Settings, endpoint: Endpoint, max_cost: float | None) -> None:
    """Refuse a cap on the cost of a model whose price is not known.

    Raises:
        UsageError: a cap is set and the model has no known price.
    """
    if max_cost is not None and endpoint.price is None:
        raise UsageError(
            f"--max-cost needs a price for {settings.priced_as(endpoint.model)!r}:"
            " add it under prices in config.yaml"
        )
