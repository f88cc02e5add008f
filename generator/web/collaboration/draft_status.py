"""What the page of a draft asks for while it is open: who else has it open, and whether somebody changed it."""

from typing import Any

from starlette.requests import Request

from generator.store.ledger.drafts.rows import DraftRow
from generator.web.context import PageContext, reviewer_of
from generator.web.templating import ago
from generator.workflows.review.team.holds import open_holds
from generator.workflows.review.team.latest_change import latest_change


def draft_status(context: PageContext, request: Request, row: DraftRow) -> dict[str, Any]:
    """The values for the page of a draft that shows the ``lock`` and the ``sha`` of the query.

    ``change`` says who changed the draft since; None where nobody did.
    """
    services, reader = context.services, reviewer_of(request)
    shown = request.query_params.get("lock"), request.query_params.get("sha")
    change = None
    if shown[0] is not None and shown != (str(row.lock), row.sha or ""):
        latest = latest_change(services, row)
        line = (
            f"{latest.line(reader)} {ago(latest.at, services.now())}" if latest else "This draft has changed"
        )
        change = {"line": line, "has_other_text": shown[1] != (row.sha or "")}
    return {
        "here": open_holds(services, but=reader, draft=row.id).get(row.id, []),
        "change": change,
    }
