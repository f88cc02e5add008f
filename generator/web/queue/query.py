"""The state of the review queue as a query string: filters, order and page of the list.

The query string is the whole state. Reloading, the back button and a link sent to a colleague therefore show the same
list. Instead of the number of a page it may name a draft: ``at`` is the page where that draft is now.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode

from generator.content.dates import parse_date
from generator.content.states import DRAFT_STATES, DraftState
from generator.store.ledger.queue.draft_queue import SORTS, Sort
from generator.store.ledger.queue.queue_filter import QueueFilter
from generator.workflows.review.decisions.later import CAN_WAIT

PAGE_SIZE = 50
MAX_TEXT_CHARS = 200
NOBODY = ":nobody"
"""The value of ``assigned`` for drafts that are assigned to nobody. No name of a reviewer has a colon."""


class Tab(NamedTuple):
    """A tab of the queue: a group of states with one label.

    ``aside`` is True for the drafts that are set aside for later, False for the others, None for both.
    """

    name: str
    label: str
    states: tuple[DraftState, ...]
    aside: bool | None = None


TABS = (
    Tab("review", "To review", ("drafted",), aside=False),
    Tab("fix", "Needs fix", ("needs_fix",), aside=False),
    Tab("later", "Later", CAN_WAIT, aside=True),
    Tab("approved", "Approved", ("approved", "publishing")),
    Tab("rejected", "Rejected", ("rejected",)),
    Tab("published", "Published", ("published",)),
    Tab("near", "Near duplicates", ("near_duplicate",), aside=False),
    Tab("none", "No article", ("refused", "failed")),
    Tab("all", "All", DRAFT_STATES),
)
_TABS = {tab.name: tab for tab in TABS}


class SortOrder(NamedTuple):
    """One way to sort the list, with its label."""

    name: str
    label: str
    sort: Sort
    descending: bool


ORDERS = (
    SortOrder("oldest", "oldest first", "age", False),
    SortOrder("newest", "newest first", "age", True),
    SortOrder("worst", "most findings first", "findings", True),
    SortOrder("cleanest", "fewest findings first", "findings", False),
    SortOrder("score", "lowest judge score first", "score", False),
    SortOrder("best", "highest judge score first", "score", True),
    SortOrder("checks", "lowest checks score first", "checks", False),
    SortOrder("checks-best", "highest checks score first", "checks", True),
    SortOrder("claims", "most open claims first", "claims", True),
    SortOrder("claims-least", "fewest open claims first", "claims", False),
    SortOrder("short", "shortest first", "words", False),
    SortOrder("long", "longest first", "words", True),
    SortOrder("changed", "last changed first", "changed", True),
    SortOrder("unchanged", "longest unchanged first", "changed", False),
)
_ORDERS = {order.name: order for order in ORDERS}
assert {order.sort for order in ORDERS} <= set(SORTS)


@dataclass(frozen=True, slots=True)
class QueueQuery:
    """The filters, the order and the page of a list. All values come from outside and are only compared."""

    tab: Tab = TABS[0]
    order: SortOrder = ORDERS[0]
    subject: str | None = None
    rule: str | None = None
    model: str | None = None
    run: int | None = None
    text: str = ""
    owner: str | None = None
    priority: str | None = None
    due_before: str | None = None
    publish_before: str | None = None
    assigned: str | None = None
    decided_by: str | None = None
    commented: bool = False
    lot: int | None = None
    page: int = 1

    @classmethod
    def read(cls, parameters: Mapping[str, str]) -> "QueueQuery":
        """Parse the parameters of an address. Invalid values are ignored."""
        return cls(
            tab=_TABS.get(parameters.get("state", ""), TABS[0]),
            order=_ORDERS.get(parameters.get("sort", ""), ORDERS[0]),
            subject=parameters.get("subject") or None,
            rule=parameters.get("rule") or None,
            model=parameters.get("model") or None,
            run=_number(parameters.get("run")),
            text=parameters.get("q", "").strip()[:MAX_TEXT_CHARS],
            owner=parameters.get("owner") or None,
            priority=parameters.get("priority") or None,
            due_before=_date(parameters.get("due")),
            publish_before=_date(parameters.get("publish")),
            assigned=parameters.get("assigned", "").strip()[:MAX_TEXT_CHARS] or None,
            decided_by=parameters.get("decided", "").strip()[:MAX_TEXT_CHARS] or None,
            commented=parameters.get("comments") == "open",
            lot=_number(parameters.get("lot")),
            page=_number(parameters.get("page")) or 1,
        )

    @property
    def filter(self) -> QueueFilter:
        """The filter in the form of the ledger."""
        return QueueFilter(
            states=() if self.tab.name == "all" else self.tab.states,
            subject=self.subject,
            rule=self.rule,
            model=self.model,
            run=self.run,
            search=self.text or None,
            owner=self.owner,
            priority=self.priority,
            due_before=self.due_before,
            publish_before=self.publish_before,
            aside=self.tab.aside,
            assigned=None if self.assigned == NOBODY else self.assigned,
            unassigned=self.assigned == NOBODY,
            decided_by=self.decided_by,
            commented=self.commented,
            lot=self.lot,
        )

    @property
    def is_filtered(self) -> bool:
        """Whether there is a filter besides the state."""
        by_details = self.owner or self.priority or self.due_before or self.publish_before
        by_people = self.assigned or self.decided_by or self.commented
        by_text = self.subject or self.rule or self.model or self.run or self.text
        return bool(by_text or self.lot or by_details or by_people)

    def string(self, **changes: object) -> str:
        """The query string with its ``?``; empty if all values are the defaults.

        Args:
            changes: attributes with other values, such as ``page=1``.
        """
        query = replace(self, **changes)  # type: ignore[arg-type]
        values = {
            "state": "" if query.tab is TABS[0] else query.tab.name,
            "sort": "" if query.order is ORDERS[0] else query.order.name,
            "subject": query.subject or "",
            "rule": query.rule or "",
            "model": query.model or "",
            "run": str(query.run or ""),
            "q": query.text,
            "owner": query.owner or "",
            "priority": query.priority or "",
            "due": query.due_before or "",
            "publish": query.publish_before or "",
            "assigned": query.assigned or "",
            "decided": query.decided_by or "",
            "comments": "open" if query.commented else "",
            "lot": str(query.lot or ""),
            "page": "" if query.page == 1 else str(query.page),
        }
        return _query_string(values)

    def at(self, *drafts: int | None, step: int = 0) -> str:
        """The query string of the page of the list that has the first of some drafts that is in the list.

        Args:
            drafts: the numbers of drafts; None is ignored.
            step: 1 for the draft after it, -1 for the draft before it.
        """
        numbers = ",".join(str(number) for number in drafts if number)
        own = dict(parse_qsl(self.string(page=1).removeprefix("?")))
        return _query_string({**own, "at": numbers, "step": str(step or "")})


def tab_counts(counts: Mapping[DraftState, int], aside: Mapping[DraftState, int]) -> dict[str, int]:
    """The number of drafts in each tab.

    Args:
        counts: the number of drafts in each state, those that are set aside included.
        aside: the number of those that are set aside.
    """

    def count(tab: Tab) -> int:
        of_tab = sum(counts.get(state, 0) for state in tab.states)
        of_tab_aside = sum(aside.get(state, 0) for state in tab.states)
        return of_tab if tab.aside is None else of_tab_aside if tab.aside else of_tab - of_tab_aside

    return {tab.name: count(tab) for tab in TABS}


def page_count(total: int) -> int:
    """The number of pages of a list with ``total`` drafts."""
    return max(1, -(-total // PAGE_SIZE))


def _query_string(values: Mapping[str, str]) -> str:
    parameters = {name: value for name, value in values.items() if value}
    return f"?{urlencode(parameters)}" if parameters else ""


def _date(text: str | None) -> str | None:
    return text if text and parse_date(text) else None


def _number(text: str | None) -> int | None:
    return (
        int(text) if text and len(text) < 10 and text.isascii() and text.isdecimal() and int(text) else None
    )
