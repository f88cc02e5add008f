"""Fills request files with what the due jobs of an order need next, and lets those that need nothing end.

A job is in at most one open request at a time. Until its file is whole, a batch may be undone without a
trace; memory does not grow with the number of jobs.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from generator.errors import BudgetExceeded
from generator.jobs.asking import NeedsReply, request_hash
from generator.jobs.batch_talking import BatchTalker
from generator.jobs.pool import Pool
from generator.model.batch_files import RequestFile, request_line
from generator.model.budget import Budget, Price, reservation
from generator.model.requests import Dialect, request_body
from generator.store.batches import Batches, BatchRow, Order
from generator.store.records import Job, NewCall

CHUNK = 256
CONCURRENCY = 64
FOLDER = "batches"

Handler = Callable[[Job], Awaitable[None]]
"""Does one claimed job to its end with a ``BatchTalker``, or raises ``NeedsReply``."""


@dataclass(frozen=True)
class FilePlan:
    """Where request files stand and how large they may be; ``path`` names one file, else batches number theirs."""

    folder: Path
    path: Path | None = None
    most_requests: int | None = None
    most_bytes: int | None = None

    def file_of(self, batch: BatchRow, others: int) -> Path:
        """The file of a batch that is the order's ``others``-th besides the first."""
        if self.path is None:
            return Path(batch.path)
        return self.path if not others else self.path.with_stem(f"{self.path.stem}-{others + 1}")


@dataclass
class _Open:
    """A file that takes more lines, and those that are not written yet."""

    batch: BatchRow
    file: RequestFile


