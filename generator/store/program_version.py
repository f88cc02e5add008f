"""Identifies the version of the program by its source, so that results of other versions are not used again."""

import hashlib
import sys
from functools import cache
from pathlib import Path

import generator


@cache
def program_version() -> str:
    """A hash of all source files of the program and of the versions of Python and of its libraries' folders.

    Any change of a rule gives another version, without a number that somebody must remember to increase.
    """
    digest = hashlib.sha256(sys.version.encode())
    root = Path(generator.__file__).parent
    for file in sorted(root.rglob("*.py")):
        digest.update(f"{file.relative_to(root).as_posix()}\0".encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    for name in _libraries(root):
        digest.update(f"{name}\0".encode())
    return digest.hexdigest()


def _libraries(root: Path) -> list[str]:
    """The installed libraries with their versions: the names of their folders ``NAME-VERSION.dist-info``."""
    folders = (Path(folder) for folder in sys.path if folder and Path(folder) != root.parent)
    return sorted(
        {found.name for folder in folders if folder.is_dir() for found in folder.glob("*.dist-info")}
    )
