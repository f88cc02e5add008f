"""The page that publishes: it shows a plan first, and then publishes exactly the drafts of the plan."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from generator.content.display import plural
from generator.store.ledger.draft_queue import QueueFilter
from generator.store.ledger.drafts import DraftRow
from generator.web.actions import action_reply
from generator.web.context import NotFound, PageContext, reviewer_of
from generator.web.request_fields import MOST_ITEMS, numbers_in, read_body
from generator.workflows.publish.publisher import Publisher, PublishReport


class PublishPages:
    """Handles the requests about publishing."""

    def __init__(self, context: PageContext) -> None:
        self._context = context
        self._services = context.services

    async def show(self, request: Request) -> Response:
        """The approved drafts."""
        if self._context.access.read_only:
            raise NotFound("Nothing can be published: this page was opened with --read-only.")
        approved = QueueFilter(states=("approved", "publishing"))
        return self._context.page(
            request,
            "publish.html",
            "publish",
            {
                "rows": self._services.draft_queue.page(approved, limit=MOST_ITEMS),
                "total": self._services.draft_queue.count(approved),
                "content_dir": self._services.settings.content_dir,
            },
        )

    async def plan(self, request: Request) -> Response:
        """The plan for publishing these drafts. No article is written."""
        rows = await self._requested_drafts(request)
        report = Publisher(self._services).preview(rows)
        return JSONResponse(
            {"plan": self._context.fragment("plan.html", {"report": report}), "drafts": _ids(report)}
        )

    async def publish(self, request: Request) -> Response:
        """Publish these drafts."""
        rows = await self._requested_drafts(request)
        report = Publisher(self._services).publish(rows, who=reviewer_of(request))
        text = f"Published {plural(len(report.published) + len(report.finished), 'article')}."
        if report.refused:
            text += " Not published: " + "; ".join(
                f"{item.key}: {item.reason}" for item in report.refused[:5]
            )
        return action_reply("/publish" if report.refused else "/?state=published", text)

    async def _requested_drafts(self, request: Request) -> Sequence[DraftRow]:
        numbers = numbers_in(await read_body(request), "drafts")
        rows = [self._context.services.drafts.find(number) for number in numbers]
        return [row for row in rows if row is not None]


def _ids(report: PublishReport) -> list[int]:
    return [item.row.id for item in report.planned]
