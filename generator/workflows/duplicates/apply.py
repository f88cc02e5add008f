"""The use case of ``duplicates apply``: points duplicates to the pages that are kept.

Each change is recorded in the ledger, with the bytes of the file before, ahead of the write. An interrupted application
is continued by the same command. The files of one subject's keepers are written, then committed, before the next subject.
"""

from __future__ import annotations

from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Protocol

from generator.content.display import plural
from generator.content.seo.canonical_pages import absolute_address
from generator.content.slugs import ArticleKey
from generator.errors import StorageError, UsageError
from generator.store.files import sha256
from generator.store.ledger.duplicates.applications import (
    Application,
    Applications,
    RecordedChange,
)
from generator.workflows.duplicates.file_changes import RELINKED, FileChanger
from generator.workflows.duplicates.plan import (
    ApplicationPlan,
    PlanServices,
    SubjectPlan,
    plan_application,
)
from generator.workflows.duplicates.requests import ApplyReport, ApplyRequest
from generator.workflows.engine.stopping.interrupts import stop_flag
from generator.workflows.site.branch_files import BranchFiles
from generator.workflows.site.corpus import refresh_corpus
from generator.workflows.site.file_change import FileChange, SkippedFile
from generator.workflows.site.files import FileWrite, SiteFiles
from generator.workflows.site.git import Checkout
from generator.workflows.site.in_step import announce, files_to_write
from generator.workflows.site.reviewer import reviewer_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from generator.workflows.engine.progress import Progress

_CHUNK = 40


class ApplyServices(PlanServices, Protocol):
    """The services that applying decisions needs."""


def apply_clusters(
    services: ApplyServices,
    request: ApplyRequest,
    progress: Progress,
    *,
    on_change: Callable[[FileChange], None] = lambda _: None,
) -> ApplyReport:
    """Apply the decided clusters of a request: name the keeper in the other pages, and move all links to it.

    Args:
        on_change: is called with each file that was written or, in a dry run, would be written.

    Raises:
        UsageError: ``site.origin`` is not set, or the reviewer has no name.
        GitError: the branch is behind its remote branch, or a commit or a preview is requested and not possible;
            nothing is written.
    """
    who = reviewer_name(services.settings, request.reviewer)
    if not request.withdraw:
        _require_origin(services)
    folder = services.index.content_dir
    checkout = Checkout(folder) if request.commit and not request.dry_run else None
    files = _files(services, request)
    refresh_corpus(services, progress)
    report = ApplyReport()
    plan = plan_application(services, request, report)
    writer = _Writer(services, request, files, plan, report, on_change)
    total = sum(len(subject.paths) for subject in plan.subjects)
    records = bool(plan.subjects) and not request.dry_run and request.branch is None
    if not request.dry_run:
        announce(progress, files, total, commit=request.commit, exact=False)
    if records:
        writer.begin(who)
    with progress.bar("applying") as show, stop_flag() as is_stopping:
        done = 0
        for subject in plan.subjects:
            is_whole = writer.write(subject, is_stopping, partial(_show_from, show, done, total))
            done += len(subject.paths)
            if checkout is not None:
                writer.commit(checkout, subject)
            if not is_whole:
                break
            # After the commit: a subject whose files are written and not committed is done again.
            writer.set_applied(subject)
        report.interrupted = is_stopping() and not all(map(writer.has_applied, plan.subjects))
    if isinstance(files, BranchFiles) and not report.interrupted:
        commit = files.commit("Point duplicates to the pages that are kept")
        _add_commit(report, commit.hash, commit.error)
    if records:
        if not report.interrupted:
            writer.finish()
        services.index.refresh()
    return report


def _files(services: ApplyServices, request: ApplyRequest) -> SiteFiles:
    folder = services.index.content_dir
    if request.dry_run:
        return SiteFiles(folder)
    return files_to_write(
        services.settings, content_dir=folder, despite_git=request.despite_git, branch=request.branch
    )


def _show_from(show: Callable[[int, int], None], before: int, total: int, done: int) -> None:
    show(before + done, total)


