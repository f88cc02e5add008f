"""Selects the article files that a command checks, and finds their content folder.

Links and duplicates are always checked against a whole content folder, even if only a part of it is selected. It is
the configured folder if the paths are in it, else the content folder that the paths belong to.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from generator.errors import UsageError
from generator.store.corpus.files import Unreadable, is_article, printable_path, scan
from generator.store.files import FileStamp
from generator.workflows.site.git import changed_files


@dataclass(frozen=True)
class Selection:
    """All files of a content folder by relative path, the selected ones (``chosen``), and those that cannot be read."""

    content_dir: Path
    files: dict[str, FileStamp]
    chosen: frozenset[str]
    unreadable: tuple[Unreadable, ...]

    def display_path(self, path: str) -> str:
        """The path of a file for a message, as :func:`display_path`."""
        return display_path(self.content_dir, path)


def display_path(content_dir: Path, path: str) -> str:
    """The path of a file for a message: relative to the current folder if the file is below it, else absolute."""
    # By functions of os: with Path, the paths of all findings of a large site take a tenth of an audit.
    current = os.getcwd().rstrip(os.sep)  # noqa: PTH109
    full = os.path.join(content_dir, path.replace("/", os.sep))  # noqa: PTH118
    return printable_path(full.removeprefix(f"{current}{os.sep}"))


def select(paths: Sequence[Path], content_dir: Path, *, changed_since: str | None = None) -> Selection:
    """Select the articles at ``paths`` (files, subject folders or content folders), or all of ``content_dir``.

    Paths that do not exist, contain no article or cannot be read are listed in ``unreadable``.

    Args:
        changed_since: a git revision; only files that differ from it or are not tracked are selected.

    Raises:
        UsageError: none of the paths exists, they belong to several content folders, or git does not know the
            revision.
    """
    requested = [_absolute(path) for path in paths] or [_absolute(content_dir)]
    missing = [path for path in requested if not path.exists()]
    existing = [path for path in requested if path not in missing]
    if not existing:
        raise UsageError(
            f"nothing to check: there is no {', '.join(printable_path(str(path)) for path in missing)}"
        )
    roots = {_root_of(path, _absolute(content_dir)) for path in existing}
    if len(roots) > 1:
        names = ", ".join(sorted(printable_path(str(root)) for root in roots))
        raise UsageError(f"these paths belong to several content folders ({names}); check one at a time")
    root = roots.pop()
    found = scan(root)
    unreadable = [
        Unreadable(printable_path(str(path)), "there is no such file or folder") for path in missing
    ]
    chosen: set[str] = set()
    for path in existing:
        below = _below(path, root)
        prefix = f"{below}/" if path.is_dir() and below else below
        matching = {name for name in found.files if name.startswith(prefix)} if path.is_dir() else {below}
        matching &= found.files.keys()
        failed = [item for item in found.unreadable if item.path.startswith(prefix) or path == root]
        unreadable += [item for item in failed if item not in unreadable]
        if not matching and not failed:
            reason = "contains no articles" if path.is_dir() else "is not an article <subject>/<slug>.md"
            unreadable.append(Unreadable(printable_path(str(path)), reason))
        chosen |= matching
    if changed_since is not None:
        chosen &= changed_files(root, changed_since)
    return Selection(root, found.files, frozenset(chosen), tuple(unreadable))


def whole_site(content_dir: Path) -> Selection:
    """All articles of a content folder, none of them selected; no article where there is no folder."""
    root = _absolute(content_dir)
    return Selection(root, scan(root).files, frozenset(), ())


def _absolute(path: Path) -> Path:
    """The absolute path, without following links."""
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
            has_articles = any(is_article(entry.name) and not entry.is_dir() for entry in entries)
    except OSError:
        has_articles = False
    return path.parent if has_articles else path
