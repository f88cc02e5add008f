"""Which article files a command looks at, and the content folder that they are judged against.

Links and duplicates are judged against a whole content folder, whatever part of it is asked for: the configured
one for what lies in it, else the one that the paths themselves belong to.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from generator.errors import UsageError
from generator.store.corpus.files import Unreadable, is_article, scan, shown
from generator.store.files import FileStamp
from generator.workflows.site.git import changed_files


@dataclass(frozen=True)
class Selection:
    """The files of a content folder by their path below it, the chosen ones, and what cannot be read."""

    content_dir: Path
    files: dict[str, FileStamp]
    chosen: frozenset[str]
    unreadable: tuple[Unreadable, ...]

    def display_path(self, path: str) -> str:
        """A file's path as a person can open it."""
        return display_path(self.content_dir, path)


def display_path(content_dir: Path, path: str) -> str:
    """A file's path as a person can open it: from the current folder, or absolute where it lies elsewhere."""
    file = content_dir / path
    here = Path.cwd()
    return shown(str(file.relative_to(here) if file.is_relative_to(here) else file))


def select(paths: Sequence[Path], content_dir: Path, *, changed_since: str | None = None) -> Selection:
    """The articles at ``paths`` (files, subject folders or content folders), or in the whole of ``content_dir``.

    Paths that are not there, hold no article, or cannot be read are named in ``unreadable``, as long as one is there.

    Args:
        changed_since: a git revision; only files that differ from it, or that git does not know yet, are chosen.

    Raises:
        UsageError: none of the paths is there, they belong to several content folders, or git does not know the
            revision.
    """
    wanted = [_absolute(path) for path in paths] or [_absolute(content_dir)]
    lost = [path for path in wanted if not path.exists()]
    there = [path for path in wanted if path not in lost]
    if not there:
        raise UsageError(f"nothing to check: there is no {', '.join(shown(str(path)) for path in lost)}")
    roots = {_root_of(path, _absolute(content_dir)) for path in there}
    if len(roots) > 1:
        names = ", ".join(sorted(shown(str(root)) for root in roots))
        raise UsageError(f"these paths are of several content folders ({names}); audit one at a time")
    root = roots.pop()
    found = scan(root)
    unreadable = [Unreadable(shown(str(path)), "there is no such file or folder") for path in lost]
    chosen: set[str] = set()
    for path in there:
        below = _below(path, root)
        prefix = f"{below}/" if path.is_dir() and below else below
        part = {name for name in found.files if name.startswith(prefix)} if path.is_dir() else {below}
        part &= found.files.keys()
        troubled = [item for item in found.unreadable if item.path.startswith(prefix) or path == root]
        unreadable += [item for item in troubled if item not in unreadable]
        if not part and not troubled:
            reason = "holds no articles" if path.is_dir() else "is no article <subject>/<slug>.md"
            unreadable.append(Unreadable(shown(str(path)), reason))
        chosen |= part
    if changed_since is not None:
        chosen &= changed_files(root, changed_since)
    return Selection(root, found.files, frozenset(chosen), tuple(unreadable))


def _absolute(path: Path) -> Path:
    """Made absolute without following links."""
    return Path(os.path.abspath(path))  # noqa: PTH100 - Path.resolve() follows links


def _below(path: Path, root: Path) -> str:
    below = path.relative_to(root).as_posix()
    return "" if below == "." else below


def _root_of(path: Path, configured: Path) -> Path:
    """The content folder that a path belongs to."""
    if path.is_relative_to(configured):
        return configured
    if not path.is_dir():
        return path.parent.parent
    try:
        with os.scandir(path) as entries:
            articles = any(is_article(entry.name) and not entry.is_dir() for entry in entries)
    except OSError:
        articles = False
    return path.parent if articles else path
