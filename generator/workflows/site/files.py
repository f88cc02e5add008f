"""Writes below the content folder, and never through a link out of it."""

import os
from collections.abc import Iterable
from glob import escape
from pathlib import Path

from generator.errors import StorageError
from generator.store.files import read_file, sha256, write_file


class SiteFiles:
    """The article files of one site. Paths are relative: ``subject-slug/slug.md``."""

    def __init__(self, content_dir: Path) -> None:
        self.root = content_dir

    def target(self, path: str) -> Path:
        """Where a path leads.

        Raises:
            StorageError: out of the content folder, by a link.
        """
        target = self.root / path
        root = self.root.resolve()
        if not target.resolve().is_relative_to(root) or target.is_symlink():
            raise StorageError(str(target), "leads out of the content folder or is a link, and is left alone")
        return target

    def read(self, path: str) -> bytes | None:
        """The bytes that stand there, None where nothing does. Raises as :meth:`target`."""
        return read_file(self.target(path))

    def write(self, path: str, data: bytes, *, instead_of: str | None) -> None:
        """Put a file there durably, unless something else than expected stands there.

        Args:
            instead_of: hash of the file to replace, None where none is expected.

        Raises:
            StorageError: it cannot be written, or somebody changed the file meanwhile.
        """
        target = self.target(path)
        wanted = sha256(data)
        present = read_file(target)
        if present is not None and sha256(present) == wanted:
            return
        write_file(
            target,
            data,
            durable=True,
            expect=lambda found: (None if found is None else sha256(found)) == instead_of,
        )

    def remove_leftovers(self, path: str) -> None:
        """Remove what a killed process left half written beside a file."""
        target = self.target(path)
        for file in target.parent.glob(f".{escape(target.name[:100])}.*.tmp"):
            file.unlink(missing_ok=True)

    def sync(self, paths: Iterable[str]) -> None:
        """Wait until the folders of these files are on the disk with their new names."""
        for folder in {(self.root / path).parent for path in paths}:
            try:
                handle = os.open(folder, os.O_RDONLY)
            except OSError:  # Windows opens no folders; a rename is durable there
                continue
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
