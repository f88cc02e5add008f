"""Calls models for the review page, in a separate thread with its own event loop and its own stores.

A page sends it a comment on a draft and does not wait; the result is a revision in the ledger. The worker needs its own
connection to the ledger: with a shared one, writes of the pages would be part of the worker's transactions.
"""

from __future__ import annotations

import asyncio
import threading
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any

from generator.errors import GeneratorError
from generator.workflows.drafting.writer import DraftWriter
from generator.workflows.engine.live_session import LiveSession
from generator.workflows.review.revisions import DraftRevisions

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from concurrent.futures import Future

    from generator.services import Endpoint, Services
    from generator.store.ledger.drafts import DraftRow
    from generator.store.ledger.revisions import Revision

CONCURRENCY = 4
"""The most revisions that are requested from the model at the same time."""


class RevisionWorker:
    """Has drafts revised in the background.

    Args:
        open_services: opens services; it is called in the worker's thread, and they are closed there.
        offline: use the offline model even if an API key is set.
    """

    def __init__(self, open_services: Callable[[], Services], *, offline: bool = False) -> None:
        self._open_services = open_services
        self._offline = offline
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._session: _RevisionSession | None = None
        self.waiting = 0
        """The number of revisions whose reply is not recorded yet."""
        self.problem: str | None = None
        """Why the last request to the model failed, None if it succeeded."""

    async def revise(self, row: DraftRow, comment: str, who: str) -> Revision:
        """Record a request for a revision. The model is asked after this returns.

        Args:
            row: the draft as the reviewer saw it.
            comment: what the model is to change.
            who: the reviewer.

        Raises:
            UsageError: no model can be asked, or as :meth:`DraftRevisions.request`.
            EditRefused, StaleDraft: as :meth:`DraftRevisions.request`.
        """
        loop = self._started()
        future: Future[Revision] = asyncio.run_coroutine_threadsafe(self._request(row, comment, who), loop)
        return await asyncio.wrap_future(future)

    def close(self) -> None:
        """Stop the worker. Paid replies are stored. Requests that were not sent stay recorded."""
        if self._loop is not None and self._stop is not None and self._thread is not None:
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join()

    def _started(self) -> asyncio.AbstractEventLoop:
        with self._starting:
            if self._loop is None:
                ready = threading.Event()
                self._thread = threading.Thread(
                    target=self._run, args=(ready,), name="revisions", daemon=True
                )
                self._thread.start()
                ready.wait()
        assert self._loop is not None
        return self._loop

    def _run(self, ready: threading.Event) -> None:
        async def main() -> None:
            self._loop = asyncio.get_running_loop()
            self._stop = asyncio.Event()
            ready.set()
            await self._stop.wait()
            if self._session is not None:
                await self._session.close()

        asyncio.run(main())

    async def _request(self, row: DraftRow, comment: str, who: str) -> Revision:
        if self._session is None:
            self._session = await _RevisionSession.open(self._open_services(), offline=self._offline)
        revision = await self._session.request(row, comment, who)
        self.waiting += 1
        self._session.start_task(self._ask(self._session))
        return revision

    async def _ask(self, session: _RevisionSession) -> None:
        try:
            await session.ask()
            self.problem = None
        except GeneratorError as error:
            self.problem = str(error)
        finally:
            self.waiting -= 1


class _RevisionSession:
    """The open services, the run and the model session of one worker."""

    def __init__(
        self, services: Services, endpoint: Endpoint, stack: AsyncExitStack, run: int, session: LiveSession
    ) -> None:
        self._services = services
        self._endpoint = endpoint
        self._stack = stack
        self._run = run
        self._session = session
        self._limit = asyncio.Semaphore(CONCURRENCY)
        self._tasks: set[asyncio.Task[None]] = set()
        self._revisions = DraftRevisions(services)

    @classmethod
    async def open(cls, services: Services, *, offline: bool) -> _RevisionSession:
        async with AsyncExitStack() as stack:
            stack.callback(services.close)
            endpoint = services.endpoint(offline=offline)
            run = stack.enter_context(services.run("review", []))
            session = await stack.enter_async_context(
                LiveSession(services, endpoint, run, concurrency=CONCURRENCY, max_cost=None)
            )
            return cls(services, endpoint, stack.pop_all(), run.id, session)

    async def request(self, row: DraftRow, comment: str, who: str) -> Revision:
        return await self._session.commits.run(
            lambda: self._revisions.request(
                row, comment=comment, who=who, run=self._run, endpoint=self._endpoint
            )
        )

    def start_task(self, coroutine: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def ask(self) -> None:
        async with self._limit:
            writer = DraftWriter(self._services, self._session)
            await self._revisions.ask(writer, self._session.commits, run=self._run)

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._stack.aclose()
