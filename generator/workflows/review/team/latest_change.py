"""What was done to a draft last, and by whom: for a reviewer whose page shows an earlier state of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.content.display import in_words
from generator.store.ledger.decision_log import ON_DISK, PROGRAM

if TYPE_CHECKING:
    from generator.store.ledger.drafts.rows import DraftRow
    from generator.workflows.ports import HasDrafts


@dataclass(frozen=True, slots=True)
class LatestChange:
    """The newest change of a draft.

    Args:
        who: the person; empty where no person's name is known.
        what: the change in words that follow the name, such as ``edited this draft``.
    """

    who: str
    what: str
    at: str

    def line(self, reader: str) -> str:
        """The change as a sentence without a full stop. ``reader`` is the person who reads it."""
        name = "You" if self.who == reader else self.who
        return f"{name} {self.what}" if name else self.what[:1].upper() + self.what[1:]


def latest_change(services: HasDrafts, row: DraftRow) -> LatestChange | None:
    """The newest change of a draft; None where none is recorded."""
    decisions = services.drafts.decisions.of(row.id)
    if not decisions:
        return None
    last = decisions[-1]
    if last.who == PROGRAM:
        return LatestChange("", f"this draft changed: it is {in_words(row.state)} now", last.at)
    if last.who == ON_DISK:
        return LatestChange("", "the file of this draft was edited", last.at)
    if last.undoes is not None:
        is_edit = any(item.made for item in decisions if item.id == last.undoes)
        what = "undid an edit of this draft" if is_edit else "undid a decision on this draft"
        return LatestChange(last.who, what, last.at)
    if last.decision in ("approved", "rejected") or last.made or last.allows:
        return LatestChange(last.who, f"{last.name} this draft", last.at)
    return LatestChange(last.who, "changed this draft", last.at)
