"""The request file of a batch on this disk: whether it is complete, and its removal."""

from collections.abc import Iterable
from itertools import zip_longest
from pathlib import Path

from generator.model.batch_files import partial_path, request_bodies
from generator.store.ledger.batches import BatchRow


def has_file(batch: BatchRow) -> bool:
    """Whether the request file of a batch exists."""
    return Path(batch.path).exists()


def remove_files(batch: BatchRow) -> None:
    """Remove the request file of a batch, complete or not."""
    remove_part(batch)
    Path(batch.path).unlink(missing_ok=True)


def remove_part(batch: BatchRow) -> None:
    """Remove a request file that was never complete."""
    partial_path(Path(batch.path)).unlink(missing_ok=True)


def count_complete(batch: BatchRow, custom_ids: Iterable[str]) -> int:
    """How many requests the file of a batch has; 0 unless they are exactly these, in this order."""
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
