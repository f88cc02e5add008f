"""The use case of ``publish``: publishes the named drafts, or all approved drafts."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.errors import UsageError
from generator.workflows.publish.publisher import Publisher, PublisherServices
from generator.workflows.review.draft_names import find_draft
from generator.workflows.site.corpus import refresh_corpus
from generator.workflows.site.reviewer import reviewer_name

if TYPE_CHECKING:
    import datetime
    from collections.abc import Sequence

    from generator.store.ledger.drafts.rows import DraftRow
    from generator.workflows.engine.progress import Progress
    from generator.workflows.publish.publisher import PublishReport


@dataclass(frozen=True, slots=True)
class PublishRequest:
    """Which drafts are published, and how.

    Args:
        names: the drafts to publish; empty for all approved drafts.
        subject: of the approved drafts, only those of this subject, by name.
        due: of the approved drafts, only those whose question is to be published today or earlier (``publish_on`` of its
            list), the earliest first.
        limit: the most drafts; None for no limit.
        dry_run: only plan; write nothing.
        update, date, commit, despite_git: as in :meth:`Publisher.publish`.
        branch: commit the articles to this branch for a preview instead of publishing them.
        reviewer: the person who publishes; None for the name from the settings or git.
    """

    names: tuple[str, ...] = ()
    subject: str | None = None
    due: bool = False
    limit: int | None = None
    dry_run: bool = False
    update: bool = False
    date: datetime.date | None = None
    commit: bool = False
    branch: str | None = None
    despite_git: bool = False
    reviewer: str | None = None


@dataclass(frozen=True, slots=True)
class PublishOutcome:
    """The report of what was done or, in a ``dry_run``, would be done, and the seconds that it took."""

    report: PublishReport
    dry_run: bool
    seconds: float

    @property
    def needs_person(self) -> bool:
        """Whether a draft was refused or the commit failed."""
        return self.report.needs_person


def publish_drafts(
    services: PublisherServices, request: PublishRequest, progress: Progress
) -> PublishOutcome:
    """Publish drafts into the content folder. After an interruption, run it again: it finishes what it began.

    Raises:
        UsageError: a name matches no draft or several, nothing was drafted yet, the site has no such subject, or the
            reviewer has no name.
        GitError: the branch is behind its remote branch, or a commit or a preview is requested and not possible;
            nothing is written.
        StorageError: another publish is running, or the ledger or the index cannot be used.
    """
    started = time.monotonic()
    if not services.has_ledger:
        raise UsageError("nothing drafted yet: generator draft QUESTIONS")
    writes = not request.dry_run and request.branch is None
    who = reviewer_name(services.settings, request.reviewer) if writes else ""
    refresh_corpus(services, progress)
    rows = _rows(services, request)
    publisher = Publisher(services)
    if request.dry_run:
        report = publisher.preview(
            rows, update=request.update, date=request.date, despite_git=request.despite_git
        )
    elif request.branch is not None:
        report = publisher.preview_on_branch(
            rows,
            request.branch,
            update=request.update,
            date=request.date,
            despite_git=request.despite_git,
            progress=progress,
        )
    else:
        report = publisher.publish(
            rows,
            who=who,
            update=request.update,
            date=request.date,
            commit=request.commit,
            despite_git=request.despite_git,
            progress=progress,
        )
    return PublishOutcome(report, request.dry_run, time.monotonic() - started)


def _rows(services: PublisherServices, request: PublishRequest) -> list[DraftRow]:
    """The named drafts, each once; the approved drafts of the request if there are no names."""
    if request.names:
        named = [find_draft(services, name) for name in request.names]
        return list({row.id: row for row in named}.values())[: request.limit]
    rows = list(services.drafts.all(("approved",)))
    if request.subject is not None:
        rows = _of_subject(services, rows, request.subject)
    return (_due(services, rows) if request.due else rows)[: request.limit]


def _due(services: PublisherServices, rows: Sequence[DraftRow]) -> list[DraftRow]:
    """The drafts whose day of publication has come, the earliest first. Days are those of UTC."""
    today = services.now()[:10]
    details = services.ledger.question_details.of_jobs([row.job for row in rows])
    days = {row.id: found.publish_on for row in rows if (found := details.get(row.job)) is not None}
    due = [(day, row.id, row) for row in rows if (day := days.get(row.id)) is not None and day <= today]
    return [row for _, _, row in sorted(due, key=lambda item: item[:2])]


def _of_subject(services: PublisherServices, rows: Sequence[DraftRow], subject: str) -> list[DraftRow]:
    """The drafts of a subject. Raises UsageError for one that neither the site nor the settings have."""
    folder = services.index.folder_of(subject)
    found = [row for row in rows if row.key is not None and row.key.split("/")[0] == folder]
    if not found and folder not in services.index.subjects() and services.subjects.resolve(subject) is None:
        near = services.subjects.nearest(subject)
        hint = f"; did you mean {near.name!r}?" if near else ""
        raise UsageError(f"--subject {subject!r} is no subject of the site{hint}")
    return found
