"""The one place of the review page that calls models: a thread with a loop and stores of its own.

Pages hand it a comment on a draft and go on; the revision is in the ledger when it is there. A connection to
the ledger must not be shared with the pages, whose writes would fall into its transactions.
"""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

from generator.desk import Desk
from generator.errors import GeneratorError
from generator.services import Endpoint, Services
from generator.store.ledger.drafts import StaleDraft
from generator.store.ledger.revisions import Revision
from generator.workflows.drafting.draft import new_writer
from generator.workflows.engine.asker import open_asker
from generator.workflows.engine.exchange import Asker

AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Seen:
    """A draft as the reviewer saw it."""

    draft: int
    lock: int
    sha: str


class Worker:
    """Revises drafts in the background.

    Args:
        open_shop: opens stores on the worker's own thread; they are closed there.
        offline: use the offline model, whatever key is set.
    """

    def __init__(self, open_shop: Callable[[], Services], *, offline: bool = False) -> None:
        self._open_shop = open_shop
        self._offline = offline
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._bench: _Bench | None = None
        self.waiting = 0
        """How many revisions are being asked for now."""
        self.problem: str | None = None
        """Why the model could not be asked, the last time it was tried."""

    async def revise(self, seen: Seen, comment: str, who: str) -> Revision:
        """Put a request on record, and ask the model for it after this returns.

        Raises:
            as :meth:`Revising.request`, and UsageError where there is no model to ask.
        """
        loop = self._started()
        future: Future[Revision] = asyncio.run_coroutine_threadsafe(self._request(seen, comment, who), loop)
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
            if self._bench is not None:
                await self._bench.close()

        asyncio.run(main())

    async def _request(self, seen: Seen, comment: str, who: str) -> Revision:
        if self._bench is None:
            self._bench = await _Bench.open(self._open_shop(), offline=self._offline)
        revision = await self._bench.request(seen, comment, who)
        self.waiting += 1
        self._bench.begin(self._ask(self._bench))
        return revision

    async def _ask(self, bench: "_Bench") -> None:
        try:
            await bench.ask()
            self.problem = None
        except GeneratorError as error:
            self.problem = str(error)
        finally:
            self.waiting -= 1


class _Bench:
    """The open stores, the run and the way to the model of one worker."""

    def __init__(
        self, shop: Services, endpoint: Endpoint, stack: AsyncExitStack, run: int, asker: Asker
    ) -> None:
        self._shop = shop
        self._endpoint = endpoint
        self._stack = stack
        self._run = run
        self._asker = asker
        self._turn = asyncio.Semaphore(AT_ONCE)
        self._tasks: set[asyncio.Task[None]] = set()
        self._revising = Desk(shop).revising

    @classmethod
    async def open(cls, shop: Services, *, offline: bool) -> "_Bench":
        async with AsyncExitStack() as stack:
            stack.callback(shop.close)
            endpoint = shop.endpoint(offline=offline)
            run = stack.enter_context(shop.run("review", []))
            asker = await stack.enter_async_context(
                open_asker(shop, endpoint, run, concurrency=AT_ONCE, max_cost=None)
            )
            return cls(shop, endpoint, stack.pop_all(), run.id, asker)

    async def request(self, seen: Seen, comment: str, who: str) -> Revision:
        def record() -> Revision:
            row = self._shop.drafts.get(seen.draft)
            if (row.lock, row.sha) != (seen.lock, seen.sha):
                raise StaleDraft(f"{row.key or row.question!r} was changed meanwhile; look at it again")
            return self._revising.request(
                row,
                comment=comment,
                who=who,
                run=self._run,
                realm=self._endpoint.realm,
                model=self._endpoint.model,
            )

        return await self._asker.commits.run(record)

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def ask(self) -> None:
        async with self._turn:
            await self._revising.ask(new_writer(self._shop, self._asker), self._asker.commits, run=self._run)

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._stack.aclose()
