"""Runs git for the content folder: reads the user's name, lists changed files, and commits exactly the named files.

Arguments never pass through a shell. Paths are never treated as patterns. Nothing is ever pushed.
"""

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from generator.errors import UsageError
from generator.workflows.site.branch_commit import commit_to_branch, require_free_branch
from generator.workflows.site.git_command import GitError
from generator.workflows.site.git_command import run_git as _git

__all__ = ["Behind", "Checkout", "Commit", "GitError", "changed_files", "user_name"]

_CHUNK = 400
_MOST_LISTED = 100
"""The most files that a commit message names. git itself lists all of them."""


class Commit(NamedTuple):
    """The result of a commit: its hash, or the error. Both are None if everything was committed already."""

    hash: str | None = None
    error: str | None = None


class Behind(NamedTuple):
    """A branch that lacks commits of its remote branch, as last fetched."""

    branch: str
    upstream: str
    commits: int


class Checkout:
    """The git checkout of a content folder. Create it before any file is written.

    Raises:
        GitError: the folder is not in a checkout, or git is not installed.
    """

    def __init__(self, content_dir: Path) -> None:
        self._folder = content_dir.resolve()
        existing = next(folder for folder in (self._folder, *self._folder.parents) if folder.is_dir())
        try:
            self._top = Path(_git(existing, "rev-parse", "--show-toplevel").rstrip("\n")).resolve()
        except GitError as error:
            raise GitError(
                f"nothing was written, because {content_dir} is not in a git checkout: run git init, or omit --commit or --branch"
                f" ({error})"
            ) from error

    @classmethod
    def find(cls, content_dir: Path) -> "Checkout | None":
        """The checkout of a content folder; None where the folder is in none, or git is not installed."""
        try:
            return cls(content_dir)
        except GitError:
            return None

    def behind(self) -> Behind | None:
        """What the current branch lacks of its remote branch, as last fetched; None where it lacks nothing.

        The remote branch is the configured one, else the only one of the same name, or that of ``origin``. No network
        is used. None also for a detached HEAD, and for a branch without a remote one or without a commit.
        """
        branch = self.branch()
        if branch is None:
            return None
        upstream = self._upstream(branch)
        if upstream is None:
            return None
        count = _git(self._top, "rev-list", "--count", f"HEAD..{upstream}", "--", allowed=(0, 128)).strip()
        return Behind(branch, upstream, int(count)) if count and count != "0" else None

    def branch(self) -> str | None:
        """The name of the current branch; None for a detached HEAD."""
        name = _git(self._top, "symbolic-ref", "--quiet", "--short", "HEAD", allowed=(0, 1)).strip()
        return name or None

    def require_free_branch(self, branch: str) -> None:
        """Check that files can be committed to a branch for a preview.

        Raises:
            GitError: its name is not valid, or it is checked out.
        """
        require_free_branch(self._top, branch)

    def commit_to_branch(self, branch: str, files: Mapping[Path, bytes | None], title: str) -> Commit:
        """Commit these bytes to a branch that is not checked out. The working tree and the index stay as they are.

        Args:
            files: by absolute path below the content folder, with links followed; None deletes a file.
        """
        named = {self._name(file): data for file, data in sorted(files.items())}
        try:
            return Commit(commit_to_branch(self._top, branch, named, self._message(files, title)))
        except GitError as error:
            return Commit(error=str(error))

    def _upstream(self, branch: str) -> str | None:
        configured = ("rev-parse", "--abbrev-ref", "--symbolic-full-name", "@{upstream}")
        name = _git(self._top, *configured, allowed=(0, 128)).strip()
        if name and name != "@{upstream}":
            return name
        same_name = ("for-each-ref", "--format=%(refname:short)", f"refs/remotes/*/{branch}")
        found = _git(self._top, *same_name).split()
        return next((name for name in found if len(found) == 1 or name == f"origin/{branch}"), None)

    def commit(self, files: Iterable[Path], title: str, *, note: str = "") -> Commit:
        """Commit these files as they are now; a deleted file is committed as deleted.

        Other staged changes stay staged and are not in the commit.

        Args:
            files: absolute paths below the content folder, with links followed. The message lists the first
                hundred.
            title: the first line of the message.
            note: a paragraph of the message, before the list.
        """
        named = sorted(set(files))
        message = self._message(named, title, note)
        try:
            return Commit(self._commit([self._name(file) for file in named], message))
        except GitError as error:
            return Commit(error=f"{error}; the files are written but not committed: commit them by hand")

    def _message(self, files: Iterable[Path], title: str, note: str = "") -> str:
        """A message with the title, the note and the first hundred of the files."""
        named = sorted(set(files))
        listed = [f"- {file.relative_to(self._folder).as_posix()}" for file in named[:_MOST_LISTED]]
        if len(named) > _MOST_LISTED:
            listed.append(f"and {len(named) - _MOST_LISTED:,} more")
        return "\n\n".join(part for part in (title, note, "\n".join(listed)) if part) + "\n"

    def changed(self) -> set[Path]:
        """The files below the content folder that differ from the last commit or are not in it."""
        return {self._top / name for name in self._changed([self._name(self._folder)])}

    def committed(self, file: Path) -> str | None:
        """The text of a file in the last commit, or None if the commit does not have the file."""
        try:
            return _git(self._top, "cat-file", "blob", f"HEAD:{self._name(file)}")
        except GitError:
            return None

    def _name(self, file: Path) -> str:
        return file.relative_to(self._top).as_posix()

    def _commit(self, names: Sequence[str], message: str) -> str | None:
        ignored = self._ignored(names)
        if ignored:
            raise GitError(f"git ignores {ignored}, so it cannot be committed")
        changed = self._changed(names)
        if not changed:
            return None
        paths = "\0".join(changed).encode()
        from_stdin = ("--pathspec-from-file=-", "--pathspec-file-nul")
        _git(self._top, "add", "--all", *from_stdin, stdin=paths)
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".txt") as text:
            text.write(message)
            text.flush()
            _git(self._top, "commit", "--quiet", "--only", f"--file={text.name}", *from_stdin, stdin=paths)
        return _git(self._top, "rev-parse", "HEAD").strip()

    def _changed(self, names: Sequence[str]) -> list[str]:
        """The files among ``names`` that differ from the last commit."""
        arguments = ("--porcelain=v1", "-z", "--no-renames", "--untracked-files=all", "--")
        found: list[str] = []
        for chunk in _chunks(names):
            status = _git(self._top, "status", *arguments, *chunk)
            found += [entry[3:] for entry in status.split("\0") if entry]
        return found

    def _ignored(self, names: Sequence[str]) -> str | None:
        # Exit code 1: git ignores none of them. Tracked files are never reported.
        paths = "\0".join(names).encode()
        out = _git(self._top, "check-ignore", "-z", "--stdin", stdin=paths, allowed=(0, 1))
        return out.split("\0")[0] or None


