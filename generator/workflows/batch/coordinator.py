"""Work that goes out in files and comes back hours later: send, collect, follow up, give back.

Every pass starts from what the ledger says, so that it does not matter when and where the last one ended:
a file that was not whole is undone, one that was is sent, what came back is recorded before anything is made
of it, and a job whose next reply is missing goes into the next batch.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TypeVar

from generator.errors import BudgetExceeded, CallFailed, UsageError
from generator.model.batch_api import FINAL
from generator.model.batch_files import MOST_BYTES, MOST_REQUESTS
from generator.model.budget import Price
from generator.model.endpoint_profile import EndpointProfiles
from generator.model.requests import EndpointProfile, Mode
from generator.model.retries import Sleep
from generator.store.ledger.batches import AT_PROVIDER, UNSENT, Batches, BatchOrder, BatchRow, BatchState
from generator.workflows.batch.answer_recorder import (
    CANCELLED,
    LOST,
    MISSING,
    AnswerRecorder,
)
from generator.workflows.batch.downloader import BatchDownloader
from generator.workflows.batch.incomplete import answers_missing
from generator.workflows.batch.replay_session import ReplaySession
from generator.workflows.batch.report import BatchReport
from generator.workflows.batch.request_files import FilePlan, Handler, RequestFileWriter
from generator.workflows.batch.uploader import (
    BatchUploader,
    has_file,
    remove_files,
    remove_part,
    whole_requests,
)

Result = TypeVar("Result")

OUTSTANDING: tuple[BatchState, ...] = (*UNSENT, *AT_PROVIDER)


class BatchCoordinator:
    """The batches of one ledger, worked on by one run.

    Args:
        uploader: the way to the provider; None where there is none, and files alone are read and written.
        handlers: does the jobs of a kind against the session.
        folder: where request and response files pass through.
        profiles: how the endpoint is known to want to be asked; answers add to it.
        save_profiles: writes down what was learned, within the transaction that is open.
    """

    def __init__(
        self,
        batches: Batches,
        session: ReplaySession,
        *,
        uploader: BatchUploader | None,
        handlers: Mapping[str, Handler],
        folder: Path,
        price_of: Callable[[str], Price | None],
        profiles: EndpointProfiles,
        save_profiles: Callable[[], None],
        sleep: Sleep = asyncio.sleep,
        on_progress: Callable[[str, int], None] = lambda _what, _done: None,
    ) -> None:
        self._batches = batches
        self._session = session
        self._commits = session.commits
        self._uploader = uploader
        self._handlers = handlers
        self._folder = folder
        self._price_of = price_of
        self._profiles = profiles
        self._keep_learned = save_profiles
        self._sleep = sleep
        self._on_progress = on_progress
        self._file_writer: RequestFileWriter | None = None
        self._filled: set[int] = set()
        self._gone: dict[int, str] = {}
        self._over: dict[int, BudgetExceeded] = {}
        self._stopping = asyncio.Event()
        self.report = BatchReport()

    # what a command does

    async def submit(self, order: BatchOrder) -> None:
        """Send what earlier runs left unsent, then the due jobs of an order."""
        await self.recover()
        for batch in self._batches.all(UNSENT):
            await self._send(batch)
        await self._fill(order, self._numbered())

    async def collect(
        self,
        names: Sequence[BatchRow] = (),
        *,
        follow_up: bool = True,
        every_seconds: float | None = None,
    ) -> None:
        """Collect what has ended (of the batches named, or of all) and send what is needed next.

        Args:
            follow_up: False lets jobs end that can, and leaves the others to the caller.
            every_seconds: look again and again until nothing is outstanding.
        """
        await self.recover()
        wanted = {batch.id for batch in names}
        while not self._stopping.is_set():
            for batch in self._batches.all(OUTSTANDING):
                if not self._stopping.is_set() and (not wanted or batch.id in wanted):
                    await self._collect(batch)
            for order in self._batches.orders_due():
                if not self._stopping.is_set():
                    await self._fill(order, self._numbered() if follow_up and order.endpoint else None)
            if every_seconds is None or not self.outstanding(wanted):
                return
            await self.pause(every_seconds)

    async def export(self, orders: Sequence[BatchOrder], path: Path, *, split: bool) -> None:
        """Write the due requests of these orders to a file, or to several within a provider's limits."""
        await self.recover()
        most_requests, most_bytes = (MOST_REQUESTS, MOST_BYTES) if split else (None, None)
        for number, order in enumerate(orders):
            named = path if number == 0 else path.with_stem(f"{path.stem}-order{order.run}")
            await self._fill(order, FilePlan(self._folder, named, most_requests, most_bytes))

    async def read(self, source: Iterable[bytes], name: str) -> None:
        """Record a response file from anywhere."""
        await self._recorder().read(source, name)

    async def end_answered(self) -> None:
        """Let every due job end that has all it needs; the others stay due."""
        await self.recover()
        for order in self._batches.orders_due():
            await self._fill(order, None)
        for batch in self._batches.all(("exported",)):
            waiting = self._batches.waiting(batch.id)
            if not waiting:
                await self._end(batch, "collected", MISSING)
            elif waiting < batch.requests:
                self._note(
                    f"batch {batch.id}: {waiting:,} of {batch.requests:,} requests have no answer yet;"
                    f" generator batch cancel {batch.id} gives their questions back"
                )

    async def cancel(self, batch: BatchRow) -> BatchRow:
        """Stop a batch: at the provider, or here where it has none; the batch as it is then.

        Raises:
            UsageError: another process is at work on it, or its provider is not that of the settings in force.
        """
        # A batch at the provider may be stopped while another process waits for it.
        if batch.state != "created":
            claimed = await self._claimed(batch)
            if claimed is None:
                raise UsageError(_busy(batch))
            batch = claimed
        order, uploader = self._batches.order_of(batch), self._uploader
        if batch.state in ("uploaded", *AT_PROVIDER) and (uploader is None or not self._here(order)):
            raise UsageError(_elsewhere(batch, order))
        if batch.state == "uploaded" and uploader is not None:
            batch = await uploader.find(batch)
        if batch.state == "created" and uploader is not None:
            try:
                return await uploader.cancel(batch)
            except CallFailed as error:
                if error.cause != "no-such-address":
                    raise
                await self._end(batch, "cancelled", LOST, release=True)
        if batch.state == "incomplete" and uploader is not None:
            await self._give_up(batch, uploader)
        if batch.state in ("writing", "exported", *UNSENT):
            await self._end(batch, "cancelled", CANCELLED, release=True)
            if batch.state != "exported":
                self._remove(batch)
        return self._batches.get(batch.id)

    async def refresh(self) -> None:
        """Ask the provider how its batches are doing, until stopped."""
        for batch in self._batches.all(AT_PROVIDER):
            if self._stopping.is_set():
                return
            if self._uploader is not None and self._here(self._batches.order_of(batch)):
                try:
                    await self._until_stopped(self._uploader.look(batch))
                except CallFailed as error:
                    self._pass_over(batch, error)

    def running(self) -> list[BatchRow]:
        """The batches at this endpoint that have not ended, as they were last seen."""
        return [
            batch
            for batch in self._batches.all(("created",))
            if batch.status not in FINAL
            and batch.id not in self._gone
            and self._here(self._batches.order_of(batch))
        ]

    async def pause(self, seconds: float) -> bool:
        """Wait, or until stopped; whether to go on."""
        await self._until_stopped(self._sleep(seconds))
        return not self._stopping.is_set()

    def outstanding(self, numbers: Iterable[int] = ()) -> int:
        """How many batches (of these, or of all at this endpoint) are not collected."""
        wanted = set(numbers)
        return sum(
            1
            for batch in self._batches.all(OUTSTANDING)
            if (not wanted or batch.id in wanted)
            and batch.id not in self._gone
            and self._here(self._batches.order_of(batch))
        )

    def count_left(self) -> None:
        """Have the report say what is left now of the orders gone over."""
        self.report.left = sum(self._batches.due(order) for order in self._filled)

    # stopping, as a pool does

    @property
    def in_flight(self) -> int:
        """How many jobs are in work."""
        return self._file_writer.pool.in_flight if self._file_writer else 0

    def stop(self) -> None:
        """Begin nothing new."""
        self._stopping.set()
        if self._file_writer is not None:
            self._file_writer.pool.stop()

    # inside

    async def recover(self) -> None:
        """Undo the files that were never whole, so that their jobs are due again; keep one that is whole.

        A run may have been killed after a file got its name and before the ledger was told.
        """
        for batch in self._batches.all(("writing",)):
            claimed = await self._claimed(batch) if batch.claimed_by is None else None
            if claimed is None or claimed.state != "writing":
                continue
            if requests := whole_requests(claimed, self._batches.custom_ids(claimed.id)):
                await self._keep(claimed, requests)
            else:
                # The file first: with the batch its number is free, and so is the file's name.
                self._remove(claimed)
                await self._discard(claimed)

    async def _keep(self, batch: BatchRow, requests: int) -> None:
        state: BatchState = "exported" if self._batches.order_of(batch).endpoint is None else "written"
        now = self._session.now
        await self._commits.run(lambda: self._batches.advance(batch.id, state, now=now(), requests=requests))
        if state == "exported":
            self._note(f"batch {batch.id}: {batch.path} was whole when its export was cut short, and counts")

    def _pass_over(self, batch: BatchRow, error: CallFailed) -> None:
        """Go on without a batch that the provider does not know, or one of whose files it does not.

        Raises:
            CallFailed: it is another failure.
        """
        if error.cause != "no-such-address":
            raise error
        self._miss(
            batch,
            f"batch {batch.id} ({batch.batch_id}) is passed over: {error}."
            f" generator batch cancel {batch.id} gives its questions back",
        )

    def _miss(self, batch: BatchRow, note: str) -> None:
        """Do not wait for a batch, and say why."""
        self._gone[batch.id] = note
        self.report.passed_over = len(self._gone)
        self._note(note)

    def _found(self, batch: BatchRow) -> None:
        """Take back what was said of a batch whose answers are here after all."""
        if note := self._gone.pop(batch.id, None):
            self.report.notes.remove(note)
            self.report.passed_over = len(self._gone)

    async def _send(self, batch: BatchRow) -> None:
        order = self._batches.order_of(batch)
        if self._uploader is None or order.endpoint is None:
            self.report.sent.append(batch.id)
            return
        if not self._here(order):
            self._note(_elsewhere(batch, order))
            return
        claimed = await self._claimed(batch)
        if claimed is not None and claimed.state in UNSENT:
            await self._deliver(claimed, self._uploader)

    async def _deliver(self, batch: BatchRow, uploader: BatchUploader) -> None:
        """Send a claimed batch, or undo it where its file is gone."""
        if batch.state == "written" and not has_file(batch):
            await self._discard(batch)
            return
        await uploader.send(batch)
        self.report.sent.append(batch.id)

    async def _collect(self, batch: BatchRow) -> None:
        """Take one batch as far as it goes now."""
        order, uploader = self._batches.order_of(batch), self._uploader
        if uploader is None or not self._here(order):
            self._note(_elsewhere(batch, order))
            return
        claimed = await self._claimed(batch)
        if claimed is None:
            self._note(_busy(batch))
            return
        if claimed.state in UNSENT:
            await self._deliver(claimed, uploader)
        elif claimed.state in AT_PROVIDER:
            try:
                seen = await self._until_stopped(uploader.look(claimed))
                if seen is not None and seen.status in FINAL:
                    await self._take(seen, uploader)
            except CallFailed as error:
                self._pass_over(claimed, error)

    async def _take(self, batch: BatchRow, uploader: BatchUploader) -> None:
        """Record what a batch that has ended answered, and count what became of it."""
        taken = await BatchDownloader(self._batches, uploader, self._folder, self._recorder).take(batch)
        self.report.unanswered += taken.unanswered
        self.report.returned_to_queue += taken.returned_to_queue
        if taken.missing:
            self._miss(batch, answers_missing(batch, taken.missing))
            return
        self._found(batch)
        self.report.collected.append(batch.id)
        if batch.status == "failed":
            self.report.refused += 1
            why = batch.problem or "no reason given"
            self.report.notes.append(f"batch {batch.id} ({batch.batch_id}) was refused: {why}")

    async def _give_up(self, batch: BatchRow, uploader: BatchUploader) -> None:
        """Look once more for the answers that a batch lacks; those still missing count as paid, and are not waited for."""
        try:
            seen = await uploader.look(batch)
            if seen.status in FINAL:
                await self._take(seen, uploader)
        except CallFailed as error:
            if error.cause != "no-such-address":
                raise
        left = await self._claimed(batch)
        if left is not None and left.state == "incomplete":
            await self._end(left, "cancelled", LOST, release=True)

    async def _end(self, batch: BatchRow, state: BatchState, cause: str, *, release: bool = False) -> None:
        """Close a batch; a batch that somebody stopped gives its questions back instead of asking again."""
        now = self._session.now

        def end() -> tuple[int, int]:
            closed = self._batches.end(batch.id, state, cause, paid=cause == LOST, now=now())
            return closed, self._batches.return_to_queue(batch.id, cause) if release else 0

        closed, back = await self._commits.run(end)
        self.report.unanswered += closed
        self.report.returned_to_queue += back
        self._found(batch)

    async def _fill(self, order: BatchOrder, files: FilePlan | None) -> None:
        if files is not None and order.endpoint is not None and not self._here(order):
            files = None
        handler = self._handlers.get(order.kind)
        if handler is None:
            self.report.notes.append(f"no {order.kind!r} jobs can be done here; they stay where they are")
            return
        file_writer = self._file_writer = RequestFileWriter(
            self._batches,
            self._session,
            order,
            handler,
            files=files,
            price_of=self._price_of,
            profile_of=cache(lambda model: self._profile(order, model)),
            send=self._send,
            on_progress=lambda done: self._on_progress("jobs", done),
        )
        try:
            await file_writer.run()
            if files is not None:
                self._over.pop(order.run, None)
        except BudgetExceeded as error:
            self._over[order.run] = error
        finally:
            self.report.over_budget = next(iter(self._over.values()), None)
            self.report.requests += file_writer.requests
            self.report.notes += file_writer.notes
            self._filled.add(order.run)
            self.count_left()

    def _profile(self, order: BatchOrder, model: str) -> EndpointProfile:
        known = self._profiles.of(model)
        mode: Mode | None = order.mode  # type: ignore[assignment]
        return known if mode is None else replace(known, mode=mode)

    def _numbered(self) -> FilePlan:
        return FilePlan(self._folder, None, MOST_REQUESTS, MOST_BYTES)

    def _recorder(self) -> AnswerRecorder:
        recorder = AnswerRecorder(
            self._batches,
            self._commits,
            price_of=self._price_of,
            profiles=self._profiles,
            save_profiles=self._keep_learned,
            now=self._session.now,
            on_chunk=lambda report: self._on_progress("answers", report.lines),
        )
        recorder.report = self.report.recording
        return recorder

    async def _claimed(self, batch: BatchRow) -> BatchRow | None:
        """A batch taken for this run, as it is now: what was read before may have been gone on with since."""
        return await self._commits.run(lambda: self._batches.claim(batch.id, run=self._session.run))

    async def _discard(self, batch: BatchRow) -> None:
        await self._commits.run(lambda: self._batches.discard(batch.id))

    def _remove(self, batch: BatchRow) -> None:
        """Remove the request file of a batch; of one that goes to a file of the user's, what was not whole."""
        if self._batches.order_of(batch).endpoint is None:
            remove_part(batch)
        else:
            remove_files(batch)

    def _here(self, order: BatchOrder) -> bool:
        return self._uploader is not None and order.endpoint == self._uploader.client.endpoint

    def _note(self, note: str) -> None:
        if note not in self.report.notes:
            self.report.notes.append(note)

    async def _until_stopped(self, work: Awaitable[Result]) -> Result | None:
        """Do what may be dropped at any time; None where a stop was asked for before it was done."""
        doing, stop = asyncio.ensure_future(work), asyncio.ensure_future(self._stopping.wait())
        try:
            await asyncio.wait((doing, stop), return_when=asyncio.FIRST_COMPLETED)
            return doing.result() if doing.done() else None
        finally:
            for task in (doing, stop):
                task.cancel()
            await asyncio.gather(doing, stop, return_exceptions=True)
            await self._commits.drain()


def _busy(batch: BatchRow) -> str:
    return f"batch {batch.id}: another process is at work on it"


def _elsewhere(batch: BatchRow, order: BatchOrder) -> str:
    return f"batch {batch.id} is at {order.endpoint}, which is not the endpoint of the settings in force"
