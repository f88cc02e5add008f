"""Writes the next requests of an order's due jobs to request files, and ends the jobs that need no further reply.

A job has at most one open request at a time. Until its file is complete, a batch can be undone without a trace.
Memory does not grow with the number of jobs. The order's cap holds however many processes fill its files.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from generator.errors import BudgetExceeded, ModelUnavailable, StorageError
from generator.model.batch.files import RequestFile, partial_path, request_line
from generator.model.budget import Budget, reservation
from generator.model.requests import EndpointProfile, request_body
from generator.store.ledger.batches.rows import BatchOrder, BatchRow
from generator.store.ledger.runs.calls import NewCall
from generator.store.ledger.runs.jobs import Job
from generator.workflows.batch.answer_watch import AnswerWatch
from generator.workflows.batch.files.file_plan import FilePlan
from generator.workflows.batch.replay_session import ReplaySession
from generator.workflows.batch.services import BatchStoreServices
from generator.workflows.engine.exchange import NeedsReply
from generator.workflows.engine.job_outcome import JobOutcome
from generator.workflows.engine.job_pool import JobPool
from generator.workflows.engine.job_requests import request_hash

CHUNK = 256
"""How many jobs are claimed, and how many requests of a model are recorded, in one transaction."""

CONCURRENCY = 64
"""How many jobs are handled at a time."""

Handler = Callable[[Job], Awaitable[JobOutcome]]
"""Does one claimed job to its end against a ``ReplaySession``, or raises ``NeedsReply``."""


@dataclass
class _OpenFile:
    """A request file that is being written, with its batch."""

    batch: BatchRow
    file: RequestFile


class RequestFileWriter:
    """One pass over the due jobs of one order. Jobs that need no further reply end.

    Args:
        handler: does a job.
        files: where the requests go; None to write none.
        profile_of: how the order's endpoint is asked for a model.
        send: is given each batch whose file is complete.
        on_progress: is given the number of jobs done, after every ``CHUNK`` of them.
        watch: counts the answers, and says before each batch whether it is sent; None to send in any case.

    Attributes:
        requests: how many requests were written.
        notes: lines for a person.
    """

    def __init__(
        self,
        services: BatchStoreServices,
        session: ReplaySession,
        order: BatchOrder,
        handler: Handler,
        *,
        files: FilePlan | None,
        profile_of: Callable[[str], EndpointProfile],
        send: Callable[[BatchRow], Awaitable[None]],
        on_progress: Callable[[int], None] = lambda _: None,
        watch: AnswerWatch | None = None,
    ) -> None:
        self._batches = services.batches
        self._price_of = services.settings.price_of
        self._session = session
        self._commits = session.commits
        self._order = order
        self._handler = handler
        self._files = files
        self._profile_of = profile_of
        self._send = send
        self._on_progress = on_progress
        self._watch = watch
        self._budget = Budget(None)
        self._database_version: int | None = None
        self._budget_error: BudgetExceeded | None = None
        self._names = files.names() if files is not None and files.path is not None else None
        self._last_job = 0
        self._done = 0
        self._files_begun = 0
        self._unwritten: dict[str, list[tuple[bytes, NewCall]]] = {}
        self._open: dict[str, _OpenFile] = {}
        self._write_lock = asyncio.Lock()
        self.requests = 0
        self.notes: list[str] = []
        self.pool = JobPool[Job](self._claim_next, self._handle, self._release)

    async def run(self) -> None:
        """Do every due job.

        Raises:
            BudgetExceeded: the next request could exceed the order's cap; the requests before it are sent.
            StorageError: a file cannot be written; none of its requests is sent.
            ModelUnavailable: nothing more can be sent, or should be, as ``watch`` says; jobs that wait stay due.
        """
        try:
            await self.pool.run(CONCURRENCY)
            await self._finish_all()
        except ModelUnavailable:
            await self._discard_open()
            raise
        except BaseException:
            for opened in self._open.values():
                opened.file.discard()
            raise
        finally:
            await self._commits.drain()
        if self._budget_error is not None:
            raise self._budget_error

    async def _claim_next(self, limit: int) -> list[Job]:
        jobs = await self._commits.run(
            lambda: self._batches.claim_due(
                self._order.run, run=self._session.run, after=self._last_job, limit=max(limit, CHUNK)
            )
        )
        if jobs:
            self._last_job = jobs[-1].id
            self._session.load_failures(self._order.run, jobs)
        return jobs

    async def _release(self, job: Job) -> None:
        await self._commits.run(lambda: self._batches.ledger.jobs.release(job.id))

    async def _handle(self, job: Job) -> None:
        try:
            outcome = await self._handler(job)
            if self._watch is not None:
                self._watch.count_ended(outcome)
        except NeedsReply as needed:
            if self._watch is not None:
                self._watch.count_waiting(job, needed)
            await self._add_request(job, needed)
        self._done += 1
        if self._done % CHUNK == 0:
            self._on_progress(self._done)

    async def _add_request(self, job: Job, needed: NeedsReply) -> None:
        """Add the next request of a job to those that are to be written; release the job if no files are written."""
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
        unwritten = self._unwritten.setdefault(request.model, [])
        unwritten.append((line, call))
        if len(unwritten) >= CHUNK:
            await self._write(request.model)

    async def _write(self, model: str) -> None:
        """Record the unwritten requests of a model, as far as the cap allows, and write them to one file or several."""
        async with self._write_lock:
            unwritten = self._unwritten.pop(model, [])
            while unwritten:
                opened = await self._file_for(model, len(unwritten[0][0]))
                if opened is None:
                    await self._leave([call.job for _, call in unwritten])
                    return
                size = lines = 0
                for line, _ in unwritten:
                    if not opened.file.has_room(size + len(line), lines=lines + 1):
                        break
                    size, lines = size + len(line), lines + 1
                fitting, unwritten = unwritten[:lines], unwritten[lines:]
                added = await self._record(opened.batch, [call for _, call in fitting])
                opened.file.write([line for line, call in fitting if call.job in added])
                self.requests += len(added)

    async def _leave(self, jobs: list[int]) -> None:
        """Release jobs whose requests have no room, and begin no further ones."""
        self.pool.stop()

        def release() -> None:
            for job in jobs:
                self._batches.ledger.jobs.release(job)

        await self._commits.run(release)

    async def _record(self, batch: BatchRow, calls: list[NewCall]) -> set[int]:
        """Record the requests that fit under the order's cap, and release the other jobs. Returns the jobs recorded."""
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
        """The calls that fit under the order's cap, by the ledger's state in the transaction that adds them."""
        version = self._batches.database.data_version()
        if version != self._database_version:  # another process may have charged the cap, or changed it
            self._database_version = version
            cap = self._batches.order_of(batch).max_cost
            spent = 0 if cap is None else self._batches.spent(self._order.run)
            self._budget = Budget(cap, spent=spent)
        affordable = []
        for call in calls:
            amount = call.reserved or 0
            try:
                because = self._profile_of(call.model).overrun.reservation_reason(call.output_cap or 0)
                self._budget.charge(self._budget.reserve(amount, because), amount)
            except BudgetExceeded as error:
                self._budget_error = self._budget_error or error
            else:
                affordable.append(call)
        return affordable

    async def _file_for(self, model: str, size: int) -> _OpenFile | None:
        """The open file of a model if it has room for a line of ``size`` bytes; else a new one, None where none is left."""
        opened = self._open.get(model)
        if opened is not None and opened.file.has_room(size):
            return opened
        if opened is not None:
            await self._finish(model)
        plan = self._files
        assert plan is not None
        if self._files_begun == plan.most_files:
            return None
        self._files_begun += 1
        now = self._session.now
        target = self._free_name(self._names) if self._names is not None else None

        def begin() -> BatchRow:
            batch = self._batches.begin(
                self._order.run, model=model, folder=str(plan.folder), run=self._session.run, now=now()
            )
            if target is not None:
                self._batches.set_path(batch.id, target, now=now())
            return batch

        batch = await self._commits.run(begin)
        path = target or Path(batch.path)
        try:
            file = RequestFile(path, most_requests=plan.most_requests, most_bytes=plan.most_bytes)
        except StorageError:
            await self._commits.run(lambda: self._batches.discard(batch.id))
            raise
        opened = self._open[model] = _OpenFile(batch, file)
        return opened

    def _free_name(self, names: Iterator[Path]) -> Path:
        """The next name that no file has yet."""
        while True:
            path = next(names)
            if not _exists(path) and not _exists(partial_path(path)):
                return path
            self._note_existing(path)

    def _note_existing(self, path: Path) -> None:
        self.notes.append(f"{path} exists already and is left as it is; the requests go to another file")

    async def _finish_all(self) -> None:
        for model in list(self._unwritten):
            await self._write(model)
        for model in list(self._open):
            await self._finish(model)

    async def _discard_open(self) -> None:
        """Undo the batches whose files are not complete, so that their jobs are due as before."""
        for opened in self._open.values():
            self.requests -= opened.file.requests
            opened.file.discard()
        batches = [opened.batch.id for opened in self._open.values()]
        self._open.clear()

        def discard() -> None:
            for batch in batches:
                self._batches.discard(batch)

        await self._commits.run(discard)

    async def _finish(self, model: str) -> None:
        """Complete the file of a model and have its batch sent; undo a batch without requests."""
        opened = self._open[model]
        batch, now = opened.batch, self._session.now
        if opened.file.requests == 0:
            opened.file.discard()
            del self._open[model]
            await self._commits.run(lambda: self._batches.discard(batch.id))
            return
        if self._watch is not None:
            self._watch.check()
        if self._names is not None and _exists(opened.file.path):
            self._note_existing(opened.file.path)  # another program created it meanwhile
            opened.file.path = path = self._free_name(self._names)
            await self._commits.run(lambda: self._batches.set_path(batch.id, path, now=now()))
        await asyncio.to_thread(opened.file.finish)
        del self._open[model]

        def written() -> BatchRow:
            state = "exported" if self._order.endpoint is None else "written"
            self._batches.advance(batch.id, state, now=now(), requests=opened.file.requests)  # type: ignore[arg-type]
            return self._batches.get(batch.id)

        await self._send(await self._commits.run(written))


def _exists(path: Path) -> bool:
    """Whether a file has this name. If that cannot be found out, writing the file will report the error."""
    try:
        path.lstat()
    except OSError:
        return False
    return True
