"""The little of git that publishing needs: the user's name, and a commit of named files and nothing else.

Arguments never pass through a shell, paths never count as patterns, and nothing is ever pushed.
"""

import os
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from generator.errors import GeneratorError

_CHUNK = 400
_SECONDS = 600


class GitError(GeneratorError):
    """Git is not there, the folder is no checkout, or a commit was refused; the files are as they were."""


def user_name(folder: Path) -> str | None:
    """The name that git would put on a commit in this folder."""
    try:
        return _git(folder, "config", "user.name").strip() or None
    except GitError:
        return None


def commit_only(folder: Path, files: Sequence[Path], message: str) -> str | None:
    """Commit these files as they stand, deleted ones as deleted, and return the commit's hash.

    What else is staged stays staged and out of it. None where all of them are committed already.

    Args:
        folder: any folder of the checkout.
        files: absolute paths below it.

    Raises:
        GitError: no checkout, a file that git ignores, or a commit that git or one of its hooks refused.
    """
    top = Path(_git(folder, "rev-parse", "--show-toplevel").rstrip("\n")).resolve()
    names = [str(file.parent.resolve().joinpath(file.name).relative_to(top)) for file in files]
    ignored = _ignored(top, names)
    if ignored:
        raise GitError(f"git ignores {ignored}, so it cannot be committed")
    changed = _changed(top, names)
    if not changed:
        return None
    listed = "\0".join(changed).encode()
    by_list = ("--pathspec-from-file=-", "--pathspec-file-nul")
    _git(top, "add", "--all", *by_list, stdin=listed)
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".txt") as text:
        text.write(message)
        text.flush()
        _git(top, "commit", "--quiet", "--only", f"--file={text.name}", *by_list, stdin=listed)
    return _git(top, "rev-parse", "HEAD").strip()


def changed_below(folder: Path) -> set[Path]:
    """The files below a folder of a checkout that differ from the last commit, or are not in it.

    Raises:
        GitError: no checkout.
    """
    top = Path(_git(folder, "rev-parse", "--show-toplevel").rstrip("\n")).resolve()
    return {top / name for name in _changed(top, [str(folder.resolve().relative_to(top))])}


def committed(file: Path) -> str | None:
    """A file's text as the last commit has it; None where it has none."""
    try:
        return _git(file.parent, "cat-file", "blob", f"HEAD:./{file.name}")
    except GitError:
        return None


def _changed(top: Path, names: Sequence[str]) -> list[str]:
    """Those files that differ from the last commit."""
    found: list[str] = []
    for chunk in _chunks(names):
        status = _git(
            top, "status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=all", "--", *chunk
        )
        found += [entry[3:] for entry in status.split("\0") if entry]
    return found


def _ignored(top: Path, names: Sequence[str]) -> str | None:
    # Exit code 1 says that none is; tracked files are never reported.
    listed = "\0".join(names).encode()
    out = _git(top, "check-ignore", "-z", "--stdin", stdin=listed, allowed=(0, 1))
    return out.split("\0")[0] or None


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
