"""The actions on many drafts of the queue, and setting one or many aside for later. Each is one decision, which undo undoes."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from generator.content.display import plural
from generator.web.actions import action_reply, next_address, row_and_body
from generator.web.context import PageContext, number_of, query_of, reviewer_of
from generator.web.queue.selection import Selection, selected_drafts
from generator.web.request_fields import read_body, text_of
from generator.workflows.review.decisions.decisions import DecisionOutcome, DraftDecisions
from generator.workflows.review.decisions.later import LaterDrafts

MOST_LEFT = 200
"""How many of the drafts that an action left are named."""


class BulkActions:
    """Handles the POST requests about many drafts."""

    def __init__(self, context: PageContext) -> None:
        self._context = context
        self._services = context.services

    async def approve(self, request: Request) -> Response:
        """Approve the selected drafts."""
        selection, _ = await self._selected(request)
        outcome = DraftDecisions(self._services).approve_seen(selection.rows, who=reviewer_of(request))
        return _reply(request, "Approved", selection, outcome)

    async def reject(self, request: Request) -> Response:
        """Reject the selected drafts with a ``reason``."""
        selection, body = await self._selected(request)
        reason, who = text_of(body, "reason"), reviewer_of(request)
        outcome = DraftDecisions(self._services).reject_seen(selection.rows, reason=reason, who=who)
        return _reply(request, "Rejected", selection, outcome)

    async def later(self, request: Request) -> Response:
        """Set the selected drafts aside, with a day in ``until`` and a ``note``, which may be empty."""
        selection, body = await self._selected(request)
        outcome = LaterDrafts(self._services).set_aside(
            selection.rows, who=reviewer_of(request), is_bulk=True, **_until_and_note(body)
        )
        return _reply(request, "Set aside", selection, outcome)

    async def back(self, request: Request) -> Response:
        """Bring the selected drafts back from those that are set aside."""
        selection, _ = await self._selected(request)
        outcome = LaterDrafts(self._services).bring_back(selection.rows, who=reviewer_of(request))
        return _reply(request, "Brought back", selection, outcome, undo=False)

    async def set_aside(self, request: Request) -> Response:
        """Set one draft aside, as :meth:`later`, and open the next one."""
        row, body = await row_and_body(self._context, request)
        go = next_address(self._services, request, row)
        LaterDrafts(self._services).set_aside([row], who=reviewer_of(request), **_until_and_note(body))
        return action_reply(go, f"Set aside: {row.question}", undo=True)

    async def bring_back(self, request: Request) -> Response:
        """Bring one draft back."""
        row = self._context.draft(number_of(request))
        LaterDrafts(self._services).bring_back([row], who=reviewer_of(request))
        query = query_of(request)
        return action_reply(f"/drafts/{row.id}{query.string()}", f"Brought back: {row.question}")

    async def _selected(self, request: Request) -> tuple[Selection, dict[str, Any]]:
        body = await read_body(request)
        return selected_drafts(self._context, body), body


def _until_and_note(body: dict[str, Any]) -> dict[str, Any]:
    return {"until": text_of(body, "until"), "note": text_of(body, "note")}


def _reply(
    request: Request, done: str, selection: Selection, outcome: DecisionOutcome, *, undo: bool = True
) -> Response:
    """The reply to an action on many drafts: how many it was done to, and a line for each that was left."""
    left = [*selection.left, *outcome.left]
    text = f"{done}: {plural(len(outcome.decided), 'draft')}."
    if left:
        text += f" Left as they were: {len(left):,}."
    query = query_of(request)
    # The draft that follows the selected ones: they may have left the list.
    go = query.at(selection.rows[-1].id) if selection.rows else query.string()
    shown = [*left[:MOST_LEFT], f"and {len(left) - MOST_LEFT:,} more"] if len(left) > MOST_LEFT else left
    return action_reply(f"/{go}", text, undo=undo and bool(outcome.decided), left=shown)
