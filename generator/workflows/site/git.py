"""The little of git that the site needs: the user's name, what changed, and commits of named files and nothing else.

Arguments never pass through a shell, paths never count as patterns, and nothing is ever pushed.
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
"""So many files does the message of a commit name; git itself shows all of them."""
_SECONDS = 600


class GitError(GeneratorError):
    """Git is not there, a folder is in no checkout, or a command was refused; the files are as they were."""


class Commit(NamedTuple):
    """What became of a commit: its hash, or why there is none; neither where all was committed before."""

    hash: str | None = None
    error: str | None = None


class Checkout:
    """The git checkout that a content folder is in. It is looked up before any file is written.

    Raises:
        GitError: there is none, or git is not there.
    """

    def __init__(self, content_dir: Path) -> None:
        self._folder = content_dir.resolve()
        there = next(folder for folder in (self._folder, *self._folder.parents) if folder.is_dir())
        try:
            self._top = Path(_git(there, "rev-parse", "--show-toplevel").rstrip("\n")).resolve()
        except GitError as error:
            raise GitError(
                f"nothing was written, because {content_dir} is in no git checkout to commit to: run git init, or leave"
                f" out --commit ({error})"
            ) from error

    def commit(self, files: Iterable[Path], title: str, *, note: str = "") -> Commit:
        """Commit these files as they are, deleted ones as deleted. What else is staged stays staged and out of it.

        Args:
            files: absolute paths below the content folder, links followed; the message lists the first of them.
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
            return Commit(error=f"{error}; the files stay written: commit them by hand")

    def changed(self) -> set[Path]:
        """The files below the content folder that differ from the last commit, or are not in it."""
        return {self._top / name for name in self._changed([self._name(self._folder)])}

    def committed(self, file: Path) -> str | None:
        """A file's text as the last commit has it; None where it has none."""
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
        listed = "\0".join(changed).encode()
        by_list = ("--pathspec-from-file=-", "--pathspec-file-nul")
        _git(self._top, "add", "--all", *by_list, stdin=listed)
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".txt") as text:
            text.write(message)
            text.flush()
            _git(self._top, "commit", "--quiet", "--only", f"--file={text.name}", *by_list, stdin=listed)
        return _git(self._top, "rev-parse", "HEAD").strip()

    def _changed(self, names: Sequence[str]) -> list[str]:
        """Those files that differ from the last commit."""
        arguments = ("--porcelain=v1", "-z", "--no-renames", "--untracked-files=all", "--")
        found: list[str] = []
        for chunk in _chunks(names):
            status = _git(self._top, "status", *arguments, *chunk)
            found += [entry[3:] for entry in status.split("\0") if entry]
        return found

    def _ignored(self, names: Sequence[str]) -> str | None:
        # Exit code 1 says that none is; tracked files are never reported.
        listed = "\0".join(names).encode()
        out = _git(self._top, "check-ignore", "-z", "--stdin", stdin=listed, allowed=(0, 1))
        return out.split("\0")[0] or None


def user_name(folder: Path) -> str | None:
    """The name that git would put on a commit in this folder."""
    try:
        return _git(folder, "config", "user.name").strip() or None
    except GitError:
        return None


def changed_files(folder: Path, revision: str) -> set[str]:
    """Files below a folder that differ from a revision or that git does not track, by their path below it.

    Raises:
        UsageError: git is not there, the folder is in no checkout, or the revision is unknown.
    """
    if revision.startswith("-"):
        raise UsageError(f"{revision!r} is no git revision")
    asked = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    names: set[str] = set()
    try:
        commit = _git(folder, *asked, allowed=(0, 1, 128)).strip()
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
        done = subprocess.run(
            ["git", "-C", str(folder), *arguments],
            env={**os.environ, "GIT_LITERAL_PATHSPECS": "1"} if arguments[0] != "check-ignore" else None,
            input=stdin,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise GitError(f"git {arguments[0]}: {error}") from error
    if done.returncode not in allowed:
        said = " ".join((done.stderr or done.stdout).decode("utf-8", "replace").split())
        raise GitError(f"git {arguments[0]}: {said[:300] or 'failed'}")
    return done.stdout.decode("utf-8", "surrogateescape")
