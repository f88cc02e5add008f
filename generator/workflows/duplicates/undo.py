"""The use case of ``duplicates apply --undo``: restores the files that the newest application changed.

A killed run is repeated by the same command: what it restored is committed then. The application counts as undone once no
page keeps what was applied to it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.content.display import plural
from generator.content.frontmatter import read
from generator.content.seo.canonical import CANONICAL_FIELDS
from generator.errors import FrontMatterError, StorageError, UsageError
from generator.store.files import sha256
from generator.store.ledger.duplicates.applications import Applications
from generator.store.output_folder import WRITTEN_FILES
from generator.store.written_files import WrittenFiles
from generator.workflows.duplicates.requests import ApplyReport
from generator.workflows.site.file_change import SkippedFile
from generator.workflows.site.files import FileWrite, SiteFiles
from generator.workflows.site.git import Checkout
from generator.workflows.site.in_step import announce, files_to_write
from generator.workflows.site.reviewer import reviewer_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.content.frontmatter import Document
    from generator.store.ledger.duplicates.applications import Application, RecordedChange
    from generator.workflows.duplicates.plan import PlanServices
    from generator.workflows.duplicates.requests import ApplyRequest
    from generator.workflows.engine.progress import Progress

_LEFT = "was changed since and is left alone"


def undo_application(services: PlanServices, request: ApplyRequest, progress: Progress) -> ApplyReport:
    """Restore the files of the newest application that is not undone, byte for byte; the decisions stay.

    A file that was changed since is left alone. While such a page still names its keeper, or is still hidden, its
    cluster stays applied and the application is not undone: the same command continues it.

    Args:
        request: ``dry_run``, ``commit``, ``despite_git`` and ``reviewer`` count.

    Raises:
        UsageError: there is nothing to undo, or the reviewer has no name.
        GitError: the branch is behind its remote branch, or a commit is requested but the content folder is not in a
            checkout; nothing is written.
    """
    reviewer_name(services.settings, request.reviewer)
    applications = Applications(services.ledger)
    application = applications.last()
    if application is None:
        raise UsageError("nothing was applied that can be undone")
    folder = services.index.content_dir
    checkout = Checkout(folder) if request.commit and not request.dry_run else None
    files = (
        SiteFiles(folder)
        if request.dry_run
        else files_to_write(services.settings, content_dir=folder, despite_git=request.despite_git)
    )
    changes: defaultdict[str, list[RecordedChange]] = defaultdict(list)
    for change in applications.changes(application):
        changes[change.path].append(change)
    if not request.dry_run:
        announce(progress, files, len(changes), commit=request.commit, exact=False)
    restoration = _Restoration(files, applications, dry_run=request.dry_run)
    with progress.bar("restoring") as show:
        for number, path in enumerate(sorted(changes), start=1):
            restoration.restore(path, changes[path])
            show(number, len(changes))
    files.sync()
    report = restoration.report
    if request.dry_run:
        return report
    if checkout is not None:
        written = WrittenFiles(services.settings.output_dir / WRITTEN_FILES)
        _commit(checkout, files, restoration, written)
    # After the commit: a run that is killed before it is repeated, and commits then.
    _record(services, applications, application, restoration.unfinished)
    services.index.refresh()
    return report


class _Restoration:
    """Restores files, and notes what came of each.

    Attributes:
        as_before: files that were as before the application already, with the hash of their bytes.
        unfinished: the paths of files in which something of the application remains that a later run can undo.
    """

    def __init__(self, files: SiteFiles, applications: Applications, *, dry_run: bool) -> None:
        self._files = files
        self._applications = applications
        self._dry_run = dry_run
        self.report = ApplyReport()
        self.as_before: dict[str, str] = {}
        self.unfinished: set[str] = set()

    def restore(self, path: str, changes: Sequence[RecordedChange]) -> None:
        """Restore one file, as far as it was not changed since.

        Args:
            changes: those of the file, newest first.
        """
        try:
            present = self._files.find(path)
            if present is None:
                self.report.left_alone.append(SkippedFile(path, "is gone"))
                return
            state = now = sha256(present)
            newest = None
            for change in changes:
                if state == change.after:
                    newest, state = change, change.before
            if newest is not None:
                present = self._applications.data_before(newest)
                if not self._dry_run:
                    self._files.write(FileWrite(path, present, now))
                self.report.restored.append(path)
            elif now == changes[-1].before:
                self.as_before[path] = now
            if state == changes[-1].before:
                return
            remaining = _remaining(present, self._applications.data_before(changes[-1]))
        except (StorageError, FrontMatterError) as error:
            self.report.left_alone.append(SkippedFile.from_error(path, error))
            self.unfinished.add(path)
            return
        if remaining is None:
            return
        self.report.left_alone.append(SkippedFile(path, remaining.reason))
        if remaining.blocks:
            self.unfinished.add(path)


@dataclass(frozen=True, slots=True)
class _Remaining:
    """What remains of an application in a page that was changed since.

    Args:
        reason: what, and how a person removes it.
        blocks: whether search engines still see the page as a duplicate.
    """

    reason: str
    blocks: bool


def _remaining(present: bytes, before: bytes) -> _Remaining | None:
    """What remains of an application in a page; None where neither its address, its visibility nor a link differs.

    Args:
        present: the page as it is now.
        before: as it was before the application.

    Raises:
        FrontMatterError: the page cannot be read.
    """
    now, old = read(present), read(before)
    steps: list[str] = []
    removed: list[str] = []
    for name in CANONICAL_FIELDS:
        address, former = now.get(name) or "", old.get(name) or ""
        if address and address != former:
            steps.append(f"set its {name}: to {former}" if former else f"remove its line {name}: {address}")
        elif former and not address:
            removed.append(f"{name}: {former}")
    if now.is_hidden and not old.is_hidden:
        shown = f"no_index: {old.get('no_index')}" if old.get("no_index") else ""
        steps.append(f"set its {shown}" if shown else f"remove its line no_index: {now.get('no_index')}")
    if steps:
        what = f"its cluster stays applied: {' and '.join(steps)}, then run generator duplicates apply --undo again"
        return _Remaining(f"{_LEFT}; {what}", blocks=True)
    if removed:
        return _Remaining(f"{_LEFT}; it had the line {' and '.join(removed)} before", blocks=False)
    if _links(now) != _links(old):
        return _Remaining(f"{_LEFT}; its related links may still lead to the kept page", blocks=False)
    return None


def _links(document: Document) -> list[str]:
    return [link.url for link in document.related]


def _commit(checkout: Checkout, files: SiteFiles, restoration: _Restoration, written: WrittenFiles) -> None:
    """Commit the restored files, also those that a killed run restored; no file that others changed."""
    report = restoration.report
    uncommitted = checkout.changed() if restoration.as_before else set()
    paths = {*report.restored}
    for path, now in restoration.as_before.items():
        if uncommitted.intersection(files.real_files([path])) and written.has(path, now):
            paths.add(path)
    if not paths:
        return
    commit = checkout.commit(
        files.real_files(sorted(paths)),
        f"Restore {plural(len(paths), 'file')} as before duplicates were pointed to other pages",
    )
    if commit.hash is not None:
        report.commits.append(commit.hash)
    if commit.error is not None:
        report.commit_errors.append(commit.error)


def _record(
    services: PlanServices, applications: Applications, application: Application, unfinished: set[str]
) -> None:
    """Record the clusters that are no longer applied, and the application as undone if nothing of it remains."""
    clusters = services.clusters
    with services.ledger.database.transaction():
        restored = [
            row.id
            for row in clusters.rows()
            if row.applied_by == application.id
            and not any(f"{page.key}.md" in unfinished for page in row.pages)
        ]
        clusters.set_unapplied(restored)
        if not unfinished:
            applications.set_undone(application, now=services.now())
