"""What a reviewer does with questions without an article: have them drafted again, or write the article.

Nothing here asks a model. The page says which command drafts what is queued.
"""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from generator.content.display import in_words, plural
from generator.content.drafts.draft import Draft, Point
from generator.content.keywords import split_keywords
from generator.errors import UsageError
from generator.store.ledger.drafts.rows import DraftRow
from generator.web.actions import action_reply, row_and_body
from generator.web.context import NotFound, PageContext, number_of, query_of, reviewer_of
from generator.web.queue.selection import selected_drafts
from generator.web.request_fields import read_body, text_of
from generator.workflows.review.editing.own_article import OwnArticles
from generator.workflows.review.redrafts.redrafts import DraftRedrafts, WantedDraft

COMMAND = "generator redraft"
_SHOWN_REASONS = 3


class WithoutArticlePages:
    """Handles the requests about questions without an article."""

    def __init__(self, context: PageContext) -> None:
        self._context = context
        self._services = context.services

    async def redraft(self, request: Request) -> Response:
        """Queue one draft with a ``note`` and ``facts``."""
        row, body = await row_and_body(self._context, request)
        outcome = self._redrafts.ask([row], _wanted(body), who=reviewer_of(request))
        if outcome.left:
            raise UsageError(outcome.left[0])
        return self._reply(request, row, f"Queued: {row.question} To draft it, run {COMMAND}.")

    async def redraft_many(self, request: Request) -> Response:
        """Queue the selected drafts, with one note."""
        body = await read_body(request)
        rows, left = selected_drafts(self._context, body)
        outcome = self._redrafts.ask(rows, _wanted(body), who=reviewer_of(request))
        left = [*left, *outcome.left]
        text = f"Queued {plural(len(outcome.wanted), 'draft')}. To draft them, run {COMMAND}."
        text = " ".join((text, *(f"{line}." for line in left[:_SHOWN_REASONS])))
        return action_reply(f"/{query_of(request).string()}", text)

    async def withdraw(self, request: Request) -> Response:
        """Take a queued redraft back."""
        row, _ = await row_and_body(self._context, request)
        self._redrafts.withdraw(row, who=reviewer_of(request))
        return self._reply(request, row, "Not queued any more.")

    async def form(self, request: Request) -> Response:
        """The form in which a reviewer writes the article."""
        if self._context.access.read_only:
            raise NotFound("Nothing can be written: this page was opened with --read-only.")
        row = self._context.draft(number_of(request))
        if not OwnArticles.may_write(row):
            raise NotFound(f"A draft that is {in_words(row.state)} does not wait for an article.")
        limits = self._services.settings.limits.answer
        return self._context.page(
            request,
            "write.html",
            "drafts",
            {
                "query": query_of(request),
                "row": row,
                "needs_subject": not row.subject,
                "subjects": list(self._services.subjects.names),
                "points": range(1, limits.points.max + 1),
                "needed": limits.points.min,
            },
        )

    async def write(self, request: Request) -> Response:
        """Save the article that the reviewer wrote."""
        row, body = await row_and_body(self._context, request)
        articles, who = OwnArticles(self._services), reviewer_of(request)
        draft = _draft(body, self._services.settings.limits.answer.points.max)
        checked = await self._context.heavy.run(who, articles.prepared(row, draft))
        after = articles.save(row, checked, who=who)
        text = (
            "Saved." if after.state == "drafted" else "Saved. The findings must be corrected before approval."
        )
        return self._reply(request, row, text)

    @property
    def _redrafts(self) -> DraftRedrafts:
        return DraftRedrafts(self._services)

    def _reply(self, request: Request, row: DraftRow, message: str) -> Response:
        return action_reply(f"/drafts/{row.id}{query_of(request).string()}", message)


def _wanted(body: dict[str, Any]) -> WantedDraft:
    return WantedDraft(text_of(body, "note", default=""), text_of(body, "facts", default=""))


def _draft(body: dict[str, Any], most_points: int) -> Draft:
    """The text in a request. Points without heading and body are left out."""
    points = [
        Point(
            heading=text_of(body, f"heading{number}", default=""),
            body=text_of(body, f"body{number}", default=""),
        )
        for number in range(1, most_points + 1)
    ]
    return Draft(
        introduction=text_of(body, "introduction", default=""),
        points=tuple(point for point in points if point.heading.strip() or point.body.strip()),
        conclusion=text_of(body, "conclusion", default=""),
        page_description=text_of(body, "description", default=""),
        page_keywords=split_keywords(text_of(body, "keywords", default="")),
        subject=text_of(body, "subject", default="") or None,
    )
