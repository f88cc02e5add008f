"""Fills request files with what the due jobs of an order need next, and lets those that need nothing end.

A job is in at most one open request at a time. Until its file is whole, a batch may be undone without a
trace; memory does not grow with the number of jobs. However many processes fill one order, its cap holds.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from generator.errors import BudgetExceeded, StorageError
from generator.model.batch_files import RequestFile, part_of, request_line
from generator.model.budget import Budget, Price, reservation
from generator.model.requests import EndpointProfile, request_body
from generator.store.ledger.batches import Batches, BatchOrder, BatchRow
from generator.store.ledger.calls import NewCall
from generator.store.ledger.jobs import Job
from generator.workflows.batch.replay_session import ReplaySession
from generator.workflows.engine.exchange import NeedsReply
from generator.workflows.engine.job_pool import JobPool
from generator.workflows.engine.job_requests import request_hash

CHUNK = 256
CONCURRENCY = 64

Handler = Callable[[Job], Awaitable[object]]
"""Does one claimed job to its end with a ``ReplaySession``, or raises ``NeedsReply``."""


@dataclass(frozen=True)
class FilePlan:
    """Where request files stand and how large they may be; ``path`` names one file, else batches number theirs."""

    folder: Path
    path: Path | None = None
    most_requests: int | None = None
    most_bytes: int | None = None

    def names(self) -> Iterator[Path]:
        """``path``, and what further files are called, without end."""
        assert self.path is not None
        yield self.path
        for number in count(2):
            yield self.path.with_stem(f"{self.path.stem}-{number}")


@dataclass
class _Open:
    """A file that takes more lines, and those that are not written yet."""

    batch: BatchRow
    file: RequestFile


class RequestFileWriter:
    """One pass over the due jobs of one order.

    Args:
        work: does a job; what it needs next, it raises.
        files: None to let jobs end that can, and put nothing into files.
        price_of: what a model costs, None where that is not known.
        profile_of: how the order's endpoint wants to be asked for a model.
        send: is given each batch whose file is whole.

    ``requests`` counts what went into files; ``notes`` are lines for a person.
    """

    def __init__(
        self,
        batches: Batches,
        session: ReplaySession,
        order: BatchOrder,
        work: Handler,
        *,
        files: FilePlan | None,
        price_of: Callable[[str], Price | None],
        profile_of: Callable[[str], EndpointProfile],
        send: Callable[[BatchRow], Awaitable[None]],
        on_progress: Callable[[int], None] = lambda _: None,
    ) -> None:
        self._batches = batches
        self._session = session
        self._commits = session.commits
        self._order = order
        self._work = work
        self._files = files
        self._price_of = price_of
        self._profile_of = profile_of
        self._send = send
        self._on_progress = on_progress
        self._budget = Budget(None)
        self._others_version: int | None = None
        self._over: BudgetExceeded | None = None
        self._names = files.names() if files is not None and files.path is not None else None
        self._after = 0
        self._begun = 0
        self._waiting: dict[str, list[tuple[bytes, NewCall]]] = {}
        self._open: dict[str, _Open] = {}
        self._turn = asyncio.Lock()
        self.requests = 0
        self.notes: list[str] = []
        self.pool = JobPool[Job](self._take, self._handle, self._release)

    async def run(self) -> None:
        """Go over every due job.

        Raises:
            BudgetExceeded: the next request could pass the order's cap; what fitted is sent.
            StorageError: a file cannot be written; nothing of it was sent.
        """
        try:
            await self.pool.run(CONCURRENCY)
            await self._finish_all()
        except BaseException:
            for opened in self._open.values():
                opened.file.drop()
            raise
        finally:
            await self._commits.drain()
        if self._over is not None:
            raise self._over

    async def _take(self, limit: int) -> list[Job]:
        jobs = await self._commits.run(
            lambda: self._batches.claim_due(
                self._order.run, run=self._session.run, after=self._after, limit=max(limit, CHUNK)
            )
        )
        if jobs:
            self._after = jobs[-1].id
            self._session.recall(self._order.run, jobs)
        return jobs

    async def _release(self, job: Job) -> None:
        await self._commits.run(lambda: self._batches.ledger.jobs.release(job.id))

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
            await self._release(job)
            return
        request = needed.request
        price = self._price_of(request.model)
        profile = self._profile_of(request.model)
        reserved = reservation(request, price, most_tokens=profile.most_tokens, batch=True) if price else None
        body = request_body(request, profile.mode, profile.parameter_rules)
        call = NewCall(
            job=job.id,
            step=needed.step,
            purpose=needed.purpose,
            attempt=needed.attempt,
            request_hash=request_hash(request),
            mode=profile.mode,
            model=request.model,
            reserved=reserved,
            output_cap=request.output_cap,
            cap_parameter=profile.parameter_rules.cap_parameter,
        )
        line = request_line(self._batches.custom_id(job.id, needed.step), body)
        waiting = self._waiting.setdefault(request.model, [])
        waiting.append((line, call))
        if len(waiting) >= CHUNK:
            await self._write(request.model)

    async def _write(self, model: str) -> None:
        """Record the waiting requests of a model, as far as the cap allows, and write them, a file's worth at a time."""
        async with self._turn:
            waiting = self._waiting.pop(model, [])
            while waiting:
                opened = await self._file_for(model, len(waiting[0][0]))
                size = lines = 0
                for line, _ in waiting:
                    if not opened.file.has_room(size + len(line), lines=lines + 1):
                        break
                    size, lines = size + len(line), lines + 1
                fitting, waiting = waiting[:lines], waiting[lines:]
                added = await self._record(opened.batch, [call for _, call in fitting])
                opened.file.write([line for line, call in fitting if call.job in added])
                self.requests += len(added)

    async def _record(self, batch: BatchRow, calls: list[NewCall]) -> set[int]:
        """Record the requests that the order's cap has room for, and give the other jobs back; the jobs recorded."""
        run, now = self._session.run, self._session.now

        def add() -> set[int]:
            affordable = self._affordable(batch, calls)
            self._batches.add(batch.id, affordable, run=run, now=now())
            added = {call.job for call in affordable}
            for call in calls:
                if call.job not in added:
                    self._batches.ledger.jobs.release(call.job)
            return added

        added = await self._commits.run(add)
        if len(added) < len(calls):
            self.pool.stop()
        return added

    def _affordable(self, batch: BatchRow, calls: list[NewCall]) -> list[NewCall]:
        """The calls that the order's cap has room for, by what the ledger says in the transaction that adds them."""
        version = self._batches.database.others_version()
        if version != self._others_version:  # another process may have spent of the cap, or changed it
            self._others_version = version
            cap = self._batches.order_of(batch).max_cost
            spent = 0 if cap is None else self._batches.spent(self._order.run)
            self._budget = Budget(cap, spent=spent)
        affordable = []
        for call in calls:
            amount = call.reserved or 0
            try:
                because = self._profile_of(call.model).overrun.because(call.output_cap or 0)
                self._budget.charge(self._budget.reserve(amount, because), amount)
            except BudgetExceeded as error:
                self._over = self._over or error
            else:
                affordable.append(call)
        return affordable

    async def _file_for(self, model: str, size: int) -> _Open:
        """The open file of a model with room for a line, a new one where there is none."""
        opened = self._open.get(model)
        if opened is not None and opened.file.has_room(size):
            return opened
        if opened is not None:
            await self._finish(model)
        plan = self._files
        assert plan is not None
        now = self._session.now
        named = self._free_name(self._names) if self._names is not None else None

        def begin() -> BatchRow:
            batch = self._batches.begin(
                self._order.run, model=model, folder=str(plan.folder), run=self._session.run, now=now()
            )
            if named is not None:
                self._batches.place(batch.id, str(named), now=now())
            return batch

        batch = await self._commits.run(begin)
        path = named or Path(batch.path)
        try:
            file = RequestFile(path, most_requests=plan.most_requests, most_bytes=plan.most_bytes)
        except StorageError:
            await self._commits.run(lambda: self._batches.discard(batch.id))
            raise
        opened = self._open[model] = _Open(batch, file)
        return opened

    def _free_name(self, names: Iterator[Path]) -> Path:
        """The next name that no file has."""
        while True:
            path = next(names)
            if not _stands(path) and not _stands(part_of(path)):
                return path
            self._note_taken(path)

    def _note_taken(self, path: Path) -> None:
        self.notes.append(f"{path} exists already and is left alone; the requests go to another file")

    async def _finish_all(self) -> None:
        for model in list(self._waiting):
            await self._write(model)
        for model in list(self._open):
            await self._finish(model)

    async def _finish(self, model: str) -> None:
        """The file is whole: from here on the batch is sent, and only once. One without requests is undone."""
        opened = self._open[model]
        batch, now = opened.batch, self._session.now
        if opened.file.requests == 0:
            opened.file.drop()
            del self._open[model]
            await self._commits.run(lambda: self._batches.discard(batch.id))
            return
        if self._names is not None and _stands(opened.file.path):
            self._note_taken(opened.file.path)  # somebody put a file there meanwhile
            opened.file.path = path = self._free_name(self._names)
            await self._commits.run(lambda: self._batches.place(batch.id, str(path), now=now()))
        await asyncio.to_thread(opened.file.finish)
        del self._open[model]

        def written() -> BatchRow:
            state = "exported" if self._order.endpoint is None else "written"
            self._batches.advance(batch.id, state, now=now(), requests=opened.file.requests)  # type: ignore[arg-type]
            return self._batches.get(batch.id)

        await self._send(await self._commits.run(written))


def _stands(path: Path) -> bool:
    """Whether something has this name. What cannot be looked at is found out by writing there."""
    try:
        path.lstat()
    except OSError:
        return False
    return True
