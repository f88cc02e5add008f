"""Prepares the review page: updates the index, imports edits of draft files, and makes the queue searchable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from generator.workflows.draft_files.importer import EditImporter, ImportedEdits
from generator.workflows.ports import HasCorpus, HasDraftFiles, HasDrafts, HasLedger, HasQueue, HasSettings
from generator.workflows.site.corpus import refresh_corpus

if TYPE_CHECKING:
    from generator.workflows.engine.progress import Progress


class PrepareServices(HasSettings, HasLedger, HasDrafts, HasDraftFiles, HasQueue, HasCorpus, Protocol):
    """The services that preparing a review needs."""


def prepare_review(services: PrepareServices, progress: Progress, *, read_only: bool) -> ImportedEdits:
    """Update the index and import edits of draft files. With ``read_only``, nothing is imported."""
    refresh_corpus(services, progress)
    imported = ImportedEdits() if read_only else EditImporter(services).import_edits()
    services.draft_queue.fill_texts()
    return imported
