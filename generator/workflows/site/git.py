"""Runs git for the content folder: reads the user's name, lists changed files, and commits exactly the named files.

Arguments never pass through a shell. Paths are never treated as patterns. Nothing is ever pushed.
"""

import os
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from generator.errors import GeneratorError, UsageError

_CHUNK = 400
_MOST_LISTED = 100
"""The most files that a commit message names. git itself lists all of them."""
_TIMEOUT_SECONDS = 600


class GitError(GeneratorError):
    """git is not installed, a folder is not in a checkout, or a git command failed. No file was changed."""


class Commit(NamedTuple):
    """The result of a commit: its hash, or the error. Both are None if everything was committed already."""

    hash: str | None = None
    error: str | None = None


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
                f"nothing was written, because {content_dir} is not in a git checkout: run git init, or omit --commit"
                f" ({error})"
            ) from error

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
        listed = [f"- {file.relative_to(self._folder).as_posix()}" for file in named[:_MOST_LISTED]]
        if len(named) > _MOST_LISTED:
            listed.append(f"and {len(named) - _MOST_LISTED:,} more")
        paths = "\n".join(listed)
        message = "\n\n".join(part for part in (title, note, paths) if part)
        try:
            return Commit(self._commit([self._name(file) for file in named], f"{message}\n"))
        except GitError as error:
            return Commit(error=f"{error}; the files are written but not committed: commit them by hand")

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


def _git(folder: Path, *arguments: str, stdin: bytes = b"", allowed: Sequence[int] = (0,)) -> str:
    try:
        completed = subprocess.run(
            ["git", "-C", str(folder), *arguments],
            env={**os.environ, "GIT_LITERAL_PATHSPECS": "1"} if arguments[0] != "check-ignore" else None,
            input=stdin,
            capture_output=True,
            timeout=_TIMEOUT_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise GitError(f"git {arguments[0]}: {error}") from error
    if completed.returncode not in allowed:
        message = " ".join((completed.stderr or completed.stdout).decode("utf-8", "replace").split())
        raise GitError(f"git {arguments[0]}: {message[:300] or 'failed'}")
    return completed.stdout.decode("utf-8", "surrogateescape")
