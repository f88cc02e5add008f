"""The page of the team: what each person did today and in the last days; and the action that assigns drafts."""

from starlette.requests import Request
from starlette.responses import Response

from generator.content.display import plural
from generator.web.actions import action_reply
from generator.web.context import PageContext, query_of, reviewer_of, viewer_of
from generator.web.queue.selection import selected_drafts
from generator.web.request_fields import optional_text_in, read_body
from generator.workflows.review.team.assign import SeenDraft, assign_drafts
from generator.workflows.review.team.work_done import PersonWork, days_until, work_done

SHOWN_DAYS = 7


class TeamPages:
    """Handles the requests about the team."""

    def __init__(self, context: PageContext) -> None:
        self._context = context
        self._services = context.services

    async def show(self, request: Request) -> Response:
        """The work of each person. Only a reviewer who may decide sees that of others."""
        now = self._services.now()
        values = {
            "periods": [
                ("Today", self._work(request, now, 1)),
                (f"Last {SHOWN_DAYS} days", self._work(request, now, SHOWN_DAYS)),
            ]
        }
        return self._context.page(request, "team.html", "team", values)

    async def assign(self, request: Request) -> Response:
        """Assign the selected drafts to the reviewer with the name ``to``; to nobody if it is null."""
        body = await read_body(request)
        selection = selected_drafts(self._context, body)
        seen = [SeenDraft(row.id, row.lock) for row in selection.rows]
        outcome = assign_drafts(self._services, seen, optional_text_in(body, "to"), who=reviewer_of(request))
        whom = f"to {outcome.to}" if outcome.to else "to nobody"
        text = f"Assigned {plural(len(outcome.drafts), 'draft')} {whom}."
        if not outcome.is_known:
            text += f" {outcome.to} has no link yet."
        text = " ".join((text, *(f"{line}." for line in (*selection.left, *outcome.left)[:3])))
        go = body.get("go")
        own = query_of(request).string()
        page = f"/drafts/{outcome.drafts[0].id}" if go == "draft" and outcome.drafts else "/"
        return action_reply(f"{page}{own}", text)

    def _work(self, request: Request, now: str, days: int) -> list[PersonWork]:
        viewer = viewer_of(request)
        found = work_done(self._services, days_until(now, days))
        return [one for one in found if viewer.may_decide or viewer.is_named(one.who)]
