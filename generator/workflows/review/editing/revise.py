"""The use cases of ``revise``: ask the model to revise a draft after a comment, and accept or decline its proposal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from generator.errors import UsageError
from generator.workflows.draft_files.importer import EditImporter
from generator.workflows.drafting.writer import DraftWriter
from generator.workflows.engine.live_session import LiveSession
from generator.workflows.engine.stopping.interrupts import Interruption, run_async
from generator.workflows.ports import (
    HasCorpus,
    HasDraftFiles,
    HasDrafts,
    HasEndpoints,
    HasLedger,
    HasModel,
    HasPrompts,
    HasRevisions,
    HasRuns,
    HasSettings,
)
from generator.workflows.review.draft_names import find_draft
from generator.workflows.review.editing.revisions import DraftRevisions, RevisionServices, RevisionView
from generator.workflows.site.reviewer import reviewer_name

if TYPE_CHECKING:
    from collections.abc import Collection

    from generator.services import Endpoint
    from generator.store.ledger.drafts.revisions import Revision
    from generator.store.ledger.drafts.rows import DraftRow


@dataclass(frozen=True, slots=True)
class ReviseRequest:
    """Which draft is revised, and how.

    Args:
        name: the name of the draft.
        comment: what the model is to change.
        model: the model; None for that of the settings.
        offline: use the offline model even if an API key is set.
        max_cost: the most US dollars that the revision may cost; None for no cap.
        reviewer: the person who asks; None for the name from the settings or git.
    """

    name: str
    comment: str
    model: str | None = None
    offline: bool = False
    max_cost: float | None = None
    reviewer: str | None = None


@dataclass(frozen=True, slots=True)
class RevisionOutcome:
    """A draft and its revision, as they are now."""

    draft: DraftRow
    revision: RevisionView

    @property
    def needs_person(self) -> bool:
        """Whether a person must decide on the revision, or request it again because it failed."""
        return self.revision.revision.state not in ("accepted", "declined")


class ReviseServices(
    HasSettings,
    HasLedger,
    HasRuns,
    HasDrafts,
    HasDraftFiles,
    HasRevisions,
    HasCorpus,
    HasPrompts,
    HasEndpoints,
    HasModel,
    Protocol,
):
    """The services that asking for a revision needs."""


def revise_draft(services: ReviseServices, request: ReviseRequest) -> RevisionOutcome:
    """Ask the model to revise a draft, as a separate run. The draft does not change: the result is a proposal.

    Raises:
        UsageError: there is no such draft, no comment, no model that can be asked, or the reviewer has no name.
        EditRefused, StaleDraft: as :meth:`DraftRevisions.request`.
        ModelUnavailable, BudgetExceeded, StorageError: the model could not be asked.
    """
    who = reviewer_name(services.settings, request.reviewer)
    row = _current(services, request.name)
    endpoint = services.endpoint(offline=request.offline, model=request.model)
    revision = run_async(_ask(services, endpoint, row, request, who), Interruption())
    return RevisionOutcome(row, DraftRevisions(services).view(revision))


def accept_revision(
    services: RevisionServices,
    name: str,
    fields: Collection[str] | None = None,
    *,
    reviewer: str | None = None,
) -> RevisionOutcome:
    """Accept fields of a draft's proposal.

    Args:
        fields: the fields to accept; None for all fields that the proposal changes.
        reviewer: the person who decides; None for the name from the settings or git.

    Raises:
        UsageError: there is no such draft or no proposal for it, or the proposal does not change one of the fields.
        EditRefused, StaleDraft, StaleRevision: as :meth:`DraftRevisions.accept`.
    """
    who = reviewer_name(services.settings, reviewer)
    row, proposed = _proposed(services, name)
    row = DraftRevisions(services).accept(proposed, fields, who=who)
    return RevisionOutcome(row, RevisionView(services.revisions.get(proposed.id), ()))


def decline_revision(
    services: RevisionServices, name: str, *, reviewer: str | None = None
) -> RevisionOutcome:
    """Decline a draft's proposal; the draft stays as it is.

    Raises:
        UsageError: there is no such draft, or no proposal for it.
        StaleRevision: the proposal was decided on already.
    """
    who = reviewer_name(services.settings, reviewer)
    row, proposed = _proposed(services, name)
    return RevisionOutcome(row, RevisionView(DraftRevisions(services).decline(proposed, who=who), ()))


async def _ask(
    services: ReviseServices, endpoint: Endpoint, row: DraftRow, request: ReviseRequest, who: str
) -> Revision:
    revisions = DraftRevisions(services)
    with services.run("revise", [row.key or row.question]) as run:
        asked = revisions.request(row, comment=request.comment, who=who, run=run.id, endpoint=endpoint)
        async with LiveSession(services, endpoint, run, concurrency=1, max_cost=request.max_cost) as session:
            await revisions.ask(asked, DraftWriter(services, session), session.commits, run=run.id)
    return services.revisions.get(asked.id)


def _current(services: RevisionServices, name: str) -> DraftRow:
    """The draft with this name, after an edit of its file is imported."""
    row = find_draft(services, name)  # first, because without drafts there is no ledger to open
    return EditImporter(services).sync(row)


def _proposed(services: RevisionServices, name: str) -> tuple[DraftRow, Revision]:
    row = _current(services, name)
    revision = services.revisions.open_of(row.id)
    if revision is None or revision.state != "proposed":
        raise UsageError(f"there is no proposal for {row.name}: request one with --note")
    return row, revision
