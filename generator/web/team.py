"""The page of the team: what each person did today and in the last days; and the action that assigns drafts."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from generator.content.display import plural
from generator.errors import UsageError
from generator.web.actions import action_reply, read_body
from generator.web.context import MAX_ROW_ID, PageContext, reviewer_of, viewer_of
from generator.web.queue import QueueQuery
from generator.workflows.review.assign import SeenDraft, assign_drafts
from generator.workflows.review.work_done import PersonWork, days_until, work_done

MOST_DRAFTS = 500
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
        """Assign ``drafts`` (numbers with locks) to the reviewer with the name ``to``; to nobody if it is null."""
        body = await read_body(request)
        outcome = assign_drafts(self._services, _drafts(body), _name(body), who=reviewer_of(request))
        whom = f"to {outcome.to}" if outcome.to else "to nobody"
        text = f"Assigned {plural(len(outcome.drafts), 'draft')} {whom}."
        if not outcome.is_known:
            text += f" {outcome.to} has no link yet."
        text = " ".join((text, *(f"{line}." for line in outcome.left[:3])))
        go = body.get("go")
        own = QueueQuery.read(request.query_params).string()
        page = f"/drafts/{outcome.drafts[0].id}" if go == "draft" and outcome.drafts else "/"
        return action_reply(f"{page}{own}", text)

    def _work(self, request: Request, now: str, days: int) -> list[PersonWork]:
        viewer = viewer_of(request)
        found = work_done(self._services, days_until(now, days))
        return [one for one in found if viewer.may_decide or viewer.is_named(one.who)]


def _drafts(body: dict[str, Any]) -> list[SeenDraft]:
    items = body.get("drafts")
    if not isinstance(items, list) or not items or not all(map(_is_draft, items)):
        raise UsageError("drafts is missing")
    if len(items) > MOST_DRAFTS:
        raise UsageError(f"At most {MOST_DRAFTS} drafts can be assigned at a time.")
    return [SeenDraft(item["id"], item["lock"]) for item in items]


def _is_draft(item: object) -> bool:
    return isinstance(item, dict) and all(
        type(item.get(name)) is int and 0 <= item[name] <= MAX_ROW_ID for name in ("id", "lock")
    )


def _name(body: dict[str, Any]) -> str | None:
    name = body.get("to")
    if name is not None and not isinstance(name, str):
        raise UsageError("to is not a name")
    return name or None
