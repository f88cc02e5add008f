"""The one place of the review page that calls models: a thread with an event loop and stores of its own.

Pages hand it a comment on a draft and go on; the answer is a revision in the ledger. A connection to the ledger must
not be shared with the pages, whose writes would be made within its transactions.
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

AT_ONCE = 4
"""How many revisions are asked for at the same time."""


class RevisionWorker:
    """Has drafts revised in the background.

    Args:
        open_services: opens services on the worker's own thread; they are closed there.
        offline: use the offline model, whatever key is set.
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
        """How many revisions are being asked for now."""
        self.problem: str | None = None
        """Why the model could not be asked, the last time it was tried."""

    async def revise(self, row: DraftRow, comment: str, who: str) -> Revision:
        """Put a request on record; the model is asked after this returns.

        Args:
            row: the draft as the reviewer saw it.

        Raises:
            as :meth:`DraftRevisions.request`, and UsageError where there is no model to ask.
        """
        loop = self._started()
        future: Future[Revision] = asyncio.run_coroutine_threadsafe(self._request(row, comment, who), loop)
        return await asyncio.wrap_future(future)

    def close(self) -> None:
        """Stop asking; what was paid for is kept, what was not asked yet stays asked for."""
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
        self._session.begin(self._ask(self._session))
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
    """The open services, the run and the way to the model of one worker."""

    def __init__(
        self, services: Services, endpoint: Endpoint, stack: AsyncExitStack, run: int, session: LiveSession
    ) -> None:
        self._services = services
        self._endpoint = endpoint
        self._stack = stack
        self._run = run
        self._session = session
        self._turn = asyncio.Semaphore(AT_ONCE)
        self._tasks: set[asyncio.Task[None]] = set()
        self._revisions = DraftRevisions(services)

    @classmethod
    async def open(cls, services: Services, *, offline: bool) -> _RevisionSession:
        async with AsyncExitStack() as stack:
            stack.callback(services.close)
            endpoint = services.endpoint(offline=offline)
            run = stack.enter_context(services.run("review", []))
            session = await stack.enter_async_context(
                LiveSession(services, endpoint, run, concurrency=AT_ONCE, max_cost=None)
            )
            return cls(services, endpoint, stack.pop_all(), run.id, session)

    async def request(self, row: DraftRow, comment: str, who: str) -> Revision:
        return await self._session.commits.run(
            lambda: self._revisions.request(
                row, comment=comment, who=who, run=self._run, endpoint=self._endpoint
            )
        )

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def ask(self) -> None:
        async with self._turn:
            writer = DraftWriter(self._services, self._session)
            await self._revisions.ask(writer, self._session.commits, run=self._run)

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._stack.aclose()
