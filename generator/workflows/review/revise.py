"""Has the model revise a draft as a comment says, and takes over or drops what it proposed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from generator.errors import UsageError
from generator.workflows.draft_files.importer import EditImporter
from generator.workflows.drafting.writer import DraftWriter
from generator.workflows.engine.interrupts import Interruption, run_async
from generator.workflows.engine.live_session import LiveSession
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
from generator.workflows.review.revisions import DraftRevisions, RevisionServices, RevisionView
from generator.workflows.site.reviewer import reviewer_name

if TYPE_CHECKING:
    from collections.abc import Collection

    from generator.services import Endpoint
    from generator.store.ledger.drafts import DraftRow
    from generator.store.ledger.revisions import Revision


@dataclass(frozen=True, slots=True)
class ReviseRequest:
    """A draft by its name, and what the model is to change.

    ``max_cost`` is in US dollars, None for no cap; ``model`` and ``reviewer`` override the settings.
    """

    name: str
    comment: str
    model: str | None = None
    offline: bool = False
    max_cost: float | None = None
    reviewer: str | None = None


@dataclass(frozen=True, slots=True)
class RevisionOutcome:
    """A draft with its revision, as they are now."""

    draft: DraftRow
    revision: RevisionView

    @property
    def needs_person(self) -> bool:
        """Whether somebody has to decide on it, or to ask for it in another way."""
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
    """What asking for a revision takes."""


def revise_draft(services: ReviseServices, request: ReviseRequest) -> RevisionOutcome:
    """Ask the model to revise a draft, as a run of its own. The draft stays as it is: what comes back is a proposal.

    Raises:
        UsageError: there is no such draft, no comment, or no model to ask, or nobody is known to decide.
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
    """Take over fields of a draft's proposal, all by default.

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
    """Keep a draft as it is, and close its proposal.

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
            await revisions.ask(DraftWriter(services, session), session.commits, run=run.id)
    return services.revisions.get(asked.id)


def _current(services: RevisionServices, name: str) -> DraftRow:
    """The draft of a name, after an edit of its file is imported."""
    row = find_draft(services, name)  # first: nothing is opened where nothing was drafted
    return EditImporter(services).sync(row)


def _proposed(services: RevisionServices, name: str) -> tuple[DraftRow, Revision]:
    row = _current(services, name)
    revision = services.revisions.open_of(row.id)
    if revision is None or revision.state != "proposed":
        raise UsageError(f"there is no proposal for {row.name}: ask with --note")
    return row, revision
