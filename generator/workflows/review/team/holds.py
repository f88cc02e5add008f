"""Who has a draft open in the review page. A hold is advice for other reviewers: whoever saves first, saves.

A hold ends when the person leaves the draft, or after a quarter of an hour without activity.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from generator.workflows.ports import HasLedger

HOLD_MINUTES = 15


def hold_draft(services: HasLedger, draft: int, *, who: str, tab: str) -> None:
    """Record that a person works on a draft in a tab of the browser."""
    now = services.now()
    services.ledger.holds.hold(draft, who, tab, now=now, expired=_expired(now))


def leave_draft(services: HasLedger, draft: int, *, who: str, tab: str) -> None:
    """Record that a tab does not have a draft open any more."""
    services.ledger.holds.leave(draft, who, tab)


def open_holds(services: HasLedger, *, but: str, draft: int | None = None) -> dict[int, list[str]]:
    """The names of those who have drafts open, by draft.

    Args:
        but: the person who asks, who is left out.
        draft: of this draft alone; None for all drafts.
    """
    return services.ledger.holds.open(expired=_expired(services.now()), but=but, draft=draft)


def _expired(now: str) -> str:
    earliest = datetime.datetime.fromisoformat(now) - datetime.timedelta(minutes=HOLD_MINUTES)
    return earliest.isoformat(timespec="milliseconds")
