"""The request file of a batch on this disk: whether it is complete, and its removal."""

from collections.abc import Iterable
from itertools import zip_longest
from pathlib import Path

from generator.model.batch.files import partial_path, request_bodies


def remove_files(file: Path) -> None:
    """Remove a request file, complete or not."""
    remove_part(file)
    file.unlink(missing_ok=True)


def remove_part(file: Path) -> None:
    """Remove a request file that was never complete."""
    partial_path(file).unlink(missing_ok=True)


def count_complete(file: Path, custom_ids: Iterable[str]) -> int:
    """How many requests a request file has; 0 unless they are exactly these, in this order."""
    count = 0
    try:
        with file.open("rb") as lines:
            written = (custom_id for custom_id, _ in request_bodies(lines))
            for one, other in zip_longest(written, custom_ids):
                if one != other:
                    return 0
                count += 1
    except (OSError, ValueError):
        return 0
    return count
