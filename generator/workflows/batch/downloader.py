"""Downloads the answers of batches that have ended, and finds out whether answers that were charged are missing."""

from dataclasses import dataclass
from pathlib import Path

from generator.errors import CallFailed
from generator.store.ledger.batches.rows import OVER_TOKEN_LIMIT, BatchRow
from generator.store.ledger.storage.database import GroupCommit
from generator.store.output_folder import BATCHES
from generator.workflows.batch.answer_recorder import CANCELLED, EXPIRED, MISSING, REFUSED, AnswerRecorder
from generator.workflows.batch.services import BatchStoreServices
from generator.workflows.batch.uploader import BatchUploader

_CAUSES = {"completed": MISSING, "expired": EXPIRED, "cancelled": CANCELLED, "failed": REFUSED}
_GONE = frozenset({"no-such-address", "http-410"})


@dataclass(frozen=True, slots=True)
class DownloadedBatch:
    """What a batch delivered.

    Args:
        missing: answers that were charged and are in no file; if there are any, the batch stays open.
        unanswered: requests without an answer in a batch that was closed; they may be sent again.
        returned_to_queue: jobs that are planned again.
    """

    missing: int = 0
    unanswered: int = 0
    returned_to_queue: int = 0


class BatchDownloader:
    """Records the files of batches and closes the batches."""

    def __init__(
        self,
        services: BatchStoreServices,
        commits: GroupCommit,
        uploader: BatchUploader,
        recorder: AnswerRecorder,
    ) -> None:
        self._batches = services.batches
        self._folder = services.settings.output_dir / BATCHES
        self._now = services.now
        self._commits = commits
        self._uploader = uploader
        self._recorder = recorder

    async def collect(self, batch: BatchRow) -> DownloadedBatch:
        """Record the answers of a batch that has ended, and close it, unless answers that were charged are missing.

        Raises:
            CallFailed, ModelUnavailable, StorageError: a file cannot be downloaded now.
        """
        output = await self._record_file(batch, "output", batch.output_file)
        error = await self._record_file(batch, "error", batch.error_file)
        missing = self._batches.count_unanswered(batch.id)
        charged = _count_charged(batch, output_missing=not output.exists())
        lost = missing > 0 and charged > self._batches.count_answered(batch.id)
        downloaded = await self._commits.run(lambda: self._close(batch, missing if lost else 0))
        for file in (output, error):
            file.unlink(missing_ok=True)
        return downloaded

    async def _record_file(self, batch: BatchRow, kind: str, file_id: str | None) -> Path:
        """Download and record a file of a batch. Returns the path of the copy; the provider may have no such file."""
        target = self._folder / f"batch-{batch.id:06d}-{kind}.jsonl"
        if file_id is not None:
            try:
                await self._uploader.download(file_id, target)
            except CallFailed as error:
                if error.cause not in _GONE:
                    raise
                return target
            with target.open("rb") as lines:
                await self._recorder.read(lines, f"batch {batch.id}, {kind} file", batch=batch.id)
        return target

    def _close(self, batch: BatchRow, missing: int) -> DownloadedBatch:
        """Close a batch, or leave it open for missing answers. One that was cancelled or refused returns its jobs, unless it
        only had no room.
        """
        cause, now = _CAUSES[batch.status or ""], self._now()
        if batch.is_over_token_limit:
            self._batches.end(batch.id, "collected", OVER_TOKEN_LIMIT, now=now)
            return DownloadedBatch()
        unanswered = 0
        if missing:
            self._batches.leave_incomplete(batch.id, now=now)
        else:
            unanswered = self._batches.end(batch.id, "collected", cause, now=now)
        needs_return = batch.status in ("cancelled", "failed")
        returned = self._batches.return_to_queue(batch.id, cause) if needs_return else 0
        return DownloadedBatch(missing, unanswered, returned)


def _count_charged(batch: BatchRow, *, output_missing: bool) -> int:
    """The least number of requests that were answered and charged, by what the provider reports of an ended batch.

    A completed batch has answered every request that it does not count as failed, even if it counts none as
    completed. A file of answers that is named and cannot be downloaded holds at least one.
    """
    in_missing_file = 1 if batch.output_file is not None and output_missing else 0
    not_failed = batch.requests - batch.failed if batch.status == "completed" else 0
    return max(batch.completed, not_failed, in_missing_file)
