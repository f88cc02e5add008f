"""The use case of ``related --refresh``: updates the related links of published files and commits them.

After an interruption at any point, run it again: the second run finishes the work. It commits only the files that it
writes itself.
"""

from __future__ import annotations

import os.path
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from generator.content.display import plural
from generator.errors import UsageError
from generator.processes.ordered_map import ordered_map
from generator.workflows.engine.stopping.interrupts import stop_flag
from generator.workflows.links.requests import LinkChange, RefreshLinksOutcome
from generator.workflows.links.updater import LinkedSite, UpdatedFile, examine_all
from generator.workflows.site.branch_files import BranchFiles
from generator.workflows.site.corpus import CorpusServices, refresh_corpus
from generator.workflows.site.file_change import FileChange, SkippedFile
from generator.workflows.site.files import SiteFiles
from generator.workflows.site.git import Checkout, Commit
from generator.workflows.site.in_step import announce, files_to_write
from generator.workflows.site.link_targets import LinkTargets
from generator.workflows.site.selection import Selection, select

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from generator.workflows.engine.progress import Progress
    from generator.workflows.links.requests import RefreshLinksRequest


def refresh_links(
    services: CorpusServices,
    request: RefreshLinksRequest,
    progress: Progress,
    *,
    on_change: Callable[[FileChange], None] = lambda _: None,
) -> RefreshLinksOutcome:
    """Update the related links of the selected files, with one write for each file. A second run changes nothing.

    Args:
        on_change: is called with each file that was written or, in a dry run, would be written.

    Raises:
        UsageError: none of the paths exists, or they are not below the content folder of the settings.
        GitError: the branch is behind its remote branch, or a commit or a preview is requested and not possible;
            nothing is written.
        StorageError: the index cannot be written.
    """
    folder = services.index.content_dir
    selection = _selected(request.paths, folder)
    checkout = Checkout(folder) if request.commit and not request.dry_run else None
    files = _files(services, request, folder)
    indexed = refresh_corpus(services, progress)
    keys = frozenset(path.removesuffix(".md") for path in selection.files)
    targets = LinkTargets(keys, services.index.link_addresses, services.settings.site)
    linked = LinkedSite(
        folder,
        services.index.path,
        services.settings.site,
        services.subjects,
        services.index.similarity,
        keys,
        drops_dead=request.whole_site or not targets.is_partial_site,
        unreadable={item.path: item.reason for item in indexed.unreadable},
    )
    paths = sorted(selection.chosen)
    examined = ordered_map(partial(examine_all, linked), paths)
    link_changes: dict[str, LinkChange] = {}
    kept_dead = 0

    def update_links(path: str) -> FileChange | SkippedFile | None:
        nonlocal kept_dead
        result, dead = next(examined)
        kept_dead += dead
        if not isinstance(result, UpdatedFile):
            return result
        link_changes[path] = result.links
        return result.file

    if not request.dry_run:
        announce(progress, files, len(selection.chosen), commit=request.commit, exact=False)
    changed: list[LinkChange] = []
    left_alone: list[SkippedFile] = []
    with progress.bar("relating") as show, stop_flag() as is_stopping, closing(examined):
        results = files.rewrite(paths, update_links, dry_run=request.dry_run, is_stopping=is_stopping)
        for number, result in enumerate(results, start=1):
            if isinstance(result, SkippedFile):
                left_alone.append(result)
            elif result is not None:
                # The texts are not stored: those of a whole site would not fit in memory.
                changed.append(link_changes[result.path])
                on_change(result)
            show(number, len(selection.chosen))
        interrupted = is_stopping()
    commit = Commit()
    what = changed[0].path if len(changed) == 1 else plural(len(changed), "file")
    title = f"Update the related articles of {what}"
    if isinstance(files, BranchFiles):
        commit = files.commit(title)
    elif changed and checkout is not None:
        commit = checkout.commit(files.real_files(item.path for item in changed), title)
    return RefreshLinksOutcome(
        changed=tuple(changed),
        left_alone=(*left_alone, *(SkippedFile(*item) for item in selection.unreadable)),
        looked_at=len(selection.chosen),
        kept_dead=kept_dead,
        missing_share=targets.missing_share if kept_dead else None,
        commit=commit.hash,
        commit_error=commit.error,
        interrupted=interrupted,
    )


def _files(services: CorpusServices, request: RefreshLinksRequest, folder: Path) -> SiteFiles:
    if request.dry_run:
        return SiteFiles(folder)
    return files_to_write(
        services.settings, content_dir=folder, despite_git=request.despite_git, branch=request.branch
    )


def _selected(paths: Sequence[Path], folder: Path) -> Selection:
    selection = select([_absolute(path, folder) for path in paths], folder)
    if selection.content_dir != folder:
        raise UsageError(f"these files are not below {folder}: give their content folder with --content-dir")
    return selection


def _absolute(path: Path, folder: Path) -> Path:
    """The absolute path, without following links if it is below the content folder, else after following them."""
    plain = Path(os.path.abspath(path))  # noqa: PTH100 - Path.resolve() follows links
    return plain if plain.is_relative_to(folder) else plain.resolve()
