"""The use case of ``show``: everything about the drafts with a name, with their revisions field by field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from generator.workflows.draft_files.importer import EditImporter
from generator.workflows.ports import (
    HasAssignments,
    HasComments,
    HasCorpus,
    HasDraftFiles,
    HasDrafts,
    HasLedger,
    HasLots,
    HasPrompts,
    HasPublications,
    HasRevisions,
    HasSettings,
)
from generator.workflows.review.draft_names import find_drafts
from generator.workflows.review.editing.revisions import DraftRevisions
from generator.workflows.review.views.draft_view import DraftViews

if TYPE_CHECKING:
    from generator.store.ledger.team.assignments import Assignment
    from generator.store.ledger.team.comments import Comment
    from generator.workflows.review.editing.revisions import RevisionView
    from generator.workflows.review.views.draft_view import DraftView


@dataclass(frozen=True, slots=True)
class ShownDraft:
    """One draft with all its details, its revisions, who has it, and its comments."""

    view: DraftView
    revisions: tuple[RevisionView, ...]
    assignment: Assignment | None
    comments: tuple[Comment, ...]


class ShowDraftsServices(
    HasSettings,
    HasLedger,
    HasDrafts,
    HasDraftFiles,
    HasRevisions,
    HasPublications,
    HasLots,
    HasCorpus,
    HasPrompts,
    HasAssignments,
    HasComments,
    Protocol,
):
    """The services that showing drafts needs."""


def view_drafts(services: ShowDraftsServices, name: str) -> list[ShownDraft]:
    """The drafts with this name, after edits of their files are imported.

    Raises:
        UsageError: no draft has this name.
        StorageError: a draft file cannot be read or written.
    """
    rows = find_drafts(services, name)  # first, because without drafts there is no ledger to open
    importer, views, revisions = EditImporter(services), DraftViews(services), DraftRevisions(services)
    shown = []
    for row in rows:
        view = views.view(importer.sync(row))
        shown.append(
            ShownDraft(
                view,
                tuple(revisions.view(revision) for revision in view.revisions),
                services.assignments.of([row.id]).get(row.id),
                tuple(services.comments.of(row.id)),
            )
        )
    return shown
