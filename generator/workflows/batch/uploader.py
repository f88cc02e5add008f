"""Sends complete request files to the provider, and asks for the status of their batches. Nothing is sent twice.

Each id of the provider is committed as soon as it is known. A batch that was created and whose id was lost is found
by its input file before another one is created.
"""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from generator.model.batch.api import FINAL, BatchClient, RemoteBatch
from generator.model.failures import CallError
from generator.store.ledger.batches.rows import BatchRow
from generator.store.ledger.storage.database import GroupCommit
from generator.workflows.batch.files.local_files import remove_files
from generator.workflows.batch.services import BatchStoreServices
from generator.workflows.engine.call_results import final_error
from generator.workflows.engine.endpoint_calls import EndpointCalls
from generator.workflows.engine.progress import Progress
from generator.workflows.engine.stopping.stop_signal import StopSignal

Result = TypeVar("Result")


class BatchUploader:
    """The way to the provider's batches. Calls that may succeed later are retried.

    Args:
        client: an open client of the provider.
        commits: commits what the provider reports.
        progress: as for ``EndpointCalls``.
    """

    def __init__(
        self,
        services: BatchStoreServices,
        client: BatchClient,
        commits: GroupCommit,
        progress: Progress | None = None,
    ) -> None:
        self.client = client
        self._batches = services.batches
        self._commits = commits
        self._calls = EndpointCalls(services, client.endpoint, progress)
        self._now = services.now

    @property
    def stop(self) -> StopSignal:
        """Ends the waits between attempts, and counts the calls in flight."""
        return self._calls.stop

    async def send(self, batch: BatchRow) -> BatchRow:
        """Upload the request file and create the batch, unless that is done. Returns the batch's new row.

        Raises:
            CallFailed, ModelUnavailable: the provider refuses, or cannot be reached; the next run continues from here.
            Stopped: the run is to stop, as in all methods.
        """
        recovered = batch.state == "uploaded"
        if batch.state == "written":
            path = self._batches.request_file(batch)
            name = f"generator-{self._batches.token}-{batch.id}.jsonl"
            file = await self._call_with_retries(lambda: self.client.upload(path, name))
            batch = await self._commit(
                lambda: self._batches.advance(batch.id, "uploaded", now=self._now(), input_file=file), batch
            )
        if batch.state == "uploaded":
            return await self._record_created(batch, await self._create(batch, recovered=recovered))
        return batch

    async def find(self, batch: BatchRow) -> BatchRow:
        """Record the batch that was created from an uploaded file. If there is none, the row stays as it is."""
        remote = await self._call_with_retries(
            lambda: self.client.find(batch.input_file or "", self._metadata(batch))
        )
        return batch if remote is None else await self._record_created(batch, remote)

    async def refresh(self, batch: BatchRow) -> BatchRow:
        """Ask for the status of a batch, and record it. Returns the batch's new row."""
        remote = await self._call_with_retries(lambda: self.client.retrieve(batch.batch_id or ""))
        return await self._record_status(batch, remote)

    async def cancel(self, batch: BatchRow) -> BatchRow:
        """Cancel a batch, unless it has ended. The requests answered by then are collected as usual."""
        batch = await self.refresh(batch)
        if batch.status in FINAL:
            return batch
        remote = await self._call_with_retries(lambda: self.client.cancel(batch.batch_id or ""))
        return await self._record_status(batch, remote)

    async def download(self, file_id: str, target: Path) -> None:
        """Download a file of the provider, unless it was downloaded before."""
        if _prepare_download(target):
            await self._call_with_retries(lambda: self.client.download(file_id, target))

    async def _create(self, batch: BatchRow, *, recovered: bool) -> RemoteBatch:
        input_file = batch.input_file or ""
        metadata = self._metadata(batch)
        may_exist = recovered

        async def create() -> RemoteBatch:
            nonlocal may_exist
            if may_exist:
                found = await self.client.find(input_file, metadata)
                if found is not None:
                    return found
            may_exist = True  # the batch may have been created even if the reply was lost
            return await self.client.create(input_file, metadata)

        return await self._call_with_retries(create)

    def _metadata(self, batch: BatchRow) -> dict[str, str]:
        return {"ledger": self._batches.token, "batch": str(batch.id)}

    async def _record_created(self, batch: BatchRow, remote: RemoteBatch) -> BatchRow:
        batch = await self._commit(
            lambda: self._batches.advance(batch.id, "created", now=self._now(), batch_id=remote.id), batch
        )
        remove_files(self._batches.request_file(batch))
        return await self._record_status(batch, remote)

    async def _record_status(self, batch: BatchRow, remote: RemoteBatch) -> BatchRow:
        return await self._commit(
            lambda: self._batches.record_status(
                batch.id,
                status=remote.status,
                completed=_count_completed(batch, remote),
                failed=remote.failed,
                output_file=remote.output_file,
                error_file=remote.error_file,
                problem=remote.problem,
                now=self._now(),
            ),
            batch,
        )

    async def _commit(self, write: Callable[[], None], batch: BatchRow) -> BatchRow:
        """Commit a change of a batch. Returns its new row."""

        def write_and_read() -> BatchRow:
            write()
            return self._batches.get(batch.id)

        return await self._commits.run(write_and_read)

    async def _call_with_retries(self, call: Callable[[], Awaitable[Result]]) -> Result:
        tries = 0

        async def call_once() -> Result:
            nonlocal tries
            tries += 1
            return await self._calls.in_flight(call())

        try:
            return await self._calls.retry(call_once)
        except CallError as error:
            raise final_error(error.failure, tries) from error


def _count_completed(batch: BatchRow, remote: RemoteBatch) -> int:
    """How many requests are answered. Where nobody says, a batch that ended early may have answered and charged all."""
    if remote.completed is not None:
        return remote.completed
    return batch.requests if remote.status in ("expired", "cancelled") else 0


def _prepare_download(target: Path) -> bool:
    """Create the folder of a file. Returns whether the file does not exist yet."""
    target.parent.mkdir(parents=True, exist_ok=True)
    return not target.exists()
