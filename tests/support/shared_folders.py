"""Folders that several tests start from: made once, copied by each test, removed when all tests are done."""

from pathlib import Path
from tempfile import TemporaryDirectory

_folders: list[TemporaryDirectory[str]] = []


def shared_folder() -> Path:
    """A new empty folder that stays until :func:`remove_shared_folders`."""
    _folders.append(TemporaryDirectory(prefix="generator-tests-"))
    return Path(_folders[-1].name)


def remove_shared_folders() -> None:
    """Remove all of them."""
    while _folders:
        _folders.pop().cleanup()
