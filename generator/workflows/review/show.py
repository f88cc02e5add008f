"""Shows drafts as a reviewer must see them, each with its revisions compared field by field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from generator.workflows.draft_files.importer import EditImporter
from generator.workflows.ports import (
    HasCorpus,
    HasDraftFiles,
    HasDrafts,
    HasLedger,
    HasPrompts,
    HasPublications,
    HasRevisions,
    HasSettings,
)
from generator.workflows.review.draft_names import find_drafts
from generator.workflows.review.draft_view import DraftViews
from generator.workflows.review.revisions import DraftRevisions

if TYPE_CHECKING:
    from generator.workflows.review.draft_view import DraftView
    from generator.workflows.review.revisions import RevisionView


@dataclass(frozen=True, slots=True)
class ShownDraft:
    """One draft with everything that is known of it."""

    view: DraftView
    revisions: tuple[RevisionView, ...]


class ShowServices(
    HasSettings,
    HasLedger,
    HasDrafts,
    HasDraftFiles,
    HasRevisions,
    HasPublications,
    HasCorpus,
    HasPrompts,
    Protocol,
):
    """What showing drafts takes."""


def view_drafts(services: ShowServices, name: str) -> list[ShownDraft]:
    """The drafts of a name, after importing what was edited on disk.

    Raises:
        UsageError: no draft has this name.
        StorageError: the file of one cannot be read or written.
    """
    rows = find_drafts(services, name)  # first: nothing is opened where nothing was drafted
    importer, views, revisions = EditImporter(services), DraftViews(services), DraftRevisions(services)
    shown = []
    for row in rows:
        view = views.view(importer.sync(row))
        shown.append(ShownDraft(view, tuple(revisions.view(revision) for revision in view.revisions)))
    return shown
