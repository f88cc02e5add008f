"""Takes whole request files to the provider, and looks after them there: nothing is submitted twice.

The provider's ids are committed one by one as soon as they are known. A batch that was made and whose id was
lost is found again by its input file before another one is made.
"""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from random import Random
from typing import TypeVar

from generator.model.batch_api import FINAL, BatchClient, RemoteBatch
from generator.model.batch_files import part_of, request_bodies
from generator.model.errors import CallError
from generator.model.retries import RetryPolicy, Sleep, retried
from generator.store.ledger.batches import Batches, BatchRow
from generator.store.ledger.database import GroupCommit
from generator.workflows.engine.call_results import final_error

Result = TypeVar("Result")


@dataclass(frozen=True)
class BatchUploader:
    """The way to the provider's batches. Calls that may succeed later are made again."""

    client: BatchClient
    batches: Batches
    commits: GroupCommit
    policy: RetryPolicy
    rng: Random
    sleep: Sleep
    now: Callable[[], str]

    async def send(self, batch: BatchRow) -> BatchRow:
        """Upload and create what is not there yet.

        Raises:
            CallFailed, ModelUnavailable: the provider does not take it; the next attempt goes on from here.
        """
        recovered = batch.state == "uploaded"
        if batch.state == "written":
            name = f"generator-{self.batches.token}-{batch.id}.jsonl"
            file = await self._again(lambda: self.client.upload(Path(batch.path), name))
            batch = await self._commit(
                lambda: self.batches.advance(batch.id, "uploaded", now=self.now(), input_file=file), batch
            )
        if batch.state == "uploaded":
            return await self._made(batch, await self._create(batch, recovered=recovered))
        return batch

    async def find(self, batch: BatchRow) -> BatchRow:
        """Record the batch that was made of an uploaded file; where none was, the batch stays as it is."""
        made = await self._again(lambda: self.client.find(batch.input_file or "", self._metadata(batch)))
        return batch if made is None else await self._made(batch, made)

    async def look(self, batch: BatchRow) -> BatchRow:
        """Ask how a batch is doing, and record it."""
        remote = await self._again(lambda: self.client.retrieve(batch.batch_id or ""))
        return await self._tell(batch, remote)

    async def cancel(self, batch: BatchRow) -> BatchRow:
        """Have a batch stopped, unless it has ended. What it answered by then is collected as ever."""
        batch = await self.look(batch)
        if batch.status in FINAL:
            return batch
        remote = await self._again(lambda: self.client.cancel(batch.batch_id or ""))
        return await self._tell(batch, remote)

    async def download(self, file_id: str, target: Path) -> None:
        """Copy a file of the provider's, unless an earlier attempt did."""
        if _is_missing(target):
            await self._again(lambda: self.client.download(file_id, target))

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

        return await self._again(create)

    def _metadata(self, batch: BatchRow) -> dict[str, str]:
        return {"ledger": self.batches.token, "batch": str(batch.id)}

    async def _made(self, batch: BatchRow, made: RemoteBatch) -> BatchRow:
        batch = await self._commit(
            lambda: self.batches.advance(batch.id, "created", now=self.now(), batch_id=made.id), batch
        )
        remove_files(batch)
        return await self._tell(batch, made)

    async def _tell(self, batch: BatchRow, remote: RemoteBatch) -> BatchRow:
        return await self._commit(
            lambda: self.batches.set_status(
                batch.id,
                status=remote.status,
                completed=remote.completed,
                failed=remote.failed,
                output_file=remote.output_file,
                error_file=remote.error_file,
                problem=remote.problem,
                now=self.now(),
            ),
            batch,
        )

    async def _commit(self, write: Callable[[], None], batch: BatchRow) -> BatchRow:
        """Have it written; the batch as it is then."""

        def written() -> BatchRow:
            write()
            return self.batches.get(batch.id)

        return await self.commits.run(written)

    async def _again(self, call: Callable[[], Awaitable[Result]]) -> Result:
        tries = 0

        async def one() -> Result:
            nonlocal tries
            tries += 1
            return await call()

        try:
            return await retried(self.policy, one, rng=self.rng, sleep=self.sleep)
        except CallError as error:
            raise final_error(error.failure, tries) from error


def _is_missing(target: Path) -> bool:
    target.parent.mkdir(parents=True, exist_ok=True)
    return not target.exists()


def remove_files(batch: BatchRow) -> None:
    """Remove what stands of a batch's request file."""
    remove_part(batch)
    Path(batch.path).unlink(missing_ok=True)


def remove_part(batch: BatchRow) -> None:
    """Remove what was written of a file that was never whole."""
    part_of(Path(batch.path)).unlink(missing_ok=True)


def has_file(batch: BatchRow) -> bool:
    """Whether the request file of a batch stands."""
    return Path(batch.path).exists()


def whole_requests(batch: BatchRow, custom_ids: Iterable[str]) -> int:
    """How many requests the file of a batch holds; 0 unless they are these, in order, and nothing else."""
    count = 0
    try:
        with Path(batch.path).open("rb") as file:
            written = (custom_id for custom_id, _ in request_bodies(file))
            for one, other in zip_longest(written, custom_ids):
                if one != other:
                    return 0
                count += 1
    except (OSError, ValueError):
        return 0
    return count
