"""The use case of ``list``: imports edits of draft files, then lists drafts by state, subject, finding and so on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple, Protocol

from generator.store.ledger.drafts.decisions import RELEASED
from generator.store.ledger.queue.queue_filter import QueueFilter
from generator.workflows.draft_files.importer import EditImporter, ImportedEdits
from generator.workflows.ports import (
    HasAssignments,
    HasComments,
    HasCorpus,
    HasDraftFiles,
    HasDrafts,
    HasLedger,
    HasQueue,
    HasRevisions,
    HasSettings,
    HasSubjects,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.content.evidence.release import Release
    from generator.content.questions.details import QuestionDetails
    from generator.content.site.subjects import SubjectList
    from generator.store.ledger.drafts.revisions import RevisionState
    from generator.store.ledger.drafts.rows import DraftRow
    from generator.store.ledger.queue.draft_queue import Sort
    from generator.store.ledger.team.assignments import Assignment
    from generator.store.ledger.team.comments import OpenComments


@dataclass(frozen=True, slots=True)
class ListRequest:
    """Which drafts are listed, and in which order: at most ``limit`` (all if None), without the first ``offset``."""

    filter: QueueFilter = QueueFilter()
    sort: Sort = "age"
    descending: bool = False
    limit: int | None = 50
    offset: int = 0


class ListedDraft(NamedTuple):
    """A draft, the state of its open revision, what its list says, who has it, its open comments; None if there is none.

    ``release`` is how an approval released it; None for a draft that is not released.
    """

    row: DraftRow
    revision: RevisionState | None
    details: QuestionDetails | None
    assignment: Assignment | None = None
    comments: OpenComments | None = None
    release: Release | None = None


@dataclass(frozen=True, slots=True)
class DraftList:
    """The listed drafts, and in ``total`` the number of drafts that match.

    ``imported`` are the edits of draft files that were imported, None if nothing was ever drafted.
    """

    drafts: tuple[ListedDraft, ...]
    total: int
    imported: ImportedEdits | None


class DraftListServices(
    HasSettings,
    HasLedger,
    HasDrafts,
    HasDraftFiles,
    HasQueue,
    HasRevisions,
    HasCorpus,
    HasAssignments,
    HasComments,
    Protocol,
):
    """The services that listing drafts needs."""


def list_drafts(services: DraftListServices, request: ListRequest) -> DraftList:
    """Import edits of draft files, then list drafts."""
    if not services.has_ledger:
        return DraftList((), 0, None)
    imported = EditImporter(services).import_edits()
    queue = services.draft_queue
    queue_filter = with_subject_name(request.filter, services)
    rows = queue.page(
        queue_filter,
        sort=request.sort,
        descending=request.descending,
        limit=-1 if request.limit is None else request.limit,
        offset=request.offset,
    )
    revisions = services.revisions.open_states()
    details = services.ledger.question_details.of_jobs([row.job for row in rows])
    numbers = [row.id for row in rows]
    assigned, comments = services.assignments.of(numbers), services.comments.open_of(numbers)
    approvals = services.drafts.decisions.approvals([row.id for row in rows if row.state in RELEASED])
    drafts = tuple(
        ListedDraft(
            row,
            revisions.get(row.id),
            details.get(row.job),
            assigned.get(row.id),
            comments.get(row.id),
            approvals[row.id].evidence if row.id in approvals else None,
        )
        for row in rows
    )
    return DraftList(drafts, queue.count(queue_filter), imported)


class FilterServices(HasQueue, HasSubjects, Protocol):
    """The services that completing a filter needs."""


def with_subject_name(wanted: QueueFilter, services: FilterServices) -> QueueFilter:
    """The filter with the name that the drafts have for its subject, which a person gave by its name or its slug."""
    if wanted.subject is None:
        return wanted
    name = _subject_name(wanted.subject, services.draft_queue.subjects(), services.subjects)
    return replace(wanted, subject=name)


def _subject_name(subject: str, names: Iterable[str], subjects: SubjectList) -> str:
    """The name that the drafts have for a subject, which is given by its name or its slug."""
    folders = {subjects.folder_of(name, ()): name for name in names}
    return folders.get(subjects.folder_of(subject, folders), subject)
