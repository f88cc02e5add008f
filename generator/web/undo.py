"""Undo in the page: takes back the reviewer's last decision on drafts or proposals, and shows what it was about.

Where the last one cannot be taken back, the answer names the one before, and nothing is done until that is asked for.
"""

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from generator.content.display import plural
from generator.errors import UsageError
from generator.web.actions import action_reply, read_body
from generator.web.context import PageContext, reviewer_of
from generator.web.proposals import DECISION_NAMES, PAGE_SIZE
from generator.web.queue import QueueQuery
from generator.workflows.review.undo import CannotUndoLast, UndoneDrafts, UndoneProposals, undo_decision


class UndoAction:
    """Answers to POST /undo."""

    def __init__(self, context: PageContext) -> None:
        self._services = context.services

    async def undo(self, request: Request) -> Response:
        """Take back the reviewer's last decision, or with ``earlier`` the newest that can be taken back."""
        earlier = (await read_body(request)).get("earlier", False)
        if not isinstance(earlier, bool):
            raise UsageError("earlier is not true or false")
        try:
            undone = undo_decision(self._services, reviewer=reviewer_of(request), earlier=earlier)
        except CannotUndoLast as error:
            text = f"{error.reason}. Before that, {error.earlier}."
            return JSONResponse({"error": text, "earlier": True}, status_code=409)
        if isinstance(undone, UndoneProposals):
            return self._proposals(undone)
        return self._drafts(undone, QueueQuery.read(request.query_params))

    def _drafts(self, undone: UndoneDrafts, query: QueueQuery) -> Response:
        back = "/" if len(undone.rows) != 1 else f"/drafts/{undone.rows[0].id}"
        what = undone.rows[0].question if len(undone.rows) == 1 else plural(len(undone.rows), "draft")
        text = " ".join((_sentence(f"No longer {undone.decision}: {what}"), *undone.left))
        return action_reply(f"{back}{query.string()}", text)

    def _proposals(self, undone: UndoneProposals) -> Response:
        first = undone.rows[0]
        alone = len(undone.rows) == 1
        what = first.question if alone else plural(len(undone.rows), "proposal")
        text = _sentence(f"No longer {DECISION_NAMES[undone.decision]}: {what}")
        if alone and first.edited:
            text += " Your text stays as it is."
        text = " ".join((text, *undone.left[:3]))
        shown: dict[str, str | int] = {"state": first.state}
        if alone and first.id not in (
            row.id for row in self._services.proposals.rows(states=[first.state], limit=PAGE_SIZE)
        ):
            shown["after"] = first.id - 1
        return action_reply(f"/proposals?{urlencode(shown)}", text, item=first.id)


def _sentence(text: str) -> str:
    return text if text.endswith(("?", "!", ".")) else f"{text}."