def user_name(folder: Path) -> str | None:
    """The ``user.name`` that git uses for commits in this folder, or None."""
    try:
        return _git(folder, "config", "user.name").strip() or None
    except GitError:
        return None


def changed_files(folder: Path, revision: str) -> set[str]:
    """The files below a folder that differ from a revision or are not tracked, as paths relative to the folder.

    Raises:
        UsageError: git is not installed, the folder is not in a checkout, or the revision is unknown.
    """
    if revision.startswith("-"):
        raise UsageError(f"{revision!r} is not a git revision")
    verify = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    names: set[str] = set()
    try:
        commit = _git(folder, *verify, allowed=(0, 1, 128)).strip()
        if not commit:
            raise UsageError(f"git knows no revision {revision!r} in {folder}")
        for arguments in (
            (
                "diff",
                "--name-only",
                "-z",
                "--relative",
                "--no-ext-diff",
                "--diff-filter=d",
                commit,
                "--",
                ".",
            ),
            ("ls-files", "--others", "--exclude-standard", "-z", "--", "."),
        ):
            names.update(name for name in _git(folder, *arguments).split("\0") if name)
    except GitError as error:
        raise UsageError(f"--changed-since needs git: {error}") from error
    return names


def _chunks(names: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(names), _CHUNK):
        yield names[start : start + _CHUNK]
