"""Takes what a batch that has ended answered, and tells whether answers that were paid are in no file of it."""

from dataclasses import dataclass
from pathlib import Path

from generator.errors import CallFailed
from generator.store.ledger.batches import BatchRow
from generator.store.ledger.database import GroupCommit
from generator.store.output_folder import BATCHES
from generator.workflows.batch.answer_recorder import CANCELLED, EXPIRED, MISSING, REFUSED, AnswerRecorder
from generator.workflows.batch.services import BatchStoreServices
from generator.workflows.batch.uploader import BatchUploader

_CAUSES = {"completed": MISSING, "expired": EXPIRED, "cancelled": CANCELLED, "failed": REFUSED}


@dataclass(frozen=True, slots=True)
class DownloadedBatch:
    """What taking a batch came to: ``missing`` answers were paid and may come yet, so that it is left open.

    Otherwise it is closed, and ``unanswered`` requests are free to be sent again. ``returned_to_queue`` questions are
    planned again.
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
        """Record what a batch answered. The rest may be asked again, unless it was paid and its answers are missing.

        Raises:
            CallFailed, ModelUnavailable, StorageError: a file cannot be had now.
        """
        output = await self._read(batch, "output", batch.output_file)
        error = await self._read(batch, "error", batch.error_file)
        missing = self._batches.waiting(batch.id)
        paid = _paid(batch, output_gone=not output.exists())
        lost = missing > 0 and paid > self._batches.answered(batch.id)
        taken = await self._commits.run(lambda: self._close(batch, missing if lost else 0))
        for file in (output, error):
            file.unlink(missing_ok=True)
        return taken

    async def _read(self, batch: BatchRow, kind: str, file_id: str | None) -> Path:
        """Record a file of a batch; where its copy stands, which is nowhere if the provider has no such file."""
        target = self._folder / f"batch-{batch.id:06d}-{kind}.jsonl"
        if file_id is not None:
            try:
                await self._uploader.download(file_id, target)
            except CallFailed as error:
                if error.cause != "no-such-address":
                    raise
                return target
            with target.open("rb") as lines:
                await self._recorder.read(lines, f"batch {batch.id}, {kind} file", batch=batch.id)
        return target

    def _close(self, batch: BatchRow, missing: int) -> DownloadedBatch:
        """Close a batch, or leave it open; one that somebody stopped gives its questions back."""
        cause, now = _CAUSES[batch.status or ""], self._now()
        unanswered = 0
        if missing:
            self._batches.leave_incomplete(batch.id, now=now)
        else:
            unanswered = self._batches.end(batch.id, "collected", cause, now=now)
        stopped = batch.status in ("cancelled", "failed")
        returned = self._batches.return_to_queue(batch.id, cause) if stopped else 0
        return DownloadedBatch(missing, unanswered, returned)


def _paid(batch: BatchRow, *, output_gone: bool) -> int:
    """How many requests of a batch that has ended were answered, by what its provider says of it.

    A completed batch has answered all that it does not count as failed, also where it counts nothing. A file of
    answers that is named and cannot be had holds one at least.
    """
    named = 1 if batch.output_file is not None and output_gone else 0
    settled = batch.requests - batch.failed if batch.status == "completed" else 0
    return max(batch.completed, settled, named)
