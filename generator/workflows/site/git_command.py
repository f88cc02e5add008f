"""Runs one git command: arguments never pass through a shell, and paths are never treated as patterns."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from generator.errors import GeneratorError

_TIMEOUT_SECONDS = 600


class GitError(GeneratorError):
    """git is not installed, a folder is not in a checkout, or a git command failed. No file was changed."""


def run_git(
    folder: Path,
    *arguments: str,
    stdin: bytes = b"",
    allowed: Sequence[int] = (0,),
    environment: Mapping[str, str] | None = None,
) -> str:
    """What a git command writes.

    Args:
        folder: where it is called.
        allowed: its exit codes that are no error.
        environment: variables for this command, besides those of the process.

    Raises:
        GitError: git is not installed, took too long, or returned another code.
    """
    variables = {**os.environ, **(environment or {})}
    if arguments[0] != "check-ignore":
        variables["GIT_LITERAL_PATHSPECS"] = "1"
    try:
        completed = subprocess.run(
            ["git", "-C", str(folder), *arguments],
            env=variables,
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
