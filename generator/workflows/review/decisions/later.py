"""Sets drafts aside for later, and brings them back. Neither changes a draft: both concern the review queue only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from generator.content.dates import parse_date
from generator.content.display import in_words
from generator.errors import UsageError
from generator.workflows.ports import HasDrafts, HasLedger, HasSetAside
from generator.workflows.review.decisions.decisions import DecisionOutcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.content.states import DraftState
    from generator.store.ledger.drafts.rows import DraftRow

CAN_WAIT: tuple[DraftState, ...] = ("drafted", "needs_fix", "near_duplicate")
"""The states of drafts that wait for a reviewer, and so can be set aside."""


class LaterServices(HasLedger, HasDrafts, HasSetAside, Protocol):
    """The services that setting drafts aside needs."""


class LaterDrafts:
    """Sets drafts of one ledger aside. ``who`` is the reviewer's name."""

    def __init__(self, services: LaterServices) -> None:
        self._services = services
        self._drafts = services.drafts
        self._table = services.set_aside

    def set_aside(
        self, rows: Sequence[DraftRow], *, until: str, note: str, who: str, is_bulk: bool = False
    ) -> DecisionOutcome:
        """Set drafts aside, until a day or without one. A draft that changed or is decided on is skipped.

        Args:
            rows: as the reviewer saw them.
            until: the day on which they come back, YYYY-MM-DD; empty for no day.
            note: for the reviewers; may be empty.
            is_bulk: whether they are brought back together by undo.

        Raises:
            UsageError: ``until`` is no day after today.
        """
        day = until.strip() or None
        if day is not None and (parse_date(day) is None or day <= self._services.now()[:10]):
            raise UsageError("choose a day after today")
        with self._services.ledger.database.transaction():
            waiting, left = self._waiting(rows)
            self._table.put(waiting, until=day, note=note.strip() or None, who=who, is_bulk=is_bulk)
        return DecisionOutcome(tuple(waiting), tuple(left))

    def bring_back(self, rows: Sequence[DraftRow], *, who: str) -> DecisionOutcome:
        """Bring drafts back. A draft that is not aside is skipped."""
        with self._services.ledger.database.transaction():
            aside = self._table.all()
            back = [row for row in rows if row.id in aside]
            self._table.end([row.id for row in back], who=who)
        return DecisionOutcome(
            tuple(back), tuple(f"{row.name} is not set aside" for row in rows if row.id not in aside)
        )

    def _waiting(self, rows: Sequence[DraftRow]) -> tuple[list[DraftRow], list[str]]:
        waiting, left = [], []
        for row in rows:
            present = self._drafts.get(row.id)
            if present.lock != row.lock:
                left.append(f"{row.name} was changed meanwhile; look at it again")
            elif present.state not in CAN_WAIT:
                left.append(f"{row.name} is {in_words(row.state)} and cannot be set aside")
            else:
                waiting.append(present)
        return waiting, left
