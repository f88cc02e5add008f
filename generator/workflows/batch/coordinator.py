"""Passes over all batches of a ledger: submit, collect, export, read response files, ask for their status.

Every pass starts from what the ledger records, so it does not matter where the last one ended: a request file that is
not complete is removed, one that is complete is sent, answers are recorded before they are used, and a job whose next
reply is missing goes into the next batch. The steps of one batch are in ``lifecycle.py``.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from generator.content.display import dollars
from generator.errors import BudgetExceeded, ModelUnavailable
from generator.model.batch.api import FINAL
from generator.model.batch.files import MOST_BYTES, MOST_REQUESTS
from generator.model.endpoint_profile import EndpointProfiles
from generator.model.requests import EndpointProfile, Mode
from generator.store.ledger.batches.rows import AT_PROVIDER, UNSENT, BatchOrder, BatchRow, BatchState
from generator.store.output_folder import BATCHES
from generator.workflows.batch.answer_recorder import MISSING, AnswerRecorder
from generator.workflows.batch.answer_watch import AnswerWatch
from generator.workflows.batch.files.file_plan import FilePlan
from generator.workflows.batch.files.request_files import Handler, RequestFileWriter
from generator.workflows.batch.lifecycle import BatchLifecycle
from generator.workflows.batch.replay_session import ReplaySession, learn_nothing
from generator.workflows.batch.report import BatchReport
from generator.workflows.batch.services import BatchStoreServices
from generator.workflows.batch.stop_event import StopEvent
from generator.workflows.batch.token_limit import plan_within_limit
from generator.workflows.batch.uploader import BatchUploader
from generator.workflows.ports import HasEndpoints

OUTSTANDING: tuple[BatchState, ...] = (*UNSENT, *AT_PROVIDER)
"""The states of batches that a provider is to answer and whose answers are not collected."""

_ITEMS = {
    "answer": "questions",
    "rewrite": "pages",
    "seo": "articles",
    "claims": "pages",
    "judge": "pages",
    "same_page": "near questions",
}
"""What the jobs of an order are about, by their kind."""


class CoordinatorServices(BatchStoreServices, HasEndpoints, Protocol):
    """What passes over the batches need."""


class BatchCoordinator:
    """The batches of one ledger, worked on by one run.

    Args:
        session: gives the handlers the recorded replies.
        uploader: the way to the provider; None where only files are written and read.
        handlers: for each kind of job, the function that does it against the session.
        on_progress: is given what is counted ("jobs" or "answers") and how many are done.
    """

    def __init__(
        self,
        services: CoordinatorServices,
        session: ReplaySession,
        *,
        uploader: BatchUploader | None,
        handlers: Mapping[str, Handler],
        on_progress: Callable[[str, int], None] = lambda _what, _done: None,
    ) -> None:
        self._services = services
        self._batches = services.batches
        self._folder = services.settings.output_dir / BATCHES
        self._session = session
        self._handlers = handlers
        self._uploader = uploader
        self._on_progress = on_progress
        self._stop = StopEvent(session.commits)
        self.report = BatchReport()
        memory = services.profile_store()
        self._profiles = EndpointProfiles(uploader.client.endpoint if uploader else "", memory)
        self._recorder = AnswerRecorder(
            services,
            session.commits,
            self._profiles,
            save_profiles=memory.flush,
            report=self.report.recording,
            on_chunk=lambda report: on_progress("answers", report.lines),
        )
        self._lifecycle = BatchLifecycle(
            services,
            session,
            uploader=uploader,
            recorder=self._recorder,
            report=self.report,
            stop=self._stop,
        )
        self._file_writer: RequestFileWriter | None = None
        self._filled: set[int] = set()
        self._budget_errors: dict[int, BudgetExceeded] = {}
        self._alike: list[ModelUnavailable] = []

    # what a command does

    async def submit(self, order: BatchOrder) -> None:
        """Send what earlier runs left unsent, then the due jobs of an order."""
        await self.recover()
        for batch in self._batches.all(UNSENT):
            if not self._stop.is_set():
                await self._lifecycle.send(batch)
        if not self._stop.is_set():
            await self._fill(order, self._numbered_files())

    async def collect(
        self,
        batches: Sequence[BatchRow] = (),
        *,
        follow_up: bool = True,
        every_seconds: float | None = None,
        canary: bool = True,
    ) -> None:
        """Collect the batches that have ended, and send what needs another reply.

        Args:
            batches: the batches to collect; all by default.
            follow_up: False to send nothing; jobs that need another reply are left to the caller.
            every_seconds: the time between two passes, until no batch is outstanding; None for one pass.
            canary: False to send follow-up batches also where nearly all answers of an order failed alike.

        Raises:
            ModelUnavailable: at the end of a pass: nearly all answers of an order failed alike, and nothing was sent.
        """
        await self.recover()
        numbers = {batch.id for batch in batches}
        while not self._stop.is_set():
            for batch in self._batches.all(OUTSTANDING):
                if not self._stop.is_set() and (not numbers or batch.id in numbers):
                    await self._lifecycle.collect(batch)
            for order in self._batches.orders_due():
                if not self._stop.is_set():
                    files = self._numbered_files() if follow_up and order.endpoint else None
                    watch = self._watch_of(order) if files is not None and canary else None
                    await self._fill(order, files, watch)
            self._raise_alike()
            if every_seconds is None or not self.outstanding(numbers):
                return
            await self.pause(every_seconds)

    async def export(self, orders: Sequence[BatchOrder], path: Path, *, split: bool) -> None:
        """Write the due requests of orders to files.

        Args:
            path: the file of the first order; further ones get its name with the number of the order's run.
            split: start another file where a provider's limits are reached.
        """
        await self.recover()
        most_requests, most_bytes = (MOST_REQUESTS, MOST_BYTES) if split else (None, None)
        for number, order in enumerate(orders):
            target = path if number == 0 else path.with_stem(f"{path.stem}-order{order.run}")
            await self._fill(order, FilePlan(self._folder, target, most_requests, most_bytes))

    async def read(self, source: Iterable[bytes], name: str) -> None:
        """Record a response file from any source; messages call it ``name``."""
        await self._recorder.read(source, name)

    async def end_answered(self) -> None:
        """End every due job that has all replies it needs; the others stay due. Close exports that are answered."""
        await self.recover()
        for order in self._batches.orders_due():
            await self._fill(order, None)
        for batch in self._batches.all(("exported",)):
            waiting = self._batches.count_unanswered(batch.id)
            if not waiting:
                await self._lifecycle.close(batch, "collected", MISSING)
            elif waiting < batch.requests:
                self.report.note(
                    f"batch {batch.id}: {waiting:,} of {batch.requests:,} requests have no answer yet;"
                    f" generator batch cancel {batch.id} returns their questions to the queue"
                )

    async def cancel(self, batch: BatchRow) -> BatchRow:
        """Cancel one batch. Result and errors as :meth:`BatchLifecycle.cancel`."""
        return await self._lifecycle.cancel(batch)

    async def refresh(self) -> None:
        """Ask the provider for the status of its batches, until stopped."""
        for batch in self._batches.all(AT_PROVIDER):
            if self._stop.is_set():
                return
            await self._lifecycle.refresh(batch)

    async def recover(self) -> None:
        """Finish or remove the request files that killed runs were writing."""
        for batch in self._batches.all(("writing",)):
            await self._lifecycle.recover(batch)

    # what a command asks between two passes

    def running(self) -> list[BatchRow]:
        """The batches at this endpoint that had not ended when their status was last recorded."""
        return [batch for batch in self._reachable(("created",)) if batch.status not in FINAL]

    def outstanding(self, numbers: Iterable[int] = ()) -> int:
        """How many batches (with these numbers, or all) at this endpoint are not collected."""
        wanted = set(numbers)
        return sum(not wanted or batch.id in wanted for batch in self._reachable(OUTSTANDING))

    async def pause(self, seconds: float) -> bool:
        """Wait until the time is over or a stop is requested; False if it is requested."""
        await self._stop.run_until_set(self._services.sleep(seconds))
        return not self._stop.is_set()

    def count_left(self) -> None:
        """Update the report's count of the jobs left in the orders of this pass."""
        self.report.left = sum(self._batches.count_due(order) for order in self._filled)

    # stopping: the methods of ``Stoppable``

    @property
    def in_flight(self) -> int:
        """How many calls to the provider are in flight and are waited for."""
        return self._uploader.stop.in_flight if self._uploader else 0

    def stop(self) -> None:
        """Begin nothing new."""
        self._stop.set()
        if self._uploader is not None:
            self._uploader.stop.stop()
        if self._file_writer is not None:
            self._file_writer.pool.stop()

    # inside

    def _reachable(self, states: Sequence[BatchState]) -> list[BatchRow]:
        """The batches in these states at this endpoint, except those that the pass does not wait for."""
        return [
            batch
            for batch in self._batches.all(states)
            if not self.report.is_passed_over(batch.id)
            and self._lifecycle.can_reach(self._batches.order_of(batch))
        ]

    def _watch_of(self, order: BatchOrder) -> AnswerWatch:
        def paid() -> str:
            ended = self._batches.all(("incomplete", "collected", "cancelled"))
            costs = [self._batches.cost(batch.id) for batch in ended if batch.run == order.run]
            return dollars(None if None in costs else sum(cost or 0 for cost in costs))

        ended_before = self._batches.ended_beside_due(order.run)
        return AnswerWatch(_ITEMS.get(order.kind, "jobs"), ended_before, paid=paid)

    def _raise_alike(self) -> None:
        """Raise the error of the first order whose answers failed alike; those of further ones are notes."""
        if self._alike:
            for error in self._alike[1:]:
                self.report.note(str(error))
            raise self._alike[0]

    async def _fill(
        self, order: BatchOrder, files: FilePlan | None, watch: AnswerWatch | None = None
    ) -> None:
        """Do the due jobs of an order, and write what they need next to request files.

        Args:
            files: None to write no files; neither are any written for an order of another endpoint.
            watch: says whether the requests are sent; its error is kept, so that other orders are done too.
        """
        files = self._allowed_files(order, files)
        handler = self._handlers.get(order.kind)
        if handler is None:
            self.report.note(f"no {order.kind!r} jobs can be done here; they stay as they are")
            return
        learns = self._lifecycle.can_reach(order)
        self._session.learn_ignored_mode = self._profiles.learn_from_ignored_mode if learns else learn_nothing
        file_writer = self._file_writer = RequestFileWriter(
            self._services,
            self._session,
            order,
            handler,
            files=files,
            profile_of=lambda model: self._profile(order, model),
            send=self._lifecycle.send,
            on_progress=lambda done: self._on_progress("jobs", done),
            watch=watch,
        )
        try:
            await file_writer.run()
            if files is not None:
                self._budget_errors.pop(order.run, None)
        except BudgetExceeded as error:
            self._budget_errors[order.run] = error
        except ModelUnavailable as error:
            if watch is None or error is not watch.error:
                raise
            self._alike.append(error)
        finally:
            self.report.over_budget = next(iter(self._budget_errors.values()), None)
            self.report.requests += file_writer.requests
            for note in file_writer.notes:
                self.report.note(note)
            self._filled.add(order.run)
            self.count_left()

    def _allowed_files(self, order: BatchOrder, files: FilePlan | None) -> FilePlan | None:
        """Which of the wanted files of an order may be written now; None for none."""
        if files is None or order.endpoint is None:
            return files
        if not self._lifecycle.can_reach(order):
            return None
        return plan_within_limit(self._batches, order, files, self.running())

    def _profile(self, order: BatchOrder, model: str) -> EndpointProfile:
        """How to ask the endpoint for a model; in the JSON mode of the order, if it names one."""
        known = self._profiles.of(model)
        mode: Mode | None = order.mode  # type: ignore[assignment]
        return known if mode is None else replace(known, mode=mode)

    def _numbered_files(self) -> FilePlan:
        return FilePlan(self._folder, None, MOST_REQUESTS, MOST_BYTES)
