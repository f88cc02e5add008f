"""Updates the related links of published files from start to finish: select, index, judge, write, commit.

A run that was interrupted at any point is finished by the next.
"""

from __future__ import annotations

import os.path
from pathlib import Path
from typing import TYPE_CHECKING

from generator.errors import UsageError
from generator.workflows.audit.link_targets import LinkTargets
from generator.workflows.links.requests import LinkChange, RefreshLinksOutcome
from generator.workflows.links.updater import LinkUpdater
from generator.workflows.site.corpus import CorpusServices, refresh_corpus
from generator.workflows.site.file_change import FileChange, SkippedFile
from generator.workflows.site.files import SiteFiles
from generator.workflows.site.git import GitError, commit_only
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
    """Update the related links of the selected files, each in one write; a second run changes nothing.

    Args:
        on_change: is given every file as it is written, or with a dry run would be.

    Raises:
        UsageError: none of the paths is there, or they are not below the content folder of the settings.
        StorageError: the index cannot be written.
    """
    folder = services.index.content_dir
    selection = _selected(request.paths, folder)
    indexed = refresh_corpus(services, progress)
    keys = frozenset(path.removesuffix(".md") for path in selection.files)
    targets = LinkTargets(keys, services.index.link_addresses, services.settings.site)
    updater = LinkUpdater(
        services,
        targets,
        unreadable={item.path: item.reason for item in indexed.unreadable},
        whole_site=request.whole_site,
        dry_run=request.dry_run,
    )
    changed: list[LinkChange] = []
    left_alone: list[SkippedFile] = []
    with progress.bar("relating") as show:
        for number, path in enumerate(sorted(selection.chosen), start=1):
            result = updater.update(path)
            if isinstance(result, SkippedFile):
                left_alone.append(result)
            elif result is not None:
                # The texts are not kept: those of a whole site would fill the memory.
                changed.append(result.links)
                on_change(result.file)
            show(number, len(selection.chosen))
    commit = commit_error = None
    if changed and not request.dry_run:
        SiteFiles(folder).sync(item.path for item in changed)
        if request.commit:
            commit, commit_error = _commit(folder, [item.path for item in changed])
    return RefreshLinksOutcome(
        changed=tuple(changed),
        left_alone=(*left_alone, *(SkippedFile(*item) for item in selection.unreadable)),
        looked_at=len(selection.chosen),
        kept_dead=updater.kept_dead,
        missing_share=targets.missing_share if updater.kept_dead else None,
        commit=commit,
        commit_error=commit_error,
    )


def _selected(paths: Sequence[Path], folder: Path) -> Selection:
    selection = select([_absolute(path, folder) for path in paths], folder)
    if selection.content_dir != folder:
        raise UsageError(f"these files are not below {folder}: name their content folder by --content-dir")
    return selection


def _absolute(path: Path, folder: Path) -> Path:
    """The path as it is named, where that lies below the content folder; else with the links on its way followed."""
    plain = Path(os.path.abspath(path))  # noqa: PTH100 - Path.resolve() follows links
    return plain if plain.is_relative_to(folder) else plain.resolve()


def _commit(folder: Path, paths: Sequence[str]) -> tuple[str | None, str | None]:
    """The commit's hash, or why there is none."""
    title = f"Renew the related articles of {paths[0] if len(paths) == 1 else f'{len(paths)} files'}"
    message = "\n".join([title, "", *(f"- {path}" for path in paths)])
    try:
        return commit_only(folder, [folder / path for path in paths], f"{message}\n"), None
    except GitError as error:
        return None, str(error)
