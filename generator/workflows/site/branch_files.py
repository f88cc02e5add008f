"""The files of a content folder for a preview: changes are kept in memory, and committed to a branch."""

from collections.abc import Iterable
from pathlib import Path

from generator.errors import StorageError
from generator.store.files import sha256
from generator.workflows.site.files import FileWrite, SiteFiles, WriteGuard
from generator.workflows.site.git import Checkout, Commit


class BranchFiles(SiteFiles):
    """As :class:`SiteFiles`, but the files on the disk are never changed."""

    def __init__(self, content_dir: Path, guard: WriteGuard | None, checkout: Checkout, branch: str) -> None:
        super().__init__(content_dir, guard)
        self.branch = branch
        self._checkout = checkout
        self._changes: dict[Path, bytes | None] = {}

    @property
    def changes(self) -> int:
        """How many files the preview changes so far."""
        return len(self._changes)

    def find(self, path: str) -> bytes | None:
        """The bytes of a file with the changes so far. Raises as :meth:`SiteFiles.find`."""
        file = self.real(path)
        return self._changes[file] if file in self._changes else super().find(path)

    def write(self, item: FileWrite) -> None:
        """Keep a change for the commit. Raises as :meth:`SiteFiles.write`."""
        present = self.find(item.path)
        if present == item.data:
            return
        self.refuse(item.path)
        if (None if present is None else sha256(present)) != item.replaces:
            raise StorageError(str(self.root / item.path), "was changed by someone else and is left alone")
        self._changes[self.real(item.path)] = item.data

    def _before_writing(self, writes: Iterable[FileWrite]) -> None:
        """Nothing is recorded: the files on the disk stay as they are."""

    def remove(self, path: str) -> None:
        """Keep the removal of a file for the commit. Raises as :meth:`SiteFiles.remove`."""
        self.refuse(path)
        self._changes[self.real(path)] = None

    def sync(self) -> None:
        """Nothing was written that would have to be flushed."""

    def commit(self, title: str) -> Commit:
        """Commit the changes to the branch."""
        if not self._changes:
            return Commit()
        return self._checkout.commit_to_branch(self.branch, self._changes, title)
