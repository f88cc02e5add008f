"""Writes approved drafts to the site: never over another file, never twice, and safe to interrupt at any point.

The ledger has intent and bytes before a file is touched, and confirms each after; what a run that was cut off had begun
is finished by the next.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from generator.content.display import plural
from generator.errors import StorageError
from generator.store.ledger.drafts import StaleDraft
from generator.store.ledger.publications import Intent, Publication
from generator.store.ledger.runs import RunLock
from generator.store.output_folder import LOCKS
from generator.workflows.draft_files.files import remove_draft_file
from generator.workflows.ports import (
    HasCorpus,
    HasDraftFiles,
    HasDrafts,
    HasLedger,
    HasPublications,
    HasSettings,
)
from generator.workflows.publish.planner import PlannedArticle, PublicationPlanner, Refusal
from generator.workflows.publish.publication_list import PublicationList
from generator.workflows.site.files import FileWrite, SiteFiles
from generator.workflows.site.git import Checkout

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Sequence

    from generator.store.ledger.drafts import DraftRow

LOCK = "publish"
_AT_ONCE = 500


@dataclass
class PublishReport:
    """What was done. ``finished`` are publications that an earlier run had begun."""

    planned: list[PlannedArticle] = field(default_factory=list)
    published: list[Publication] = field(default_factory=list)
    finished: list[Publication] = field(default_factory=list)
    already: list[DraftRow] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    commit: str | None = None
    commit_error: str | None = None

    @property
    def needs_person(self) -> bool:
        """Whether a draft was left, or git refused the commit."""
        return bool(self.refused or self.commit_error)


class PublisherServices(
    HasSettings, HasLedger, HasDrafts, HasDraftFiles, HasPublications, HasCorpus, Protocol
):
    """What publishing takes."""


class Publisher:
    """Publishes the drafts of one ledger into one content folder."""

    def __init__(self, services: PublisherServices) -> None:
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
    ) -> PublishReport:
        """Publish these drafts, after finishing what an earlier run began.

        Args:
            update: replace an article that is there already, keeping its id and date.
            date: instead of the drafts' own.
            commit: also commit exactly the files of this and of interrupted runs.

        Raises:
            GitError: a commit is asked for, and there is no checkout; nothing is written.
            StorageError: another publish is running, or ledger or index cannot be used.
        """
        report = PublishReport()
        checkout = Checkout(self._settings.content_dir) if commit else None
        lock = RunLock(self._settings.output_dir / LOCKS, LOCK)
        if not lock.acquire():
            raise StorageError(str(self._settings.output_dir), "another publish is running")
        try:
            self._carry_out(self._publications.intended(), report, report.finished)
            self._plan(rows, report, update=update, date=date)
            for start in range(0, len(report.planned), _AT_ONCE):
                begun = self._begin(report.planned[start : start + _AT_ONCE], report, who, commit)
                self._carry_out(begun, report, report.published)
            self._list.bring_up_to_date()
            if checkout is not None:
                self._commit(checkout, report)
        finally:
            lock.release()
        self._index.refresh()
        return report

    def preview(
        self, rows: Iterable[DraftRow], *, update: bool = False, date: datetime.date | None = None
    ) -> PublishReport:
        """What :meth:`publish` would do, in the report's ``planned``; no article is written."""
        report = PublishReport()
        self._plan(rows, report, update=update, date=date)
        return report

    def _plan(
        self, rows: Iterable[DraftRow], report: PublishReport, *, update: bool, date: datetime.date | None
    ) -> None:
        self._index.refresh()
        plan = self._planner.plan(rows, update=update, date=date)
        report.planned = plan.articles
        report.already += plan.already
        report.refused += plan.refused

    def _begin(
        self, planned: Sequence[PlannedArticle], report: PublishReport, who: str, commit: bool
    ) -> list[Publication]:
        """Put the intents on record, all in one transaction."""
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
                    article_id=item.article.id,
                    to_commit=commit,
                )
                begun.append(self._publications.intend(intent, who=who, now=self._now()))
        return begun

    def _carry_out(
        self, begun: Sequence[Publication], report: PublishReport, done: list[Publication]
    ) -> None:
        """Write the files of recorded intents and confirm them. Does no harm when done twice."""
        if not begun:
            return
        failures = self._site.write_all(
            FileWrite(item.path, self._publications.data(item), instead_of=item.replaces) for item in begun
        )
        self._site.sync()
        for item in begun:
            self._remove_draft(item)
        with self._drafts.transaction():
            for item in begun:
                row = self._drafts.get(item.draft)
                failure = failures.get(item.path)
                if failure is None:
                    self._drafts.decide(row, "published", who=item.who, now=self._now(), note=item.path)
                    self._publications.confirm(item.id, now=self._now())
                    done.append(item)
                else:
                    self._drafts.decide(row, "approved", who=item.who, now=self._now(), note=str(failure))
                    self._publications.abandon(item.id)
                    report.refused.append(Refusal(row.key or "", str(failure)))

    def _remove_draft(self, item: Publication) -> None:
        row = self._drafts.get(item.draft)
        if row.path is not None and (self._settings.content_dir / item.path).exists():
            remove_draft_file(self._settings.output_dir, self._drafts, row.id, row.path)

    def _commit(self, checkout: Checkout, report: PublishReport) -> None:
        due = self._publications.uncommitted()
        named = [self._publications.of_draft(row.id) for row in report.already]
        items = [*due, *report.finished, *(item for item in named if item is not None)]
        items = list({item.id: item for item in items}.values())
        if not items:
            return
        paths = sorted({item.path for item in items})
        title = f"Publish {paths[0]}" if len(paths) == 1 else f"Publish {plural(len(paths), 'article')}"
        # Without those that somebody has removed since.
        files = [file for file in self._site.real_files(paths) if file.exists()]
        report.commit, report.commit_error = checkout.commit(files, title)
        if report.commit_error is None:
            with self._drafts.transaction():
                self._publications.mark_committed([item.id for item in items], report.commit or "before")
