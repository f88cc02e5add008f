"""What the actions share: the draft that a request names, the next address, and the reply with a message."""

from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from generator.services import Services
from generator.store.ledger.drafts.rows import DraftRow, StaleDraft
from generator.web.context import PageContext, number_of, query_of, reviewer_of
from generator.web.drafts.reported_reading import record_last_reading
from generator.web.request_fields import optional_number_in, read_body, text_of


async def row_and_body(
    context: PageContext, request: Request, *, needs_current: bool = True
) -> tuple[DraftRow, dict[str, Any]]:
    """The draft that a request names, and the other values of its body. What was read of it last is recorded.

    Raises:
        StaleDraft: with ``needs_current``, the draft changed since the reviewer saw it.
    """
    body = await read_body(request)
    row = context.draft(number_of(request))
    sha = "" if body.get("sha") is None else text_of(body, "sha")
    seen = (optional_number_in(body, "lock"), sha)
    if needs_current and (row.lock, row.sha or "") != seen:
        raise StaleDraft("The draft was changed since this page was loaded. Look at it again.")
    record_last_reading(context.services, row, body.pop("reading", None), who=reviewer_of(request))
    return row, body


def next_address(services: Services, request: Request, row: DraftRow, *, or_previous: bool = True) -> str:
    """The address of the next draft of the queue, else with ``or_previous`` of the previous, else of the queue.

    Call it before the draft changes, because a decision can remove the draft from the queue.
    """
    query = query_of(request)
    beside = services.draft_queue.neighbours(
        query.filter, row, sort=query.order.sort, descending=query.order.descending
    )
    number = beside.next or (beside.previous if or_previous else None)
    return f"/drafts/{number}{query.string()}" if number else f"/{query.string()}"


def action_reply(
    go: str, message: str, *, undo: bool = False, item: int | None = None, left: Sequence[str] = ()
) -> Response:
    """The reply to an action.

    Args:
        go: the address to open next; empty to stay on the page.
        message: the message to show there.
        undo: whether the message has an Undo button.
        item: the number of the list item to select there.
        left: lines to show there, one for each draft that the action left as it was.
    """
    reply = {"go": go, "message": message, "undo": undo, "item": item}
    return JSONResponse({**reply, "left": list(left)} if left else reply)
