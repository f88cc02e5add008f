"""The undo action: undoes what the reviewer did last to drafts, proposals, clusters or draws, and opens what it was about.

If the last decision cannot be undone, the reply names an earlier one. That is undone only after a second request.
"""

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from generator.content.display import plural
from generator.web.actions import action_reply
from generator.web.context import PageContext, query_of, reviewer_of
from generator.web.duplicates import DECISION_NAMES as CLUSTER_DECISIONS
from generator.web.proposals.page import DECISION_NAMES
from generator.web.proposals.query import ProposalQuery
from generator.web.queue.query import QueueQuery
from generator.web.request_fields import flag_in, read_body
from generator.workflows.review.decisions.undo import (
    CannotUndoLast,
    UndoneClusters,
    UndoneDrafts,
    UndoneJudgements,
    UndoneProposals,
    undo_decision,
)

_EDITS = {
    "edited": "The edit was undone",
    "revised": "The revision was undone and is proposed again",
    "declined": "The revision is proposed again",
    "restored": "The restoring of an earlier version was undone",
}
"""What the undo of an edit did, by the name of the edit."""


class UndoAction:
    """Handles POST /undo."""

    def __init__(self, context: PageContext) -> None:
        self._services = context.services

    async def undo(self, request: Request) -> Response:
        """Undo the reviewer's last decision, or with ``earlier`` the newest decision that can be undone."""
        earlier = flag_in(await read_body(request), "earlier")
        try:
            undone = undo_decision(self._services, reviewer=reviewer_of(request), earlier=earlier)
        except CannotUndoLast as error:
            text = f"{error.reason}. Before that, {error.earlier}."
            return JSONResponse({"error": text, "earlier": True}, status_code=409)
        if isinstance(undone, UndoneProposals):
            return self._proposals(undone)
        if isinstance(undone, UndoneClusters):
            return self._clusters(undone)
        if isinstance(undone, UndoneJudgements):
            return self._judgements(undone)
        return self._drafts(undone, query_of(request))

    def _drafts(self, undone: UndoneDrafts, query: QueueQuery) -> Response:
        address = "/" if len(undone.rows) != 1 else f"/drafts/{undone.rows[0].id}"
        what = undone.rows[0].question if len(undone.rows) == 1 else plural(len(undone.rows), "draft")
        done = _EDITS.get(undone.decision, f"No longer {undone.decision}")
        text = " ".join((_sentence(f"{done}: {what}"), *undone.left))
        return action_reply(f"{address}{query.string()}", text)

    def _clusters(self, undone: UndoneClusters) -> Response:
        first = undone.rows[0]
        is_single = len(undone.rows) == 1
        what = first.kept_page.question if is_single else plural(len(undone.rows), "cluster")
        text = " ".join(
            (_sentence(f"No longer {CLUSTER_DECISIONS[undone.decision]}: {what}"), *undone.left[:3])
        )
        parameters: dict[str, str | int] = {"state": first.state}
        if is_single:
            parameters["after"] = first.id - 1
        return action_reply(f"/duplicates?{urlencode(parameters)}", text, item=first.id)

    def _judgements(self, undone: UndoneJudgements) -> Response:
        (member,) = undone.rows
        text = _sentence(
            f"No longer judged {undone.decision}: {self._services.drafts.get(member.draft).question}"
        )
        return action_reply(f"/drafts/{member.draft}?lot={member.lot}", text)

    def _proposals(self, undone: UndoneProposals) -> Response:
        first = undone.rows[0]
        is_single = len(undone.rows) == 1
        what = first.question if is_single else plural(len(undone.rows), "proposal")
        text = _sentence(f"No longer {DECISION_NAMES[undone.decision]}: {what}")
        if is_single and first.edited:
            text += " Your text was kept."
        text = " ".join((text, *undone.left[:3]))
        query = ProposalQuery(state=first.state, item=first.id if is_single else None)
        return action_reply(f"/proposals{query.string()}", text, item=first.id)


def _sentence(text: str) -> str:
    return text if text.endswith(("?", "!", ".")) else f"{text}."
