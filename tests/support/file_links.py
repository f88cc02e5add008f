"""Published files that are links, for tests of what commands do with them."""

from pathlib import Path


def put_behind_link(file: Path, folder: Path) -> Path:
    """Move a file into a folder and leave a link to it in its place; returns where it is now."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / file.name
    file.rename(target)
    file.symlink_to(target)
    return target
