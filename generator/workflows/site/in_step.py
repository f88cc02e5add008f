"""Keeps writing commands in step with git: whoever writes into the content folder opens it here.

A command is refused where the branch is behind its remote branch as last fetched. A file is refused that has uncommitted
changes of others; those of this program, also of a run that was killed, are no obstacle. A folder that is in no checkout
is written as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.content.display import plural
from generator.store.files import sha256
from generator.store.output_folder import WRITTEN_FILES
from generator.store.written_files import WrittenFiles
from generator.workflows.site.branch_files import BranchFiles
from generator.workflows.site.files import SiteFiles
from generator.workflows.site.git import Checkout, GitError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from generator.config import Settings
    from generator.workflows.engine.progress import Progress

GO_ON = "--despite-git writes all the same"


class OutOfStep(GitError):
    """The branch of the content folder is behind its remote branch. Nothing was written."""


def files_to_write(
    settings: Settings,
    *,
    content_dir: Path | None = None,
    despite_git: bool = False,
    branch: str | None = None,
) -> SiteFiles:
    """The files of a content folder, for a command that writes them.

    Args:
        content_dir: by default that of the settings.
        despite_git: write even if the branch is behind or files have uncommitted changes of others.
        branch: a branch that gets the changes for a preview, as a :class:`BranchFiles`; None writes the files.

    Raises:
        OutOfStep: the branch is behind its remote branch.
        GitError: the preview is not possible: there is no checkout, or the branch cannot be committed to.
    """
    folder = content_dir or settings.content_dir
    checkout = Checkout.find(folder) if branch is None else Checkout(folder)
    if checkout is not None and not despite_git:
        refuse_behind(checkout, folder)
    guard = _guard(settings, checkout, despite_git=despite_git)
    if branch is None or checkout is None:
        return SiteFiles(folder, guard)
    checkout.require_free_branch(branch)
    return BranchFiles(folder, guard, checkout, branch)


def files_to_check(settings: Settings, *, despite_git: bool = False) -> SiteFiles:
    """The files of the content folder, for a dry run that says which of them a command would refuse.

    Args:
        despite_git: as for :func:`files_to_write`. A branch that is behind is no error here.
    """
    folder = settings.content_dir
    return SiteFiles(folder, _guard(settings, Checkout.find(folder), despite_git=despite_git))


def _guard(settings: Settings, checkout: Checkout | None, *, despite_git: bool) -> UncommittedChanges | None:
    """What refuses files with uncommitted changes; None for a folder that is in no checkout."""
    if checkout is None:
        return None
    written = WrittenFiles(settings.output_dir / WRITTEN_FILES)
    return UncommittedChanges(checkout, written, refuses=not despite_git)


def is_own_write(settings: Settings, path: str, data: bytes) -> bool:
    """Whether this program wrote exactly these bytes to a path below the content folder."""
    return WrittenFiles(settings.output_dir / WRITTEN_FILES).has(path, sha256(data))


def refuse_behind(checkout: Checkout, folder: Path) -> None:
    """Raise OutOfStep if the current branch is behind its remote branch as last fetched."""
    found = checkout.behind()
    if found is not None:
        raise OutOfStep(
            f"nothing was written: the branch {found.branch} of {folder} is {plural(found.commits, 'commit')} behind"
            f" {found.upstream} as last fetched; run git pull first ({GO_ON})"
        )


class UncommittedChanges:
    """Refuses files with uncommitted changes of others, and records what this program writes.

    Args:
        refuses: False only records.
    """

    def __init__(self, checkout: Checkout, written: WrittenFiles, *, refuses: bool = True) -> None:
        self._checkout = checkout
        self._written = written
        self._refuses = refuses
        self._changed: set[Path] | None = None
        self._recorded: set[tuple[str, str]] = set()

    def before_writing(self, files: Iterable[tuple[str, bytes]]) -> None:
        """Note what git calls changed before the first write, and record the new bytes of files by path."""
        self._changed_before()
        new = {(path, sha256(data)) for path, data in files} - self._recorded
        if new:
            self._written.record(sorted(new))
            self._recorded |= new

    def refusal(self, path: str, file: Path, present: bytes | None) -> str | None:
        """Why a file must not be changed; None if it may.

        Args:
            path: below the content folder.
            file: the absolute path, with links followed.
            present: its bytes now; None where it does not exist.
        """
        if present is None or file not in self._changed_before() or self._written.has(path, sha256(present)):
            return None
        return f"has uncommitted changes that this program did not make; commit them first ({GO_ON})"

    def _changed_before(self) -> set[Path]:
        """The files that were not committed before this command wrote any."""
        if self._changed is None:
            self._changed = self._checkout.changed() if self._refuses else set()
        return self._changed


def announce(
    progress: Progress, files: SiteFiles, count: int, *, commit: bool = False, exact: bool = True
) -> None:
    """Say before a change what will be written, and how to undo it. Nothing is said of no file.

    Args:
        count: how many files will be written.
        commit: whether they are committed.
        exact: False if they may be fewer.
    """
    if not count:
        return
    many = f"{'' if exact else 'at most '}{plural(count, 'file')}"
    if isinstance(files, BranchFiles):
        progress.info(
            f"preview: {many} of {files.root} go into one commit on the branch {files.branch}; the folder itself and the"
            f" ledger stay as they are; git branch -D {files.branch} removes it"
        )
        return
    checkout = Checkout.find(files.root)
    if checkout is None:
        undo = "it is in no git checkout, so that only a copy of the folder undoes this"
    elif commit:
        undo = (
            f"one commit on {checkout.branch() or 'the detached HEAD'}; git revert of that commit undoes it"
        )
    else:
        undo = "not committed; git diff shows the changes, git restore FILE undoes them where nothing else was changed"
    progress.info(f"writing {many} in {files.root}: {undo}")
