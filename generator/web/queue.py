"""The review queue as an address: which drafts, in which order, and on which page of the list.

The whole state of the page is its query string, so that reload, back button and a link sent to a colleague
show the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple
from urllib.parse import urlencode

from generator.content.states import DRAFT_STATES, DraftState
from generator.store.ledger.draft_queue import SORTS, QueueFilter, Sort

PAGE_SIZE = 50
MOST_TEXT = 200


class Tab(NamedTuple):
    """A group of states that people look for together."""

    name: str
    label: str
    states: tuple[DraftState, ...]


TABS = (
    Tab("review", "To review", ("drafted",)),
    Tab("fix", "Needs fix", ("needs_fix",)),
    Tab("approved", "Approved", ("approved", "publishing")),
    Tab("rejected", "Rejected", ("rejected",)),
    Tab("published", "Published", ("published",)),
    Tab("near", "Near duplicates", ("near_duplicate",)),
    Tab("none", "No article", ("refused", "failed")),
    Tab("all", "All", DRAFT_STATES),
)
_TABS = {tab.name: tab for tab in TABS}


class SortOrder(NamedTuple):
    """One way to sort the list, as people name it."""

    name: str
    label: str
    sort: Sort
    descending: bool


ORDERS = (
    SortOrder("oldest", "oldest first", "age", False),
    SortOrder("newest", "newest first", "age", True),
    SortOrder("worst", "most findings first", "findings", True),
    SortOrder("cleanest", "fewest findings first", "findings", False),
    SortOrder("score", "lowest score first", "score", False),
    SortOrder("best", "highest score first", "score", True),
    SortOrder("changed", "last changed first", "changed", True),
)
_ORDERS = {order.name: order for order in ORDERS}
assert {order.sort for order in ORDERS} <= set(SORTS)


@dataclass(frozen=True, slots=True)
class QueueQuery:
    """What the address asks for; everything in it comes from outside and is only ever compared."""

    tab: Tab = TABS[0]
    order: SortOrder = ORDERS[0]
    subject: str | None = None
    rule: str | None = None
    model: str | None = None
    run: int | None = None
    text: str = ""
    page: int = 1

    @classmethod
    def read(cls, parameters: Mapping[str, str]) -> "QueueQuery":
        """What an address says; what it says wrong counts as not said."""
        return cls(
            tab=_TABS.get(parameters.get("state", ""), TABS[0]),
            order=_ORDERS.get(parameters.get("sort", ""), ORDERS[0]),
            subject=parameters.get("subject") or None,
            rule=parameters.get("rule") or None,
            model=parameters.get("model") or None,
            run=_number(parameters.get("run")),
            text=parameters.get("q", "").strip()[:MOST_TEXT],
            page=_number(parameters.get("page")) or 1,
        )

    @property
    def filter(self) -> QueueFilter:
        """The same for the ledger."""
        return QueueFilter(
            states=() if self.tab.name == "all" else self.tab.states,
            subject=self.subject,
            rule=self.rule,
            model=self.model,
            run=self.run,
            text=self.text or None,
        )

    @property
    def is_filtered(self) -> bool:
        """Whether anything but the state is filtered."""
        return bool(self.subject or self.rule or self.model or self.run or self.text)

    def string(self, **changes: object) -> str:
        """The query string of this page, or of one with ``tab``, ``page`` and so on changed; empty or with its ``?``."""
        now = replace(self, **changes)  # type: ignore[arg-type]
        said = {
            "state": "" if now.tab is TABS[0] else now.tab.name,
            "sort": "" if now.order is ORDERS[0] else now.order.name,
            "subject": now.subject or "",
            "rule": now.rule or "",
            "model": now.model or "",
            "run": str(now.run or ""),
            "q": now.text,
            "page": "" if now.page == 1 else str(now.page),
        }
        said = {name: value for name, value in said.items() if value}
        return f"?{urlencode(said)}" if said else ""


def tab_counts(counts: Mapping[DraftState, int]) -> dict[str, int]:
    """How many drafts each tab holds."""
    return {tab.name: sum(counts.get(state, 0) for state in tab.states) for tab in TABS}


def page_count(total: int) -> int:
    """How many pages a list takes."""
    return max(1, -(-total // PAGE_SIZE))


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() and int(text[:9]) > 0 else None
