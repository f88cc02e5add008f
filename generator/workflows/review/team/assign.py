"""The use cases of ``drafts assign`` and ``drafts unassign``: assign drafts to a reviewer, or to nobody.

An assignment changes neither the text nor the state of a draft, so pages that show the draft stay valid.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

from generator.content.display import in_words
from generator.content.review.reviewers import clean_name
from generator.errors import UsageError
from generator.workflows.ports import HasAssignments, HasDrafts, HasLedger, HasSettings
from generator.workflows.review.draft_names import find_draft
from generator.workflows.site.reviewer import reviewer_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.content.states import DraftState
    from generator.store.ledger.drafts.rows import DraftRow

_CLOSED: tuple[DraftState, ...] = ("publishing", "published")


class SeenDraft(NamedTuple):
    """A draft as a person saw it: its number and its lock."""

    id: int
    lock: int


@dataclass(frozen=True, slots=True)
class AssignOutcome:
    """The drafts that were assigned, to whom (None for nobody), and a line in ``left`` for each that was not."""

    drafts: tuple[DraftRow, ...]
    to: str | None
    left: tuple[str, ...] = ()
    is_known: bool = True
    """Whether the reviewer has or had a link to the review page."""

    @property
    def needs_person(self) -> bool:
        """Whether a draft was not assigned."""
        return bool(self.left)


class AssignServices(HasSettings, HasLedger, HasDrafts, HasAssignments, Protocol):
    """The services that assigning drafts needs."""


def assign_drafts(
    services: AssignServices, seen: Sequence[SeenDraft], to: str | None, *, who: str
) -> AssignOutcome:
    """Assign drafts as a person saw them.

    Args:
        to: the name of the reviewer; None for nobody.
        who: the person who assigns.

    Raises:
        UsageError: the name is invalid, or that of a reviewer who may only read.
    """
    name, is_known = _reviewer(services, to)
    assigned: list[DraftRow] = []
    left: list[str] = []
    with services.drafts.transaction():
        for one in dict.fromkeys(seen):
            row = services.drafts.find(one.id)
            if row is None:
                left.append(f"there is no draft {one.id}")
            elif row.lock != one.lock:
                left.append(f"{row.name} was changed since it was shown")
            elif row.state in _CLOSED:
                left.append(f"{row.name} is {in_words(row.state)}")
            else:
                services.assignments.assign(row.id, name, who=who, now=services.now())
                assigned.append(row)
    return AssignOutcome(tuple(assigned), name, tuple(left), is_known)


def assign_named(
    services: AssignServices, names: Sequence[str], to: str | None, *, reviewer: str | None = None
) -> AssignOutcome:
    """Assign the named drafts as they are now.

    Args:
        to: as in :func:`assign_drafts`.
        reviewer: the person who assigns; None for the name from the settings or git.

    Raises:
        UsageError: a name matches no draft or several, or as :func:`assign_drafts`; nothing is assigned.
    """
    who = reviewer_name(services.settings, reviewer)
    rows = [find_draft(services, name) for name in names]
    return assign_drafts(services, [SeenDraft(row.id, row.lock) for row in rows], to, who=who)


def _reviewer(services: AssignServices, to: str | None) -> tuple[str | None, bool]:
    """The name as the reviewer's link has it, and whether there is or was such a link."""
    if to is None:
        return None, True
    name = clean_name(to)
    for known in services.assignments.reviewers():
        if known.is_named(name):
            if not known.may_write:
                raise UsageError(f"{known.name} may only read: a draft cannot be assigned to them")
            return known.name, True
    return name, False
