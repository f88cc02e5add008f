"""The life of one batch: its request file is completed or removed, sent, its answers collected, the batch closed.

A batch is claimed before it is changed, so that two processes never do the same step. The ledger and the files are
changed in an order that allows a kill at any point: the next run continues from the recorded state.
"""

from generator.errors import CallFailed, UsageError
from generator.model.batch.api import FINAL
from generator.store.ledger.batches.rows import AT_PROVIDER, UNSENT, BatchOrder, BatchRow, BatchState
from generator.workflows.batch.answer_recorder import CANCELLED, LOST, AnswerRecorder
from generator.workflows.batch.downloader import BatchDownloader
from generator.workflows.batch.files.local_files import count_complete, remove_files, remove_part
from generator.workflows.batch.incomplete import note_on_missing_answers
from generator.workflows.batch.replay_session import ReplaySession
from generator.workflows.batch.report import BatchReport
from generator.workflows.batch.services import BatchStoreServices
from generator.workflows.batch.stop_event import StopEvent
from generator.workflows.batch.token_limit import note_on_token_limit
from generator.workflows.batch.uploader import BatchUploader


class BatchLifecycle:
    """Does single steps of batches for one run.

    Args:
        session: the run that claims batches, and its commits.
        uploader: the way to the provider; None where only files are written and read.
        recorder: records the response files that are downloaded.
        report: counts what the steps did, and notes which batches are left as they are.
        stop: ends the wait for a provider's reply about a batch.
    """

    def __init__(
        self,
        services: BatchStoreServices,
        session: ReplaySession,
        *,
        uploader: BatchUploader | None,
        recorder: AnswerRecorder,
        report: BatchReport,
        stop: StopEvent,
    ) -> None:
        self._services = services
        self._batches = services.batches
        self._session = session
        self._commits = session.commits
        self._uploader = uploader
        self._recorder = recorder
        self._report = report
        self._stop = stop

    def can_reach(self, order: BatchOrder) -> bool:
        """Whether the batches of an order are at the endpoint that this run calls."""
        return self._uploader is not None and order.endpoint == self._uploader.client.endpoint

    async def recover(self, batch: BatchRow) -> None:
        """Keep the request file that a killed run was writing if it is complete; else undo the batch.

        The run may have been killed after the file got its name and before the ledger recorded it.
        """
        claimed = await self._claim(batch) if batch.claimed_by is None else None
        if claimed is None or claimed.state != "writing":
            return
        file = self._batches.request_file(claimed)
        if requests := count_complete(file, self._batches.custom_ids(claimed.id)):
            await self._keep_complete(claimed, requests)
        else:
            # The file is removed first: after the batch is deleted, a new batch may get its number and file name.
            self._remove_file(claimed)
            await self._discard(claimed)

    async def send(self, batch: BatchRow) -> None:
        """Send a batch whose request file is complete; one that was exported is only counted as sent."""
        order = self._batches.order_of(batch)
        if self._uploader is None or order.endpoint is None:
            self._report.sent.append(batch.id)
            return
        if not self.can_reach(order):
            self._report.note(_elsewhere(batch, order))
            return
        claimed = await self._claim(batch)
        if claimed is not None and claimed.state in UNSENT:
            await self._send_claimed(claimed, self._uploader)

    async def collect(self, batch: BatchRow) -> None:
        """Send a batch that is not sent yet; ask for the status of one that is, and record its answers if it has ended.

        A batch is noted and skipped if it is at another endpoint, claimed by another process, or unknown to the
        provider.
        """
        order, uploader = self._batches.order_of(batch), self._uploader
        if uploader is None or not self.can_reach(order):
            self._report.note(_elsewhere(batch, order))
            return
        claimed = await self._claim(batch)
        if claimed is None:
            self._report.note(_busy(batch))
            return
        if claimed.state in UNSENT:
            await self._send_claimed(claimed, uploader)
        elif claimed.state in AT_PROVIDER:
            try:
                current = await self._stop.run_until_set(uploader.refresh(claimed))
                if current is not None and current.status in FINAL:
                    await self._collect_answers(current, uploader)
            except CallFailed as error:
                self._pass_over_failed(claimed, error)

    async def refresh(self, batch: BatchRow) -> None:
        """Record the status of a batch at the provider; one at another endpoint is left as it is."""
        if self._uploader is not None and self.can_reach(self._batches.order_of(batch)):
            try:
                await self._stop.run_until_set(self._uploader.refresh(batch))
            except CallFailed as error:
                self._pass_over_failed(batch, error)

    async def cancel(self, batch: BatchRow) -> BatchRow:
        """Cancel a batch, at the provider if it was sent; returns its new row.

        Raises:
            UsageError: another process works on it, or it is not at the endpoint of the settings.
        """
        # A batch at the provider may be cancelled while another process waits for it.
        if batch.state != "created":
            claimed = await self._claim(batch)
            if claimed is None:
                raise UsageError(_busy(batch))
            batch = claimed
        order, uploader = self._batches.order_of(batch), self._uploader
        if batch.state in ("uploaded", *AT_PROVIDER) and (uploader is None or not self.can_reach(order)):
            raise UsageError(_elsewhere(batch, order))
        if batch.state == "uploaded" and uploader is not None:
            batch = await uploader.find(batch)
        if batch.state == "created" and uploader is not None:
            try:
                return await uploader.cancel(batch)
            except CallFailed as error:
                if error.cause != "no-such-address":
                    raise
                await self.close(batch, "cancelled", LOST, return_to_queue=True)
        if batch.state == "incomplete" and uploader is not None:
            await self._cancel_incomplete(batch, uploader)
        if batch.state in ("writing", "exported", *UNSENT):
            await self.close(batch, "cancelled", CANCELLED, return_to_queue=True)
            if batch.state != "exported":
                self._remove_file(batch)
        return self._batches.get(batch.id)

    async def close(
        self, batch: BatchRow, state: BatchState, cause: str, *, return_to_queue: bool = False
    ) -> None:
        """Close a batch.

        Args:
            state: the final state.
            cause: the recorded outcome of its open requests; those that are ``LOST`` are charged at their reservation.
            return_to_queue: the jobs of these requests are planned again, instead of going into a follow-up batch.
        """
        now = self._session.now

        def close() -> tuple[int, int]:
            closed = self._batches.end(batch.id, state, cause, paid=cause == LOST, now=now())
            return closed, self._batches.return_to_queue(batch.id, cause) if return_to_queue else 0

        closed, returned = await self._commits.run(close)
        self._report.unanswered += closed
        self._report.returned_to_queue += returned
        self._report.withdraw(batch.id)

    async def _keep_complete(self, batch: BatchRow, requests: int) -> None:
        state: BatchState = "exported" if self._batches.order_of(batch).endpoint is None else "written"
        now = self._session.now
        await self._commits.run(lambda: self._batches.advance(batch.id, state, now=now(), requests=requests))
        if state == "exported":
            self._report.note(
                f"batch {batch.id}: its export was interrupted after {batch.path} was complete; the file is valid"
            )

    async def _send_claimed(self, batch: BatchRow, uploader: BatchUploader) -> None:
        """Send a claimed batch, or undo it if its request file is gone."""
        if batch.state == "written" and not self._batches.request_file(batch).exists():
            await self._discard(batch)
            return
        await uploader.send(batch)
        self._report.sent.append(batch.id)

    async def _collect_answers(self, batch: BatchRow, uploader: BatchUploader) -> None:
        """Record the answers of a batch that has ended, and count them."""
        downloader = BatchDownloader(self._services, self._commits, uploader, self._recorder)
        collected = await downloader.collect(batch)
        self._report.unanswered += collected.unanswered
        self._report.returned_to_queue += collected.returned_to_queue
        if collected.missing:
            self._report.pass_over(batch.id, note_on_missing_answers(batch, collected.missing))
            return
        self._report.withdraw(batch.id)
        self._report.collected.append(batch.id)
        if batch.is_over_token_limit:
            self._report.note(note_on_token_limit(batch))
        elif batch.status == "failed":
            self._report.refused += 1
            reason = batch.problem or "no reason given"
            self._report.note(f"batch {batch.id} ({batch.batch_id}) was refused: {reason}")

    async def _cancel_incomplete(self, batch: BatchRow, uploader: BatchUploader) -> None:
        """Look once more for the missing answers of a batch; close it if some are still missing, and charge those."""
        try:
            current = await uploader.refresh(batch)
            if current.status in FINAL:
                await self._collect_answers(current, uploader)
        except CallFailed as error:
            if error.cause != "no-such-address":
                raise
        claimed = await self._claim(batch)
        if claimed is not None and claimed.state == "incomplete":
            await self.close(claimed, "cancelled", LOST, return_to_queue=True)

    def _pass_over_failed(self, batch: BatchRow, error: CallFailed) -> None:
        """Continue without a batch that the provider does not know, or whose status or files it does not deliver now."""
        advice = (
            f"generator batch cancel {batch.id} returns its questions to the queue"
            if error.cause == "no-such-address"
            else "generator batch collect tries again"
        )
        self._report.pass_over(batch.id, f"batch {batch.id} ({batch.batch_id}) is skipped: {error}. {advice}")

    async def _claim(self, batch: BatchRow) -> BatchRow | None:
        """Claim a batch for this run. Returns its current row, which may differ from the one that was listed."""
        return await self._commits.run(lambda: self._batches.claim(batch.id, run=self._session.run))

    async def _discard(self, batch: BatchRow) -> None:
        await self._commits.run(lambda: self._batches.discard(batch.id))

    def _remove_file(self, batch: BatchRow) -> None:
        """Remove the request file of a batch; of an export, only the incomplete one: the other is the user's."""
        file = self._batches.request_file(batch)
        if self._batches.order_of(batch).endpoint is None:
            remove_part(file)
        else:
            remove_files(file)


def _busy(batch: BatchRow) -> str:
    return f"batch {batch.id}: another process is working on it"


def _elsewhere(batch: BatchRow, order: BatchOrder) -> str:
    return f"batch {batch.id} is at {order.endpoint}, which is not the endpoint of the current settings"
