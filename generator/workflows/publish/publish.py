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

    from generator.store.ledger.drafts import DraftRow
    from generator.workflows.engine.progress import Progress
    from generator.workflows.publish.publisher import PublishReport


@dataclass(frozen=True, slots=True)
class PublishRequest:
    """Which drafts are published, and how.

    Args:
        names: the drafts to publish; empty for all approved drafts.
        dry_run: only plan; write nothing.
        update, date, commit: as in :meth:`Publisher.publish`.
        reviewer: the person who publishes; None for the name from the settings or git.
    """

    names: tuple[str, ...] = ()
    dry_run: bool = False
    update: bool = False
    date: datetime.date | None = None
    commit: bool = False
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
        UsageError: a name matches no draft or several, nothing was drafted yet, or the reviewer has no name.
        GitError: a commit is requested but the content folder is not in a checkout; nothing is written.
        StorageError: another publish is running, or the ledger or the index cannot be used.
    """
    started = time.monotonic()
    if not services.has_ledger:
        raise UsageError("nothing drafted yet: generator draft QUESTIONS")
    who = "" if request.dry_run else reviewer_name(services.settings, request.reviewer)
    refresh_corpus(services, progress)
    rows = _rows(services, request.names)
    publisher = Publisher(services)
    if request.dry_run:
        report = publisher.preview(rows, update=request.update, date=request.date)
    else:
        report = publisher.publish(
            rows, who=who, update=request.update, date=request.date, commit=request.commit
        )
    return PublishOutcome(report, request.dry_run, time.monotonic() - started)


def _rows(services: PublisherServices, names: Sequence[str]) -> list[DraftRow]:
    """The named drafts, each once; all approved drafts if there are no names."""
    if not names:
        return list(services.drafts.all(("approved",)))
    rows = [find_draft(services, name) for name in names]
    return list({row.id: row for row in rows}.values())
