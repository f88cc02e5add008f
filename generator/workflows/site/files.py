"""Reads and writes the article files of a site. Each write is durable and atomic. All commands use this module.

A symbolic link to a file inside the content folder is followed and never replaced: the site shows its target, so the
target is changed. A link that leads out of the content folder is refused: its target does not belong to the site.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import NamedTuple, Protocol

from generator.content.frontmatter import Document
from generator.content.frontmatter import read as read_document
from generator.errors import StorageError
from generator.store.corpus.files import is_article_path
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
"""Files written at the same time. Most of a write is waiting for the disk: eight writers need a tenth of the time."""
_CHUNK = 40


class FileWrite(NamedTuple):
    """A file to write. ``replaces`` is the SHA-256 of the file that it replaces, None for a new file."""

    path: str
    data: bytes
    replaces: str | None

    @classmethod
    def from_change(cls, change: FileChange) -> "FileWrite":
        """The write that replaces the text before a change with the text after it."""
        return cls(change.path, change.after.encode(), sha256(change.before.encode()))


class WriteGuard(Protocol):
    """Decides which files may be changed, and is told before they are."""

    def before_writing(self, files: Iterable[tuple[str, bytes]]) -> None:
        """Called before files are written, with their paths and new bytes."""
        ...

    def refusal(self, path: str, file: Path, present: bytes | None) -> str | None:
        """Why a file must not be changed; None if it may. ``present`` are its bytes now, None without a file."""
        ...


class SiteFiles:
    """The article files of one site. Paths are relative to the content folder: ``subject-slug/slug.md``.

    A command that writes gets them from ``files_to_write`` of ``in_step.py``, with a guard.

    Args:
        guard: decides which files may be changed; None allows all.
    """

    def __init__(self, content_dir: Path, guard: WriteGuard | None = None) -> None:
        self.root = content_dir
        self._guard = guard
        self.real_root = content_dir.resolve()
        self._unsynced: set[Path] = set()
        self._leftovers: dict[Path, list[Path]] = {}

    def real(self, path: str) -> Path:
        """The absolute path of a file after following all links.

        Raises:
            StorageError: a link leads out of the content folder, or its target does not exist.
        """
        if self._has_no_links(path):
            return self.real_root / path
        named = self.root / path
        try:
            file = named.resolve()
        except RuntimeError as error:  # a loop of links, up to Python 3.12
            raise StorageError(str(named), "is a link without a target; not changed") from error
        if not file.is_relative_to(self.real_root):
            raise StorageError(str(named), "a link leads out of the content folder; not changed")
        if named.is_symlink() and not file.exists():
            raise StorageError(str(named), "is a link without a target; not changed")
        return file

    def _has_no_links(self, path: str) -> bool:
        """Whether neither the file nor its folder is a link; faster than ``resolve``."""
        folder, _, name = path.partition("/")
        if os.name == "nt" or not folder or not is_article_path(path):  # Windows has other links too
            return False
        below = f"{self.real_root}{os.sep}{folder}"
        return not os.path.islink(below) and not os.path.islink(f"{below}{os.sep}{name}")  # noqa: PTH114 - many files

    def real_files(self, paths: Iterable[str]) -> Iterator[Path]:
        """The absolute paths of files after following all links, without those that :meth:`real` refuses."""
        for path in paths:
            with suppress(StorageError):
                yield self.real(path)

    def find(self, path: str) -> bytes | None:
        """The bytes of a file, or None if it does not exist.

        Raises:
            StorageError: as :meth:`real`, or the file cannot be read.
        """
        return read_article(self.real(path))

    def read(self, path: str) -> bytes:
        """The bytes of a file.

        Raises:
            StorageError: the file does not exist or cannot be read, or a link leads out of the content folder.
        """
        data = self.find(path)
        if data is None:
            raise StorageError(str(self.root / path), "is gone")
        return data

    def document(self, path: str) -> Document:
        """An article file, read and parsed.

        Raises:
            StorageError: as :meth:`read`.
            FrontMatterError: the file is not an article file.
        """
        return read_document(self.read(path))

    def rewrite(
        self,
        paths: Iterable[str],
        changed: Callable[[str], FileChange | SkippedFile | None],
        *,
        dry_run: bool = False,
        is_stopping: Callable[[], bool] = lambda: False,
    ) -> Iterator[FileChange | SkippedFile | None]:
        """Change and write files, and yield the result for each file in order: None if it did not change.

        Args:
            changed: reads one file and returns its change, the reason to skip it, or None to leave it as it is.
            dry_run: write nothing.
            is_stopping: whether to end early, before the next files are written; the results of those that were written
                are yielded first.
        """
        remaining = iter(paths)
        while not is_stopping() and (chunk := [changed(path) for path in islice(remaining, _CHUNK)]):
            writes = [FileWrite.from_change(item) for item in chunk if isinstance(item, FileChange)]
            failed = {} if dry_run else self.write_all(writes)
            self.sync()
            for item in chunk:
                error = failed.get(item.path) if item is not None else None
                yield item if item is None or error is None else SkippedFile.from_error(item.path, error)

    def write_all(self, writes: Iterable[FileWrite]) -> dict[str, StorageError]:
        """Write files, several at the same time. Returns the errors by path; those files were not written.

        Two paths may be links to one file: its writes run one after the other.
        """
        writes = list(writes)
        self._before_writing(writes)
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
        """Write a file if the existing file is the one that ``item`` replaces. The permissions do not change.

        Raises:
            StorageError: the file cannot be written or was changed since it was read, the guard refuses it, or a link
                leads out of the content folder. The existing file is unchanged.
        """
        self._before_writing((item,))
        file = self.real(item.path)
        self._unsynced.add(file.parent)
        if read_file(file) == item.data:
            return
        self.refuse(item.path)
        self._remove_leftovers(file)
        write_file(
            file,
            item.data,
            durable=True,
            # Another process may have written the same bytes since.
            expect=lambda found: (
                found == item.data or (None if found is None else sha256(found)) == item.replaces
            ),
        )

    def require_writable(self, item: FileWrite) -> None:
        """Check that :meth:`write` would not refuse a file; nothing is written.

        Raises:
            StorageError: it would; not for a file that was changed since it was read.
        """
        if self.find(item.path) != item.data:
            self.refuse(item.path)

    def refuse(self, path: str) -> None:
        """Raise the error of a write if the guard refuses to change a file; nothing is written.

        Raises:
            StorageError: it does. What else prevents a write is found by the write.
        """
        if self._guard is None:
            return
        try:
            file = self.real(path)
            present = read_file(file)
        except StorageError:
            return
        reason = self._guard.refusal(path, file, present)
        if reason is not None:
            raise StorageError(str(self.root / path), reason)

    def _before_writing(self, writes: Iterable[FileWrite]) -> None:
        if self._guard is not None:
            self._guard.before_writing((item.path, item.data) for item in writes)

    def remove(self, path: str) -> None:
        """Remove a file if it exists. If the path is a link, only the link is removed.

        Raises:
            StorageError: the file cannot be removed, the guard refuses it, or a link leads out of the content folder.
        """
        self.real(path)
        self.refuse(path)
        named = self.root / path
        try:
            named.unlink(missing_ok=True)
        except OSError as error:
            raise StorageError(str(named), error.strerror or str(error)) from error
        self._unsynced.add(named.parent.resolve())

    def sync(self) -> None:
        """Flush the folders of all files that were written or removed since the last call to the disk."""
        folders, self._unsynced = self._unsynced, set()
        # The parent folder too: the first article of a subject creates the folder of the subject.
        for folder in sorted(folders | {folder.parent for folder in folders}):
            sync_folder(folder)

    def _remove_leftovers(self, file: Path) -> None:
        """Remove the temporary files that a killed process left beside a file. Each folder is listed once."""
        if file.parent not in self._leftovers:
            self._leftovers[file.parent] = leftovers(file.parent)
        for leftover in self._leftovers[file.parent]:
            if is_leftover_of(leftover, file):
                with suppress(OSError):
                    leftover.unlink()
