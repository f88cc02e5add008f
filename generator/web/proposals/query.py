"""The query of the page of proposals: tab, field, subject, words, order and page, in its address."""

from dataclasses import dataclass, replace
from typing import cast, get_args
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from generator.content.seo.fields import SeoField
from generator.content.seo.proposal_states import ProposalState
from generator.store.ledger.seo.proposal_queue import ProposalFilter
from generator.web.request_fields import MOST_NUMBER
from generator.workflows.seo.proposal_page import PageOrder

MAX_TEXT_CHARS = 200
TABS: tuple[tuple[ProposalState, str], ...] = (
    ("proposed", "Proposed"),
    ("needs_fix", "Needs fix"),
    ("approved", "Accepted"),
    ("applied", "Applied"),
    ("skipped", "Skipped"),
    ("rejected", "Rejected"),
    ("stale", "Stale"),
)
ORDERS: tuple[tuple[PageOrder, str], ...] = (
    ("oldest", "oldest first"),
    ("newest", "last changed first"),
    ("findings", "most findings first"),
    ("opportunity", "most clicks missed first"),
)


@dataclass(frozen=True, slots=True)
class ProposalQuery:
    """The query of one request. Parameters with values that are not known count as not given."""

    state: ProposalState = "proposed"
    field: SeoField | None = None
    subject: str | None = None
    text: str = ""
    order: PageOrder = "oldest"
    page: int = 1
    item: int | None = None
    """The proposal that the page must show."""

    @classmethod
    def read(cls, parameters: QueryParams) -> "ProposalQuery":
        """The query of an address."""
        state, field = parameters.get("state"), parameters.get("field")
        order = parameters.get("sort")
        return cls(
            state=next((name for name, _ in TABS if name == state), "proposed"),
            field=cast(SeoField, field) if field in get_args(SeoField) else None,
            subject=parameters.get("subject") or None,
            text=parameters.get("q", "").strip()[:MAX_TEXT_CHARS],
            order=next((name for name, _ in ORDERS if name == order), "oldest"),
            page=_number(parameters.get("page")) or 1,
            item=_number(parameters.get("item")),
        )

    @property
    def filter(self) -> ProposalFilter:
        """The filter in the form of the ledger."""
        return ProposalFilter(self.state, self.field, self.subject, self.text)

    @property
    def is_narrowed(self) -> bool:
        """Whether there is a filter besides state and field."""
        return bool(self.subject or self.text)

    def string(self, **changes: object) -> str:
        """The query string with its ``?``, without defaults.

        Args:
            changes: attributes with other values, such as ``page=1``.
        """
        query = replace(self, **changes)  # type: ignore[arg-type]
        values = {
            "state": "" if query.state == "proposed" else query.state,
            "field": query.field or "",
            "subject": query.subject or "",
            "q": query.text,
            "sort": "" if query.order == "oldest" else query.order,
            "page": "" if query.page == 1 else str(query.page),
            "item": str(query.item or ""),
        }
        found = {name: value for name, value in values.items() if value}
        return f"?{urlencode(found)}" if found else ""


def _number(text: str | None) -> int | None:
    if not text or not text.isascii() or not text.isdecimal() or len(text) > 18:
        return None
    return int(text) if 0 < int(text) <= MOST_NUMBER else None
