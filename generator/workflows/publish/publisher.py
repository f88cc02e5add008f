"""Writes approved drafts to the site: never over another file, never twice. It can be interrupted at any point.

The ledger stores the intent and the bytes before a file is written, and the confirmation after it. The next run
finishes what an interrupted run began.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Protocol

from generator.content.evidence.release import counts_in_words
from generator.errors import StorageError
from generator.events import emit
from generator.store.ledger.drafts.rows import StaleDraft
from generator.store.ledger.publications import Intent, Publication
from generator.store.ledger.runs.runs import RunLock
from generator.store.output_folder import LOCKS
from generator.workflows.draft_files.files import remove_draft_file
from generator.workflows.engine.progress import NoProgress
from generator.workflows.ports import (
    HasCorpus,
    HasDraftFiles,
    HasDrafts,
    HasLedger,
    HasLots,
    HasPublications,
    HasSettings,
)
from generator.workflows.publish.commits import PublicationCommits, commit_title
from generator.workflows.publish.plan import PlannedArticle, Refusal
from generator.workflows.publish.planner import PublicationPlanner
from generator.workflows.publish.publication_list import PublicationList
from generator.workflows.site.branch_files import BranchFiles
from generator.workflows.site.files import FileWrite, SiteFiles
from generator.workflows.site.git import Checkout
from generator.workflows.site.in_step import announce, files_to_check, files_to_write

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Sequence

    from generator.store.ledger.drafts.rows import DraftRow
    from generator.workflows.engine.progress import Progress

LOCK = "publish"
_CHUNK = 500


@dataclass
class PublishReport:
    """The result of publishing. ``finished`` are publications that an interrupted run had begun."""

    planned: list[PlannedArticle] = field(default_factory=list)
    published: list[Publication] = field(default_factory=list)
    finished: list[Publication] = field(default_factory=list)
    already_published: list[DraftRow] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    commit: str | None = None
    commit_error: str | None = None
    uncommitted: list[str] = field(default_factory=list)
    """The published articles that the commit leaves out, because somebody has changed their files since."""
    branch: str | None = None
    """The branch that got the planned articles for a preview; None where they were published."""

    @property
    def released(self) -> str:
        """How the planned articles were released, with their number: ``2 read, 1 bulk``."""
        return counts_in_words(item.release for item in self.planned)

    @property
    def needs_person(self) -> bool:
        """Whether a draft was refused or the commit failed."""
        return bool(self.refused or self.commit_error)


class PublisherServices(
    HasSettings, HasLedger, HasDrafts, HasDraftFiles, HasPublications, HasLots, HasCorpus, Protocol
):
    """The services that publishing needs."""


class Publisher:
    """Publishes the drafts of one ledger into one content folder."""

    def __init__(self, services: PublisherServices) -> None:
        self._services = services
        self._settings = services.settings
        self._drafts = services.drafts
        self._publications = services.publications
        self._index = services.index
        self._planner = PublicationPlanner(services)
        self._list = PublicationList(services)
        self._site = SiteFiles(services.settings.content_dir)
        self._now = services.now

    def publish(
        self,
        rows: Iterable[DraftRow],
        *,
        who: str,
        update: bool = False,
        date: datetime.date | None = None,
        commit: bool = False,
        despite_git: bool = False,
        progress: Progress | None = None,
    ) -> PublishReport:
        """Finish what an interrupted run began, then publish these drafts.

        Args:
            who: the person who publishes.
            update: replace an article that exists already, and keep its id and date.
            date: the date of the articles; None for the dates of the drafts.
            commit: commit the files of this run, and all that were published before and are not committed yet, unless
                somebody has changed them since.
            despite_git: write even if the branch is behind its remote or files have uncommitted changes of others.
            progress: shows what will be written, before it is.

        Raises:
            GitError: the branch is behind its remote branch, or a commit is requested but the content folder is not in
                a checkout; nothing is written.
            StorageError: another publish is running, or the ledger or the index cannot be used.
        """
        report = PublishReport()
        checkout = Checkout(self._settings.content_dir) if commit else None
        self._site = files_to_write(self._settings, despite_git=despite_git)
        lock = RunLock(self._settings.output_dir / LOCKS, LOCK)
        if not lock.acquire():
            raise StorageError(str(self._settings.output_dir), "another publish is running")
        try:
            self._carry_out(self._publications.intended(), report, report.finished)
            self._plan(rows, report, update=update, date=date)
            announce(progress or NoProgress(), self._site, len(report.planned), commit=commit)
            for start in range(0, len(report.planned), _CHUNK):
                begun = self._begin(report.planned[start : start + _CHUNK], report, who, commit)
                self._carry_out(begun, report, report.published)
            self._list.update()
            if checkout is not None:
                done = PublicationCommits(self._services, checkout).commit(
                    (*report.published, *report.finished)
                )
                report.commit, report.commit_error = done.hash, done.error
                report.uncommitted += done.uncommitted
        finally:
            lock.release()
        self._index.refresh()
        return report

    def preview(
        self,
        rows: Iterable[DraftRow],
        *,
        update: bool = False,
        date: datetime.date | None = None,
        despite_git: bool = False,
    ) -> PublishReport:
        """The report of what :meth:`publish` would do, in ``planned`` and ``refused``. No article is written."""
        report = PublishReport()
        self._plan(rows, report, update=update, date=date)
        files = files_to_check(self._settings, despite_git=despite_git)
        possible: list[PlannedArticle] = []
        for item in report.planned:
            try:
                files.require_writable(FileWrite(item.path, item.data, item.replaces))
            except StorageError as error:
                report.refused.append(Refusal(item.row.key or "", str(error)))
            else:
                possible.append(item)
        report.planned = possible
        return report

    def preview_on_branch(
        self,
        rows: Iterable[DraftRow],
        branch: str,
        *,
        update: bool = False,
        date: datetime.date | None = None,
        despite_git: bool = False,
        progress: Progress | None = None,
    ) -> PublishReport:
        """Commit what :meth:`publish` would write to a branch. No file and no draft changes: they stay approved.

        Raises:
            GitError: the content folder is in no checkout, its branch is behind its remote branch, or ``branch`` cannot
                be committed to.
        """
        files = files_to_write(self._settings, despite_git=despite_git, branch=branch)
        report = PublishReport(branch=branch)
        self._plan(rows, report, update=update, date=date)
        announce(progress or NoProgress(), files, len(report.planned))
        failures = files.write_all(FileWrite(item.path, item.data, item.replaces) for item in report.planned)
        report.refused += [Refusal(path.removesuffix(".md"), str(error)) for path, error in failures.items()]
        report.planned = [item for item in report.planned if item.path not in failures]
        assert isinstance(files, BranchFiles)
        report.commit, report.commit_error = files.commit(
            commit_title(sorted(item.path for item in report.planned))
        )
        return report

    def _plan(
        self, rows: Iterable[DraftRow], report: PublishReport, *, update: bool, date: datetime.date | None
    ) -> None:
        self._index.refresh()
        plan = self._planner.plan(rows, update=update, date=date)
        report.planned = plan.articles
        report.already_published += plan.already_published
        report.refused += plan.refused

    def _begin(
        self, planned: Sequence[PlannedArticle], report: PublishReport, who: str, commit: bool
    ) -> list[Publication]:
        """Record the intents, all in one transaction."""
        begun: list[Publication] = []
        with self._drafts.transaction():
            for item in planned:
                try:
                    self._drafts.decide(item.row, "publishing", who=who, now=self._now(), note=item.path)
                except StaleDraft as error:
                    report.refused.append(Refusal(item.row.key or "", str(error)))
                    continue
                assert item.row.sha is not None
                intent = Intent(
                    draft=item.row.id,
                    path=item.path,
                    approved=item.row.sha,
                    data=item.data,
                    replaces=item.replaces,
                    article_id=item.article_id,
                    to_commit=commit,
                )
                begun.append(self._publications.intend(intent, who=who, now=self._now()))
        return begun

    def _carry_out(
        self, begun: Sequence[Publication], report: PublishReport, done: list[Publication]
    ) -> None:
        """Write the files of recorded intents and confirm them. It can be repeated safely."""
        if not begun:
            return
        failures = self._site.write_all(
            FileWrite(item.path, self._publications.data(item), replaces=item.replaces) for item in begun
        )
        self._site.sync()
        for item in begun:
            if item.path not in failures:
                self._remove_draft(item)
        with self._drafts.transaction():
            for item in begun:
                row = self._drafts.get(item.draft)
                failure = failures.get(item.path)
                if failure is None:
                    self._drafts.decide(row, "published", who=item.who, now=self._now(), note=item.path)
                    self._publications.confirm(item.id, now=self._now())
                    done.append(item)
                    self._services.database.after_commit(partial(_log_publication, item))
                else:
                    self._drafts.decide(row, "approved", who=item.who, now=self._now(), note=str(failure))
                    self._publications.abandon(item.id)
                    report.refused.append(Refusal(row.key or "", str(failure)))

    def _remove_draft(self, item: Publication) -> None:
        row = self._drafts.get(item.draft)
        if row.path is not None and (self._settings.content_dir / item.path).exists():
            remove_draft_file(self._settings.output_dir, self._drafts, row.id, row.path)


def _log_publication(item: Publication) -> None:
    emit(
        "article.published",
        f"published: {item.path}",
        path=item.path,
        article_id=item.article_id,
        draft=item.draft,
        sha256=item.sha,
        replaces_sha256=item.replaces,
        who=item.who,
    )