class Filler:
    """One pass over the due jobs of one order.

    Args:
        work: does a job; what it needs next, it raises.
        files: None to let jobs end that can, and put nothing into files.
        price_of: what a model costs, None where that is not known.
        dialect_of: how the order's endpoint wants to be asked for a model.
        send: is given each batch whose file is whole.

    ``requests`` counts what went into files, ``left`` the jobs that need a reply and got no place.
    """

    def __init__(
        self,
        batches: Batches,
        talker: BatchTalker,
        order: Order,
        work: Handler,
        *,
        files: FilePlan | None,
        price_of: Callable[[str], Price | None],
        dialect_of: Callable[[str], Dialect],
        send: Callable[[BatchRow], Awaitable[None]],
        on_progress: Callable[[int], None] = lambda _: None,
    ) -> None:
        self._batches = batches
        self._talker = talker
        self._commits = talker.commits
        self._order = order
        self._work = work
        self._files = files
        self._price_of = price_of
        self._dialect_of = dialect_of
        self._send = send
        self._on_progress = on_progress
        self._budget = Budget(order.max_cost, spent=batches.spent(order.run))
        self._after = 0
        self._begun = 0
        self._made = 0
        self._waiting: dict[str, list[tuple[bytes, NewCall]]] = {}
        self._open: dict[str, _Open] = {}
        self._turn = asyncio.Lock()
        self.requests = 0
        self.left = 0
        self.pool = Pool[Job](self._take, self._handle, self._give_back)

    async def run(self) -> None:
        """Go over every due job.

        Raises:
            BudgetExceeded: the next request could pass the order's cap; what fitted is sent.
            StorageError: a file cannot be written; nothing of it was sent.
        """
        try:
            try:
                await self.pool.run(CONCURRENCY)
            except BudgetExceeded:
                await self._finish_all()
                raise
            await self._finish_all()
        except BaseException:
            for opened in self._open.values():
                opened.file.drop()
            raise
        finally:
            await self._commits.drain()

    async def _take(self, limit: int) -> list[Job]:
        def claim() -> list[Job]:
            jobs = self._batches.claim_due(
                self._order.run, run=self._talker.run, after=self._after, limit=max(limit, CHUNK)
            )
            for job in jobs:
                if job.replies:
                    _ = job.context  # read now: later, reading would wait for the commit that is under way
            return jobs

        jobs = await self._commits.run(claim)
        if jobs:
            self._after = jobs[-1].id
            self._talker.recall(self._order.run, jobs)
        return jobs

    async def _give_back(self, job: Job) -> None:
        await self._commits.run(lambda: self._batches.ledger.release(job.id))

    async def _handle(self, job: Job) -> None:
        try:
            await self._work(job)
        except NeedsReply as needed:
            await self._place(job, needed)
        self._begun += 1
        if self._begun % CHUNK == 0:
            self._on_progress(self._begun)

    async def _place(self, job: Job, needed: NeedsReply) -> None:
        """Put the next request of a job among those to be written."""
        if self._files is None:
            self.left += 1
            await self._give_back(job)
            return
        request = needed.request
        price = self._price_of(request.model)
        reserved = reservation(request, price, batch=True) if price else None
        try:
            self._budget.reserve(reserved or 0)
        except BudgetExceeded:
            self.left += 1
            await self._give_back(job)
            raise
        dialect = self._dialect_of(request.model)
        body = request_body(request, dialect.mode, dialect.quirks)
        call = NewCall(
            job=job.id,
            step=needed.step,
            purpose=needed.purpose,
            attempt=needed.attempt,
            request_hash=request_hash(request),
            mode=dialect.mode,
            model=request.model,
            reserved=reserved,
        )
        line = request_line(self._batches.custom_id(job.id, needed.step), body)
        waiting = self._waiting.setdefault(request.model, [])
        waiting.append((line, call))
        if len(waiting) >= CHUNK:
            await self._write(request.model)

    async def _write(self, model: str) -> None:
        """Write the waiting lines of a model and record them, a file's worth at a time."""
        async with self._turn:
            waiting = self._waiting.pop(model, [])
            while waiting:
                opened = await self._file_for(model, len(waiting[0][0]))
                fitting: list[tuple[bytes, NewCall]] = []
                while waiting and opened.file.has_room(len(waiting[0][0])):
                    opened.file.write([waiting[0][0]])
                    fitting.append(waiting.pop(0))
                await self._record(opened.batch, [call for _, call in fitting])
                self.requests += len(fitting)

    async def _record(self, batch: BatchRow, calls: list[NewCall]) -> None:
        run, now = self._talker.run, self._talker.now
        await self._commits.run(lambda: self._batches.add(batch.id, calls, run=run, now=now()))

    async def _file_for(self, model: str, size: int) -> _Open:
        """The open file of a model with room for a line, a new one where there is none."""
        opened = self._open.get(model)
        if opened is not None and opened.file.has_room(size):
            return opened
        if opened is not None:
            await self._finish(model)
        plan = self._files
        assert plan is not None
        now = self._talker.now

        def begin() -> BatchRow:
            return self._batches.begin(
                self._order.run, model=model, folder=str(plan.folder), run=self._talker.run, now=now()
            )

        batch = await self._commits.run(begin)
        path = plan.file_of(batch, self._made)
        if path != Path(batch.path):
            await self._commits.run(lambda: self._batches.place(batch.id, str(path), now=now()))
        self._made += 1
        file = RequestFile(path, most_requests=plan.most_requests, most_bytes=plan.most_bytes)
        opened = self._open[model] = _Open(batch, file)
        return opened

    async def _finish_all(self) -> None:
        for model in list(self._waiting):
            await self._write(model)
        for model in list(self._open):
            await self._finish(model)

    async def _finish(self, model: str) -> None:
        """The file is whole: from here on the batch is sent, and only once."""
        opened = self._open[model]
        await asyncio.to_thread(opened.file.finish)
        del self._open[model]
        batch, now = opened.batch, self._talker.now

        def written() -> BatchRow:
            state = "exported" if self._order.endpoint is None else "written"
            self._batches.advance(batch.id, state, now=now(), requests=opened.file.requests)  # type: ignore[arg-type]
            return self._batches.get(batch.id)

        await self._send(await self._commits.run(written))
