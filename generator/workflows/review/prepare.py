"""Prepares the review page: updates the index, imports edits, makes the queue searchable, records the reviewers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from generator.workflows.draft_files.importer import EditImporter, ImportedEdits
from generator.workflows.engine.live_session import check_price
from generator.workflows.ports import (
    HasAssignments,
    HasCorpus,
    HasDraftFiles,
    HasDrafts,
    HasEndpoints,
    HasLedger,
    HasQueue,
    HasSettings,
)
from generator.workflows.site.corpus import refresh_corpus

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.content.review.reviewers import Reviewer
    from generator.workflows.engine.progress import Progress


class PriceServices(HasSettings, HasEndpoints, Protocol):
    """The services that checking the cap on costs needs."""


class PrepareServices(
    HasSettings, HasLedger, HasDrafts, HasDraftFiles, HasQueue, HasCorpus, HasAssignments, Protocol
):
    """The services that preparing a review needs."""


def check_revision_price(services: PriceServices, *, offline: bool, max_cost: float | None) -> None:
    """Refuse a cap on the cost of revisions by a model without a known price; nothing where no model can be asked.

    Raises:
        UsageError: a cap is set and the model has no known price.
    """
    if offline or services.has_model_endpoint:
        check_price(services.settings, services.endpoint(offline=offline), max_cost)


def prepare_review(
    services: PrepareServices,
    progress: Progress,
    *,
    read_only: bool,
    reviewers: Sequence[Reviewer] = (),
) -> ImportedEdits:
    """Update the index, import edits of draft files, and record who reviews. With ``read_only``, nothing is recorded."""
    refresh_corpus(services, progress)
    if read_only:
        services.draft_queue.fill_texts()
        return ImportedEdits()
    imported = EditImporter(services).import_edits()
    services.draft_queue.fill_texts()
    with services.drafts.transaction():
        services.assignments.register(reviewers, now=services.now())
    return imported
