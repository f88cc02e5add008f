"""Publishes the drafts that a person names, or everything that is approved."""

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
    """The drafts to publish; without names, everything that is approved.

    ``dry_run`` plans and writes nothing; ``update``, ``date`` and ``commit`` are as in :meth:`Publisher.publish`;
    ``reviewer`` overrides the settings.
    """

    names: tuple[str, ...] = ()
    dry_run: bool = False
    update: bool = False
    date: datetime.date | None = None
    commit: bool = False
    reviewer: str | None = None


@dataclass(frozen=True, slots=True)
class PublishOutcome:
    """What was done, or in a ``dry_run`` would be, and how many seconds it took."""

    report: PublishReport
    dry_run: bool
    seconds: float

    @property
    def needs_person(self) -> bool:
        """Whether something was left for a person."""
        return self.report.needs_person


def publish_drafts(
    services: PublisherServices, request: PublishRequest, progress: Progress
) -> PublishOutcome:
    """Publish drafts into the content folder. Run again after any interruption, it finishes what it had begun.

    Raises:
        UsageError: a name is not that of one draft, nothing was drafted yet, or nobody is known to publish.
        GitError: a commit is asked for, and there is no checkout; nothing is written.
        StorageError: another publish is running, or ledger or index cannot be used.
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
    """The drafts named, each once."""
    if not names:
        return list(services.drafts.all(("approved",)))
    rows = [find_draft(services, name) for name in names]
    return list({row.id: row for row in rows}.values())
