"""Calls models for the review page, in a separate thread with its own event loop and its own stores.

A page sends it a comment on a draft and does not wait; the result is a revision in the ledger. The worker needs its own
connection to the ledger: with a shared one, writes of the pages would be part of the worker's transactions.
"""

from __future__ import annotations

import asyncio
import threading
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any

from generator.errors import BudgetExceeded, GeneratorError, UsageError
from generator.model.budget import NANO_DOLLARS
from generator.workflows.drafting.writer import DraftWriter
from generator.workflows.engine.live_session import LiveSession
from generator.workflows.review.editing.revisions import DraftRevisions

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine
    from concurrent.futures import Future

    from generator.services import Endpoint, Services
    from generator.store.ledger.drafts.revisions import Revision
    from generator.store.ledger.drafts.rows import DraftRow

CONCURRENCY = 4
"""The most revisions that are requested from the model at the same time."""


class RevisionWorker:
    """Has drafts revised in the background.

    Args:
        open_services: opens services; it is called in the worker's thread, and they are closed there.
        offline: use the offline model even if an API key is set.
        max_cost: the most US dollars that the revisions of this worker may cost; None for no cap.
    """

    def __init__(
        self,
        open_services: Callable[[], Services],
        *,
        offline: bool = False,
        max_cost: float | None = None,
    ) -> None:
        self._open_services = open_services
        self._offline = offline
        self._max_cost = max_cost
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
            UsageError: no model can be asked, the cap is reached, or as :meth:`DraftRevisions.request`.
            EditRefused, StaleDraft: as :meth:`DraftRevisions.request`.
        """
        return await asyncio.wrap_future(self._call(self._request(row, comment, who)))

    def resume(self) -> Future[None]:
        """Ask for the revisions that no model has answered, such as those of a server that ended.

        Returns:
            A future that is done when they are requested, or recorded as failed because no model can be asked.
        """
        return self._call(self._resume())

    def close(self) -> None:
        """Stop the worker. Paid replies are stored. Requests that were not sent stay recorded."""
        if self._thread is not None and self._thread.is_alive():
            assert self._loop is not None and self._stop is not None
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join()

    def _call(self, work: Coroutine[Any, Any, Any]) -> Future[Any]:
        return asyncio.run_coroutine_threadsafe(work, self._started())

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

    async def _opened(self) -> _RevisionSession:
        if self._session is None:
            self._session = await _RevisionSession.open(
                self._open_services(), offline=self._offline, max_cost=self._max_cost
            )
        return self._session

    async def _request(self, row: DraftRow, comment: str, who: str) -> Revision:
        session = await self._opened()
        revision = await session.request(row, comment, who)
        if revision.state == "asked":
            self._start(session, revision)
        return revision

    async def _resume(self) -> None:
        try:
            session = await self._opened()
        except GeneratorError as error:
            self.problem = str(error)
            services = self._open_services()
            try:
                DraftRevisions(services).fail_unanswered(str(error))
            finally:
                services.close()
            return
        for revision in await session.unanswered():
            self._start(session, revision)

    def _start(self, session: _RevisionSession, revision: Revision) -> None:
        self.waiting += 1
        session.start_task(self._ask(session.ask(revision)))

    async def _ask(self, asking: Awaitable[None]) -> None:
        try:
            await asking
            self.problem = None
        except GeneratorError as error:
            self.problem = str(error)
        except Exception as error:  # noqa: BLE001 - it is shown on the page and stored with the revision
            self.problem = f"unexpected error: {error}"
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
        self._is_cap_reached = False

    @classmethod
    async def open(cls, services: Services, *, offline: bool, max_cost: float | None) -> _RevisionSession:
        async with AsyncExitStack() as stack:
            stack.callback(services.close)
            endpoint = services.endpoint(offline=offline)
            run = stack.enter_context(services.run("review", []))
            session = await stack.enter_async_context(
                LiveSession(services, endpoint, run, concurrency=CONCURRENCY, max_cost=max_cost)
            )
            return cls(services, endpoint, stack.pop_all(), run.id, session)

    async def request(self, row: DraftRow, comment: str, who: str) -> Revision:
        self._require_budget()
        return await self._session.commits.run(
            lambda: self._revisions.request(
                row, comment=comment, who=who, run=self._run, endpoint=self._endpoint
            )
        )

    async def unanswered(self) -> list[Revision]:
        return await self._session.commits.run(lambda: self._revisions.resume(self._endpoint))

    def start_task(self, coroutine: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def ask(self, revision: Revision) -> None:
        async with self._limit:
            writer = DraftWriter(self._services, self._session)
            try:
                await self._revisions.ask(revision, writer, self._session.commits, run=self._run)
            except BudgetExceeded:
                self._is_cap_reached = True
                raise

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._stack.aclose()

    def _require_budget(self) -> None:
        """Raises UsageError where the cap is reached: before anything is recorded or paid."""
        budget = self._session.budget
        if budget.limit is not None and (self._is_cap_reached or budget.spent >= budget.limit):
            raise UsageError(
                f"The revisions of this server have cost ${budget.spent / NANO_DOLLARS:.4f} of at most"
                f" ${budget.limit / NANO_DOLLARS:.2f}: start generator review with a higher --max-cost to ask for more."
            )
