"""Prepares the review page: updates the index, imports edits of draft files, and checks the cap on costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from generator.workflows.draft_files.importer import EditImporter, ImportedEdits
from generator.workflows.engine.live_session import check_price
from generator.workflows.ports import (
    HasCorpus,
    HasDraftFiles,
    HasDrafts,
    HasEndpoints,
    HasLedger,
    HasSettings,
)
from generator.workflows.site.corpus import refresh_corpus

if TYPE_CHECKING:
    from generator.workflows.engine.progress import Progress


class PriceServices(HasSettings, HasEndpoints, Protocol):
    """The services that checking the cap on costs needs."""


class PrepareServices(HasSettings, HasLedger, HasDrafts, HasDraftFiles, HasCorpus, Protocol):
    """The services that preparing a review needs."""


def check_revision_price(services: PriceServices, *, offline: bool, max_cost: float | None) -> None:
    """Refuse a cap on the cost of revisions by a model without a known price; nothing where no model can be asked.

    Raises:
        UsageError: a cap is set and the model has no known price.
    """
    if offline or services.has_model_endpoint:
        check_price(services.settings, services.endpoint(offline=offline), max_cost)


def prepare_review(services: PrepareServices, progress: Progress, *, read_only: bool) -> ImportedEdits:
    """Update the index and import edits of draft files. With ``read_only``, nothing is imported."""
    refresh_corpus(services, progress)
    return ImportedEdits() if read_only else EditImporter(services).import_edits()
