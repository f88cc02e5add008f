"""Opens the way to a model for a run: client, rate limits, retries, budget, and the ledger that records each call."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Protocol

from generator.errors import UsageError
from generator.model.budget import Budget, nano_dollars
from generator.model.retries import RetryPolicy
from generator.store.ledger.database import GroupCommit
from generator.workflows.engine.exchange import LiveSession
from generator.workflows.engine.job_pool import StopSignal
from generator.workflows.ports import HasLedger, HasModel, HasSettings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from generator.config import Settings
    from generator.model.transport import RequestSender
    from generator.services import Endpoint
    from generator.store.ledger.runs import Run


class LiveSessionServices(HasSettings, HasLedger, HasModel, Protocol):
    """What asking a model takes."""


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


@asynccontextmanager
async def open_live_session(
    services: LiveSessionServices,
    endpoint: Endpoint,
    run: Run,
    *,
    concurrency: int,
    max_cost: float | None,
    sender: RequestSender | None = None,
) -> AsyncIterator[LiveSession]:
    """The way to the model for the length of the block.

    Args:
        max_cost: US dollars that the calls may cost together; None for no cap.
        sender: makes the HTTP calls, as worker processes do; this process by default.

    Raises:
        UsageError: a cap is set and the model has no known price.
    """
    check_price(services.settings, endpoint, max_cost)
    stop = StopSignal()
    rate_limiter = services.rate_limiter(endpoint, sleep=stop.interruptible(services.sleep))
    profile_store = services.profile_store()
    client = services.model_client(
        endpoint,
        concurrency=concurrency,
        profile_store=profile_store,
        rate_limiter=rate_limiter,
        sender=sender,
    )
    try:
        async with client:
            yield LiveSession(
                client=client,
                rate_limiter=rate_limiter,
                policy=RetryPolicy(attempts=services.settings.model.attempts),
                rng=services.random(),
                sleep=services.sleep,
                budget=Budget(None if max_cost is None else nano_dollars(max_cost)),
                price=endpoint.price,
                ledger=services.ledger,
                commits=GroupCommit(services.database),
                run=run.id,
                now=services.now,
                stop=stop,
                save_profiles=profile_store.flush,
            )
    finally:
        profile_store.flush()
