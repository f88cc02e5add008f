"""The session of a run that asks a model: client, rate limits, retries, budget, and the ledger for its calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from generator.errors import UsageError
from generator.model.budget import NANO_DOLLARS, Budget, nano_dollars
from generator.model.transport import endpoint_name
from generator.store.ledger.storage.database import GroupCommit
from generator.workflows.engine.endpoint_calls import EndpointCalls
from generator.workflows.engine.live_exchange import LiveExchange
from generator.workflows.ports import HasLedger, HasModel, HasSettings

if TYPE_CHECKING:
    from generator.config import Settings
    from generator.model.transport import RequestSender
    from generator.services import Endpoint
    from generator.store.ledger.runs.calls import Spend
    from generator.store.ledger.runs.jobs import Job
    from generator.store.ledger.runs.runs import Run
    from generator.workflows.engine.progress import Progress
    from generator.workflows.engine.stopping.stop_signal import StopSignal


class LiveSessionServices(HasSettings, HasLedger, HasModel, Protocol):
    """What asking a model takes."""


class LiveSession:
    """What all exchanges of a run with the model share, as an async context manager.

    Args:
        concurrency: the most calls in flight.
        max_cost: US dollars that the calls may cost together; None for no cap.
        sender: makes the HTTP calls, as worker processes do; None for connections of this process.
        progress: as for ``EndpointCalls``; is told where the model is shut down soon.
        attempts: as for ``EndpointCalls``.
        shared_with: another session of the same run: they share budget, commits and stop signal; ``max_cost`` then only
            says whether there is a cap.

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
        attempts: int | None = None,
        shared_with: LiveSession | None = None,
    ) -> None:
        check_price(services.settings, endpoint, max_cost)
        cap = None if max_cost is None else nano_dollars(max_cost)
        self.ledger = services.ledger
        self.commits: GroupCommit = shared_with.commits if shared_with else GroupCommit(services.database)
        self.run = run.id
        self.run_record = run
        self.now = services.now
        self.clock = services.clock
        self.calls = EndpointCalls(
            services,
            endpoint_name(endpoint.base_url),
            progress,
            stop=shared_with.stop if shared_with else None,
            attempts=attempts,
        )
        if progress is not None and (notice := services.shutdown_notice(endpoint)):
            progress.note(notice)
        self.stop: StopSignal = self.calls.stop
        self.price = endpoint.price
        self.budget: Budget = shared_with.budget if shared_with else Budget(cap)
        self._profiles = services.profile_store()
        self.rate_limiter = services.rate_limiter(
            endpoint, sleep=self.calls.sleep, on_wait=self.calls.waits.rate_limit
        )
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


def rest_of(max_cost: float | None, spend: Spend) -> float | None:
    """What is left of a cap, in US dollars; None for no cap."""
    return None if max_cost is None else max(0.0, max_cost - spend.cost / NANO_DOLLARS)