class _Writer:
    """Writes the files of one plan, and counts what was done in a report."""

    def __init__(
        self,
        services: ApplyServices,
        request: ApplyRequest,
        files: SiteFiles,
        plan: ApplicationPlan,
        report: ApplyReport,
        on_change: Callable[[FileChange], None],
    ) -> None:
        self._services = services
        self._request = request
        self._plan = plan
        self._report = report
        self._on_change = on_change
        self._files = files
        self._applications = Applications(services.ledger)
        self._application: Application | None = None
        self._changer = FileChanger(
            self._files,
            plan,
            services.settings.site,
            services.subjects,
            withdraw=request.withdraw,
        )
        self._done: list[str] = []
        self._uncommitted: set[str] = set()

    def begin(self, who: str) -> None:
        """Start the application, or continue an interrupted one."""
        with self._services.ledger.database.transaction():
            self._application = self._applications.begin(who=who, now=self._services.now())
        self._uncommitted.update(change.path for change in self._applications.changes(self._application))

    def finish(self) -> None:
        """Record that everything of the plan is done."""
        if self._application is not None:
            with self._services.ledger.database.transaction():
                self._applications.finish(self._application, now=self._services.now())

    def write(
        self, subject: SubjectPlan, is_stopping: Callable[[], bool], show: Callable[[int], None]
    ) -> bool:
        """Write the files of one subject's clusters. Returns whether all were written, before any stop."""
        remaining = iter(subject.paths)
        done = 0
        while not is_stopping() and (paths := list(islice(remaining, _CHUNK))):
            self._write_some([self._changer.changed(path) for path in paths])
            done += len(paths)
            show(done)
        return done >= len(subject.paths)

    def set_applied(self, subject: SubjectPlan) -> None:
        """Record the clusters of a subject as applied, without those of which a page was left alone."""
        self._done.append(subject.subject)
        left = {item.path for item in self._report.left_alone}
        applied = [
            cluster.id
            for cluster in subject.clusters
            if not any(f"{page.key}.md" in left for page in cluster.others)
        ]
        self._report.clusters += len(applied)
        if self._application is not None:
            with self._services.ledger.database.transaction():
                self._services.clusters.set_applied(applied, self._application.id)

    def has_applied(self, subject: SubjectPlan) -> bool:
        """Whether all files of a subject were written."""
        return subject.subject in self._done

    def commit(self, checkout: Checkout, subject: SubjectPlan) -> None:
        """Commit the files that were written since the last commit, also by an interrupted run before."""
        number = len(subject.clusters)
        verb = "Hide" if self._request.withdraw else "Point"
        title = f"{verb} the duplicates of {plural(number, 'page')} in {subject.subject}"
        commit = checkout.commit(self._files.real_files(sorted(self._uncommitted)), title)
        self._uncommitted.clear()
        _add_commit(self._report, commit.hash, commit.error)

    def _write_some(self, results: Iterable[FileChange | SkippedFile | None]) -> None:
        changes: list[FileChange] = []
        for result in results:
            if isinstance(result, SkippedFile):
                self._report.left_alone.append(result)
            elif result is not None:
                changes.append(result)
        failed: dict[str, StorageError] = {}
        if not self._request.dry_run:
            writes = [FileWrite.from_change(change) for change in changes]
            if self._application is not None:
                self._record(self._application, changes, writes)
            failed = self._files.write_all(writes)
            self._files.sync()
        for change in changes:
            error = failed.get(change.path)
            if error is not None:
                self._report.left_alone.append(SkippedFile.from_error(change.path, error))
                continue
            self._uncommitted.add(change.path)
            self._count(change)
            self._on_change(change)

    def _record(
        self, application: Application, changes: Iterable[FileChange], writes: Iterable[FileWrite]
    ) -> None:
        with self._services.ledger.database.transaction():
            for change, write in zip(changes, writes, strict=True):
                recorded = RecordedChange(change.path, write.replaces or "", sha256(write.data))
                self._applications.record(application, recorded, change.before.encode())

    def _count(self, change: FileChange) -> None:
        if RELINKED in change.reasons:
            self._report.relinked.append(change.path)
        if set(change.reasons) - {RELINKED}:
            self._report.pointed.append(change.path)


def _require_origin(services: ApplyServices) -> None:
    try:
        absolute_address(services.settings.site, ArticleKey("subject", "slug"))
    except ValueError as error:
        raise UsageError(str(error)) from error


def _add_commit(report: ApplyReport, commit: str | None, error: str | None) -> None:
    if commit is not None:
        report.commits.append(commit)
    if error is not None:
        report.commit_errors.append(error)
