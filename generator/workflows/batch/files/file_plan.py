"""Where the request files of an order are written, and how large they may be."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path


@dataclass(frozen=True)
class FilePlan:
    """Where request files are written, and how large they may be.

    Args:
        folder: the folder for files that are named by the number of their batch.
        path: the first file, if the files are named otherwise.
        most_requests: requests in each file; None for no limit.
        most_bytes: bytes in each file; None for no limit.
        most_files: the number of files; None for no limit. The jobs of further requests stay due.
    """

    folder: Path
    path: Path | None = None
    most_requests: int | None = None
    most_bytes: int | None = None
    most_files: int | None = None

    def names(self) -> Iterator[Path]:
        """The names of the first file, the second and so on, without end: ``path``, then numbered ones."""
        assert self.path is not None
        yield self.path
        for number in count(2):
            yield self.path.with_stem(f"{self.path.stem}-{number}")
