"""Reads which drafts an action on many is about, from the body of its request.

The body names drafts as the reviewer saw them, ``{"drafts": [{"id": 1, "lock": 2}, ...]}``, or all of a list,
``{"filter": "?state=fix&q=enzyme", "seen": "90f2..."}``: the query string of the list, and the digest of what it had.
"""

from typing import Any, NamedTuple, TypeGuard
from urllib.parse import parse_qsl

from generator.errors import UsageError
from generator.store.ledger.drafts.rows import DraftRow, StaleDraft
from generator.store.ledger.row_versions import require_as_seen
from generator.web.context import PageContext
from generator.web.queue.query import QueueQuery
from generator.web.request_fields import MOST_NUMBER, checked_text, text_of

MOST_NAMED = 1000


class Selection(NamedTuple):
    """The selected drafts as the reviewer saw them, and a line for each that changed since or does not exist."""

    rows: list[DraftRow]
    left: list[str]


def selected_drafts(context: PageContext, body: dict[str, Any]) -> Selection:
    """The drafts that the body of a request selects. A filter is evaluated now.

    Raises:
        UsageError: the body selects no drafts, or is not of the two forms.
        StaleDraft: the list is not what the reviewer saw: drafts of it changed, left it or came into it.
    """
    if "filter" in body:
        return _of_filter(context, checked_text(body["filter"], "filter"), text_of(body, "seen"))
    selection = _named(context, body.get("drafts"))
    if not selection.rows and not selection.left:
        raise UsageError("no draft is selected")
    return selection


def _of_filter(context: PageContext, text: str, seen: str) -> Selection:
    query = QueueQuery.read(dict(parse_qsl(text.removeprefix("?"))))
    rows = context.services.draft_queue.page(
        query.filter, sort=query.order.sort, descending=query.order.descending, limit=-1
    )
    require_as_seen(rows, seen, StaleDraft)
    if not rows:
        raise UsageError("the list has no drafts")
    return Selection(rows, [])


def _named(context: PageContext, items: object) -> Selection:
    if not isinstance(items, list) or len(items) > MOST_NAMED:
        raise UsageError(f"drafts must be a list of at most {MOST_NAMED:,}")
    rows, left = [], []
    for item in items:
        if not isinstance(item, dict) or not _is_number(item.get("id")) or not _is_number(item.get("lock")):
            raise UsageError("a draft needs an id and a lock, which are numbers")
        row = context.services.drafts.find(item["id"]) if item["id"] <= MOST_NUMBER else None
        if row is None:
            left.append(f"there is no draft {item['id']}")
        elif row.lock != item["lock"]:
            left.append(f"{row.name} was changed since the list was loaded")
        else:
            rows.append(row)
    return Selection(list({row.id: row for row in rows}.values()), left)


def _is_number(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
