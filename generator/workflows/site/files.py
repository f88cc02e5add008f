"""The article files of a site: read, and written durably and whole, by every command that changes them.

A link that stays inside the content folder is followed and never replaced: the site shows what it leads to, so that is
the file to change. What a link out of the folder leads to is not the site's, and is left alone.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from generator.content.frontmatter import Document
from generator.content.frontmatter import read as read_document
from generator.errors import StorageError
from generator.store.files import (
    is_leftover_of,
    leftovers,
    read_article,
    read_file,
    sha256,
    sync_folder,
    write_file,
)
from generator.workflows.site.file_change import FileChange, SkippedFile

_WRITERS = 8
"""Waiting for the disk takes most of a write: eight at a time take a tenth of the time."""
_AT_ONCE = 40


class FileWrite(NamedTuple):
    """A file to write, and the hash of the file that it replaces; None for a new one."""

    path: str
    data: bytes
    replaces: str | None

    @classmethod
    def from_change(cls, change: FileChange) -> "FileWrite":
        """A changed text in place of the text that was read."""
        return cls(change.path, change.after.encode(), sha256(change.before.encode()))


class SiteFiles:
    """The article files of one site. Paths are relative: ``subject-slug/slug.md``."""

    def __init__(self, content_dir: Path) -> None:
        self.root = content_dir
        self.real_root = content_dir.resolve()
        self._unsynced: set[Path] = set()
        self._leftovers: dict[Path, list[Path]] = {}

    def real(self, path: str) -> Path:
        """Where a file really is, all links followed.

        Raises:
            StorageError: a link leads out of the content folder, or nowhere.
        """
        named = self.root / path
        try:
            file = named.resolve()
        except RuntimeError as error:  # a loop of links, up to Python 3.12
            raise StorageError(str(named), "is a link that leads nowhere, and is left alone") from error
        if not file.is_relative_to(self.real_root):
            raise StorageError(str(named), "leads out of the content folder by a link, and is left alone")
        if named.is_symlink() and not file.exists():
            raise StorageError(str(named), "is a link that leads nowhere, and is left alone")
        return file

    def real_files(self, paths: Iterable[str]) -> Iterator[Path]:
        """Where files really are; those that :meth:`real` refuses are left out."""
        for path in paths:
            with suppress(StorageError):
                yield self.real(path)

    def find(self, path: str) -> bytes | None:
        """The bytes that stand there, None where nothing does. Raises as :meth:`real`, or where it cannot be read."""
        return read_article(self.real(path))

    def read(self, path: str) -> bytes:
        """The bytes of a file.

        Raises:
            StorageError: it is gone, cannot be read, or a link leads out of the content folder.
        """
        data = self.find(path)
        if data is None:
            raise StorageError(str(self.root / path), "is gone")
        return data

    def document(self, path: str) -> Document:
        """An article file, read and parsed.

        Raises:
            StorageError: as :meth:`read`.
            FrontMatterError: it is no article file.
        """
        return read_document(self.read(path))

    def rewrite(
        self,
        paths: Iterable[str],
        changed: Callable[[str], FileChange | SkippedFile | None],
        *,
        dry_run: bool = False,
    ) -> Iterator[FileChange | SkippedFile | None]:
        """Read, change and write files, and yield what became of each, in order.

        Args:
            changed: reads a file; returns what to make of it, why it is left alone, or None where it stays as it is.
            dry_run: write nothing.
        """
        remaining = iter(paths)
        while chunk := [changed(path) for path in islice(remaining, _AT_ONCE)]:
            writes = [FileWrite.from_change(item) for item in chunk if isinstance(item, FileChange)]
            failed = {} if dry_run else self.write_all(writes)
            self.sync()
            for item in chunk:
                error = failed.get(item.path) if item is not None else None
                yield item if item is None or error is None else SkippedFile.from_error(item.path, error)

    def write_all(self, writes: Iterable[FileWrite]) -> dict[str, StorageError]:
        """Write files, several at a time; returns why those were left that could not be written, by path.

        Two writes of one file, which links may hide, come one after the other.
        """
        failures: dict[str, StorageError] = {}
        same_file: dict[Path, list[FileWrite]] = {}
        for item in writes:
            try:
                same_file.setdefault(self.real(item.path), []).append(item)
            except StorageError as error:
                failures[item.path] = error
        with ThreadPoolExecutor(_WRITERS) as pool:
            for found in pool.map(self._failures, same_file.values()):
                failures.update(found)
        return failures

    def _failures(self, writes: Sequence[FileWrite]) -> dict[str, StorageError]:
        failures: dict[str, StorageError] = {}
        for item in writes:
            try:
                self.write(item)
            except StorageError as error:
                failures[item.path] = error
        return failures

    def write(self, item: FileWrite) -> None:
        """Write a file, unless something else than expected stands there. Its permissions stay.

        Raises:
            StorageError: it cannot be written, somebody changed it meanwhile, or a link leads out of the content
                folder; the old file stands unchanged.
        """
        file = self.real(item.path)
        self._unsynced.add(file.parent)
        if read_file(file) == item.data:
            return
        self._remove_leftovers(file)
        write_file(
            file,
            item.data,
            durable=True,
            # Another process may have written the same meanwhile.
            expect=lambda found: (
                found == item.data or (None if found is None else sha256(found)) == item.replaces
            ),
        )

    def remove(self, path: str) -> None:
        """Remove a file, if it is there; of a link, the link alone.

        Raises:
            StorageError: it cannot be removed, or a link leads out of the content folder.
        """
        self.real(path)
        named = self.root / path
        try:
            named.unlink(missing_ok=True)
        except OSError as error:
            raise StorageError(str(named), error.strerror or str(error)) from error
        self._unsynced.add(named.parent.resolve())

    def sync(self) -> None:
        """Wait until the names of all files that were written or removed are on the disk."""
        folders, self._unsynced = self._unsynced, set()
        # The folder above too: a subject's first article comes with the subject's folder.
        for folder in sorted(folders | {folder.parent for folder in folders}):
            sync_folder(folder)

    def _remove_leftovers(self, file: Path) -> None:
        """Remove what a killed process left half written beside a file, if it can be; each folder is listed once."""
        if file.parent not in self._leftovers:
            self._leftovers[file.parent] = leftovers(file.parent)
        for leftover in self._leftovers[file.parent]:
            if is_leftover_of(leftover, file):
                with suppress(OSError):
                    leftover.unlink()
