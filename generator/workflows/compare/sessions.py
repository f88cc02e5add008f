"""The sessions of a comparison: one for each model, all of one run, with one budget and one stop signal."""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.workflows.engine.live_session import LiveSession, LiveSessionServices

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.services import Endpoint
    from generator.store.ledger.runs.runs import Run
    from generator.workflows.engine.progress import Progress


@dataclass(frozen=True)
class SessionOptions:
    """What all sessions of a run share; as for :class:`LiveSession`."""

    run: Run
    concurrency: int
    max_cost: float | None
    progress: Progress


class Sessions:
    """The sessions with some endpoints, as an async context manager.

    Attributes:
        first: that with the first endpoint, whose budget and stop signal are those of all.

    Raises:
        UsageError: a cap is set and a model has no known price.
    """

    def __init__(
        self, services: LiveSessionServices, endpoints: Sequence[Endpoint], options: SessionOptions
    ) -> None:
        self._stack = AsyncExitStack()
        self._by_endpoint: dict[Endpoint, LiveSession] = {}
        shared: LiveSession | None = None
        for endpoint in endpoints:
            if endpoint in self._by_endpoint:
                continue
            session = LiveSession(
                services,
                endpoint,
                options.run,
                concurrency=options.concurrency,
                max_cost=options.max_cost,
                progress=options.progress,
                shared_with=shared,
            )
            shared = shared or session
            self._by_endpoint[endpoint] = session
        assert shared is not None
        self.first = shared

    def of(self, endpoint: Endpoint) -> LiveSession:
        """The session with an endpoint."""
        return self._by_endpoint[endpoint]

    @property
    def notes(self) -> list[str]:
        """What was learned of the endpoints, for a person."""
        return [note for session in self._by_endpoint.values() for note in session.client.notes]

    async def __aenter__(self) -> Sessions:
        for session in self._by_endpoint.values():
            await self._stack.enter_async_context(session)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()
