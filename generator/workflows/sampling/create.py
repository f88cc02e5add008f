"""Freezes lots: the drafts that a filter selects, with the hashes of their bytes, in a random order with its seed."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

from generator.content.sampling import Goal, draw_order, needed
from generator.content.states import DraftState
from generator.errors import UsageError
from generator.workflows.claims.view import open_claims
from generator.workflows.draft_files.importer import EditImporter
from generator.workflows.ports import (
    HasClaims,
    HasCorpus,
    HasDraftFiles,
    HasDrafts,
    HasLedger,
    HasLots,
    HasQueue,
    HasRevisions,
    HasSetAside,
    HasSettings,
    HasTime,
)
from generator.workflows.review.decisions.unread import obstacle_to_unread
from generator.workflows.review.views.draft_list import with_subject_name
from generator.workflows.sampling.lot_view import LotView, LotViews
from generator.workflows.site.reviewer import reviewer_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from generator.config import SamplingSettings
    from generator.store.ledger.drafts.rows import DraftRow
    from generator.store.ledger.queue.queue_filter import QueueFilter
    from generator.store.ledger.sampling.rows import LotRow
    from generator.workflows.draft_files.importer import ImportedEdits

_SELECTED: DraftState = "drafted"


@dataclass(frozen=True, slots=True)
class LotRequest:
    """What a new lot is.

    Args:
        filter: selects its drafts; the states in it do not count, because only drafts to review can be in a lot.
        confidence, limit: of its goal; None for those of the settings.
        seed: decides the order in which drafts are drawn; None for a random one.
    """

    filter: QueueFilter
    confidence: float | None = None
    limit: float | None = None
    seed: str | None = None


@dataclass(frozen=True, slots=True)
class NewLot:
    """A lot, and whether it was made now.

    Args:
        left: why drafts that the filter selects are not in it, with their number.
        imported: the edits of draft files that were imported before; None for a lot that was there already.
    """

    view: LotView
    is_new: bool
    left: Mapping[str, int]
    imported: ImportedEdits | None = None


class LotServices(
    HasSettings,
    HasLedger,
    HasDrafts,
    HasDraftFiles,
    HasQueue,
    HasRevisions,
    HasSetAside,
    HasClaims,
    HasLots,
    HasCorpus,
    HasTime,
    Protocol,
):
    """The services that freezing lots needs."""


def create_lot(services: LotServices, request: LotRequest, *, reviewer: str | None = None) -> NewLot:
    """Import edits of draft files, then freeze a lot.

    Args:
        reviewer: who freezes it; None for the name from the settings or git.

    Raises:
        UsageError: no draft can be in the lot, the goal is no share, or the reviewer has no name.
    """
    who = reviewer_name(services.settings, reviewer)
    goal = goal_of(services.settings.review.sampling, request)
    if not services.has_ledger:
        raise UsageError("nothing drafted yet: generator draft QUESTIONS")
    imported = EditImporter(services).import_edits()
    wanted = replace(with_subject_name(request.filter, services), states=(_SELECTED,))
    freezer = LotFreezer(services)
    chosen = freezer.choose(services.draft_queue.page(wanted, limit=-1))
    seed = request.seed or new_seed(services)
    with services.drafts.transaction():
        lot = freezer.freeze(chosen, filter=values_of(wanted), seed=seed, goal=goal, who=who)
    return NewLot(LotViews(services).view(lot), True, dict(chosen.left), imported)


def continue_or_create_lot(
    services: LotServices, request: LotRequest, *, reviewer: str | None = None
) -> NewLot:
    """The open lot with this filter; without a filter the only open lot; else a new one.

    Args, Raises: as :func:`create_lot`. The goal of an open lot does not change.
    """
    wanted = values_of(with_subject_name(request.filter, services)) if services.has_ledger else {}
    views = LotViews(services).open() if services.has_ledger else []
    found = [view for view in views if view.lot.filter == wanted]
    if not found and not wanted and len(views) == 1:
        found = views
    if found:
        return NewLot(found[0], False, {})
    return create_lot(services, request, reviewer=reviewer)


@dataclass(frozen=True, slots=True)
class ChosenDrafts:
    """The drafts that can be in a lot, and why the others cannot, with their number."""

    rows: tuple[DraftRow, ...]
    left: Counter[str]


class LotFreezer:
    """Freezes lots of one ledger."""

    def __init__(self, services: LotServices) -> None:
        self._services = services

    def choose(self, rows: Iterable[DraftRow], *, leaving: int | None = None) -> ChosenDrafts:
        """The drafts among these that can be in a lot.

        Args:
            leaving: the number of the open lot that gives them up; None without one.
        """
        chosen: list[DraftRow] = []
        left: Counter[str] = Counter()
        for row in rows:
            reason = self._reason(row, leaving)
            if reason:
                left[reason] += 1
            else:
                chosen.append(row)
        return ChosenDrafts(tuple(chosen), left)

    def freeze(
        self,
        chosen: ChosenDrafts,
        *,
        filter: Mapping[str, Any],
        seed: str,
        goal: Goal,
        who: str,
        parent: LotRow | None = None,
    ) -> LotRow:
        """Freeze a lot, within the caller's transaction. Drafts that changed since they were chosen are left out.

        Raises:
            UsageError: no draft is left.
        """
        rows = self._unchanged(chosen)
        if not rows:
            reasons = "; ".join(f"{count:,} {reason}" for reason, count in chosen.left.items())
            raise UsageError(f"no draft to sample{f': {reasons}' if reasons else ''}")
        by_id = {row.id: row for row in rows}
        return self._services.lots.create(
            [by_id[number] for number in draw_order(seed, by_id)],
            filter=filter,
            seed=seed,
            goal=goal,
            draws=needed(len(rows), goal),
            who=who,
            now=self._services.now(),
            parent=parent.id if parent else None,
        )

    def _reason(self, row: DraftRow, leaving: int | None) -> str:
        """Why a draft cannot be in a lot; empty if it can."""
        if row.state != _SELECTED or row.sha is None or row.errors:
            return "with errors or decided on"
        obstacle = obstacle_to_unread(self._services, row.id, lot=leaving)
        if obstacle is not None:
            return obstacle.many
        return "with claims to settle first" if open_claims(self._services, row) else ""

    def _unchanged(self, chosen: ChosenDrafts) -> list[DraftRow]:
        services = self._services
        taken = services.lots.marks(row.id for row in chosen.rows)
        locks = services.drafts.locks(row.id for row in chosen.rows)
        rows = [row for row in chosen.rows if row.id not in taken and locks[row.id] == row.lock]
        if len(rows) < len(chosen.rows):
            chosen.left["changed meanwhile"] += len(chosen.rows) - len(rows)
        return rows


def goal_of(settings: SamplingSettings, request: LotRequest) -> Goal:
    """The goal of a request.

    Raises:
        UsageError: a number is not between 0 and 1.
    """
    goal = Goal(
        settings.confidence if request.confidence is None else request.confidence,
        settings.limit if request.limit is None else request.limit,
    )
    for name, share in (("confidence", goal.confidence), ("limit", goal.limit)):
        if not 0 < share < 1:
            raise UsageError(f"the {name} must be above 0 and below 1, not {share}")
    return goal


def new_seed(services: HasTime) -> str:
    """A random seed."""
    return f"{services.random().getrandbits(64):016x}"


def values_of(wanted: QueueFilter) -> dict[str, Any]:
    """The fields of a filter that filter, apart from the states."""
    return {name: value for name, value in asdict(wanted).items() if name != "states" and value}
