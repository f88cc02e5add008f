"""Takes whole request files to the provider, and looks after them there: nothing is submitted twice.

The provider's ids are committed one by one as soon as they are known. A batch that was made and whose id was
lost is found again by its input file before another one is made.
"""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from generator.model.batch_api import FINAL, BatchClient, RemoteBatch
from generator.model.errors import CallError
from generator.model.retries import RetryPolicy, retried
from generator.store.ledger.batches import BatchRow
from generator.store.ledger.database import GroupCommit
from generator.workflows.batch.local_files import remove_files
from generator.workflows.batch.services import BatchStoreServices
from generator.workflows.engine.exchange import final

Result = TypeVar("Result")


class BatchUploader:
    """The way to the provider's batches. Calls that may succeed later are made again."""

    def __init__(self, services: BatchStoreServices, client: BatchClient, commits: GroupCommit) -> None:
        self.client = client
        self._batches = services.batches
        self._commits = commits
        self._policy = RetryPolicy(attempts=services.settings.model.attempts)
        self._rng = services.random()
        self._sleep = services.sleep
        self._now = services.now

    async def send(self, batch: BatchRow) -> BatchRow:
        """Upload and create what is not there yet.

        Raises:
            CallFailed, ModelUnavailable: the provider does not take it; the next attempt goes on from here.
        """
        recovered = batch.state == "uploaded"
        if batch.state == "written":
            name = f"generator-{self._batches.token}-{batch.id}.jsonl"
            file = await self._call_with_retries(lambda: self.client.upload(Path(batch.path), name))
            batch = await self._commit(
                lambda: self._batches.advance(batch.id, "uploaded", now=self._now(), input_file=file), batch
            )
        if batch.state == "uploaded":
            return await self._record_created(batch, await self._create(batch, recovered=recovered))
        return batch

    async def find(self, batch: BatchRow) -> BatchRow:
        """Record the batch that was made of an uploaded file; where none was, the batch stays as it is."""
        made = await self._call_with_retries(
            lambda: self.client.find(batch.input_file or "", self._metadata(batch))
        )
        return batch if made is None else await self._record_created(batch, made)

    async def refresh(self, batch: BatchRow) -> BatchRow:
        """Ask how a batch is doing, and record it."""
        remote = await self._call_with_retries(lambda: self.client.retrieve(batch.batch_id or ""))
        return await self._record_status(batch, remote)

    async def cancel(self, batch: BatchRow) -> BatchRow:
        """Have a batch stopped, unless it has ended. What it answered by then is collected as ever."""
        batch = await self.refresh(batch)
        if batch.status in FINAL:
            return batch
        remote = await self._call_with_retries(lambda: self.client.cancel(batch.batch_id or ""))
        return await self._record_status(batch, remote)

    async def download(self, file_id: str, target: Path) -> None:
        """Copy a file of the provider's, unless an earlier attempt did."""
        if _is_missing(target):
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
            may_exist = True  # an answer that was lost may have been a yes
            return await self.client.create(input_file, metadata)

        return await self._call_with_retries(create)

    def _metadata(self, batch: BatchRow) -> dict[str, str]:
        return {"ledger": self._batches.token, "batch": str(batch.id)}

    async def _record_created(self, batch: BatchRow, made: RemoteBatch) -> BatchRow:
        batch = await self._commit(
            lambda: self._batches.advance(batch.id, "created", now=self._now(), batch_id=made.id), batch
        )
        remove_files(batch)
        return await self._record_status(batch, made)

    async def _record_status(self, batch: BatchRow, remote: RemoteBatch) -> BatchRow:
        return await self._commit(
            lambda: self._batches.set_status(
                batch.id,
                status=remote.status,
                completed=remote.completed,
                failed=remote.failed,
                output_file=remote.output_file,
                error_file=remote.error_file,
                problem=remote.problem,
                now=self._now(),
            ),
            batch,
        )

    async def _commit(self, write: Callable[[], None], batch: BatchRow) -> BatchRow:
        """Have it written; the batch as it is then."""

        def written() -> BatchRow:
            write()
            return self._batches.get(batch.id)

        return await self._commits.run(written)

    async def _call_with_retries(self, call: Callable[[], Awaitable[Result]]) -> Result:
        tries = 0

        async def one() -> Result:
            nonlocal tries
            tries += 1
            return await call()

        try:
            return await retried(self._policy, one, rng=self._rng, sleep=self._sleep)
        except CallError as error:
            raise final(error.failure, tries) from error


def _is_missing(target: Path) -> bool:
    target.parent.mkdir(parents=True, exist_ok=True)
    return not target.exists()
