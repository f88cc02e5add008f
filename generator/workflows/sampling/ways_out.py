"""The ways out of a lot that is not released: read all its drafts, or cut out the slice with the fault.

The drafts go back to the queue. Those of a failed lot must be read one by one: they are in no bulk approval and in no
new lot until their texts change.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from generator.content.questions.kinds import kind_of
from generator.errors import UsageError
from generator.workflows.draft_files.importer import EditImporter
from generator.workflows.sampling.create import LotFreezer, LotServices, new_seed, values_of
from generator.workflows.sampling.judge import LotReviewServices, members_among
from generator.workflows.sampling.lot_view import LotView, LotViews, require_seen, require_state
from generator.workflows.site.reviewer import reviewer_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.content.questions.kinds import QuestionKind
    from generator.store.ledger.queue.queue_filter import QueueFilter
    from generator.store.ledger.sampling.rows import MemberRow


class WaysOutServices(LotServices, LotReviewServices, Protocol):
    """The services that ending lots needs."""


@dataclass(frozen=True, slots=True)
class CutLot:
    """The result of a cut.

    Args:
        old: the lot as it is now.
        new: the lot of the rest.
        slice: how many drafts were cut out and must be read.
        left: why drafts of the rest are not in the new lot, with their number.
    """

    old: LotView
    new: LotView
    slice: int
    left: Mapping[str, int]


def review_whole_lot(
    services: WaysOutServices, number: int, *, reviewer: str | None = None, seen: int | None = None
) -> LotView:
    """End a lot without releasing it. Its drafts go back to the queue; those of a failed lot must be read.

    Args:
        reviewer: who ends it; None for the name from the settings or git.
        seen: the lot's counter of changes that the reviewer saw; None if it was not shown.

    Raises:
        UsageError: there is no such lot, or the reviewer has no name.
        StaleLot: it is closed, or changed since ``seen``.
    """
    who = reviewer_name(services.settings, reviewer)
    with services.drafts.transaction():
        view = LotViews(services).get(number)
        require_state(view, ("reading", "reached", "failed"), "be sent back to the queue")
        require_seen(view, seen)
        members = services.lots.of_lot(number) if view.state == "failed" else []
        services.lots.change(view.lot, now=services.now(), state="review", closed_by=who)
        services.lots.let_go(number, must_be_read=[member.id for member in members])
        return LotViews(services).get(number)


def cut_lot(
    services: WaysOutServices,
    number: int,
    wanted: QueueFilter,
    kind: QuestionKind | None = None,
    *,
    seed: str | None = None,
    reviewer: str | None = None,
    seen: int | None = None,
) -> CutLot:
    """Cut the slice with the fault out of a failed lot: its drafts must be read. The rest is a new lot with a new sample.

    Args:
        wanted, kind: the slice, as for :func:`members_among`. It has all drafts with a serious fault.
        seed: of the new lot; None for a random one.
        reviewer, seen: as for :func:`review_whole_lot`.

    Raises:
        UsageError: there is no such lot, the slice has not all the serious faults or is the whole lot, or no draft of
            the rest can be in a lot.
        StaleLot: the lot has not failed, or changed since ``seen``.
    """
    who = reviewer_name(services.settings, reviewer)
    slice_values = values_of(wanted) | ({"kind": kind} if kind else {})
    if not slice_values:
        raise UsageError("name the slice to cut out: by subject, kind of question, rule or model")
    EditImporter(services).import_edits()
    lots, views, freezer = services.lots, LotViews(services), LotFreezer(services)
    view = views.get(number)
    require_state(view, ("failed",), "be cut")
    require_seen(view, seen)
    slice_ids = {member.id for member in members_among(services, view, wanted, kind)}
    rest = _rest(services, view, slice_ids)
    chosen = freezer.choose((services.drafts.get(member.draft) for member in rest), leaving=number)
    with services.drafts.transaction():
        require_state(views.get(number), ("failed",), "be cut")
        changes = {"state": "cut", "closed_by": who, "slice": json.dumps(slice_values)}
        lots.change(view.lot, now=services.now(), **changes)
        lots.let_go(number, must_be_read=slice_ids)
        new = freezer.freeze(
            chosen,
            filter=view.lot.filter,
            seed=seed or new_seed(services),
            goal=view.lot.goal,
            who=who,
            parent=view.lot,
        )
        return CutLot(views.get(number), views.view(new), len(slice_ids), dict(chosen.left))


def _rest(services: WaysOutServices, view: LotView, slice_ids: set[int]) -> list[MemberRow]:
    """The members outside of a slice. Raises UsageError if there is none, or one of them has a serious fault."""
    outside = [draw.member.name for draw in view.serious if draw.member.id not in slice_ids]
    if outside:
        raise UsageError(
            f"the slice must have all drafts with a serious fault; it lacks {', '.join(outside)}"
        )
    rest = [member for member in services.lots.of_lot(view.lot.id) if member.id not in slice_ids]
    if not rest:
        raise UsageError(f"the slice is the whole of {view.lot.name}: have all of it read instead")
    return rest


def slice_choices(services: WaysOutServices, view: LotView) -> dict[str, list[str]]:
    """What the drafts with a serious fault share, by which a slice can be cut out: the values by field.

    The fields are ``subject``, ``kind``, ``rule`` and ``model``; those without a shared value are left out.
    """
    faults = [draw.row for draw in view.serious]
    rules = services.drafts.versions.findings([row.id for row in faults])
    values_of_each: dict[str, list[set[str]]] = {
        "subject": [{row.subject} - {None} for row in faults],  # type: ignore[misc]
        "kind": [{kind_of(row.question)} for row in faults],
        "rule": [{finding.code for finding in rules.get(row.id, ())} for row in faults],
        "model": [{row.model} - {None} for row in faults],  # type: ignore[misc]
    }
    shared = {name: sorted(set.intersection(*values)) for name, values in values_of_each.items() if values}
    return {name: values for name, values in shared.items() if values}
