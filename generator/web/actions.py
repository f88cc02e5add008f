"""The actions on drafts: each POST request calls one workflow and replies with the next address and a message.

A request has the ``lock`` and the ``sha`` of the draft that the reviewer saw. If the draft changed since, the request
is refused and nothing is overwritten.
"""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from generator.content.checks.places import findings_in_file
from generator.content.display import plural
from generator.content.frontmatter import read
from generator.content.markdown.line_breaks import decode
from generator.errors import FrontMatterError
from generator.store.ledger.drafts import DraftRow, StaleDraft
from generator.web.article_page import findings_and_html
from generator.web.context import NotFound, PageContext, number_of, reviewer_of
from generator.web.pages import clean_drafts
from generator.web.queue import QueueQuery
from generator.web.request_fields import (
    flag_in,
    form_number_in,
    optional_number_in,
    read_body,
    text_of,
    texts_in,
)
from generator.workflows.draft_files.checker import CheckedFile
from generator.workflows.draft_files.importer import EditImporter
from generator.workflows.review.decisions import DraftDecisions
from generator.workflows.review.draft_view import search_result_of
from generator.workflows.review.editor import FIELDS, DraftEditor
from generator.workflows.review.revisions import DraftRevisions

_CHECKBOXES = frozenset({"no_index"})


class DraftActions:
    """Handles the POST requests about drafts."""

    def __init__(self, context: PageContext) -> None:
        self._context = context
        self._services = context.services

    async def approve(self, request: Request) -> Response:
        """Approve a draft."""
        row, _ = await row_and_body(self._context, request)
        next_address = self._next_address(request, row)
        DraftDecisions(self._services).approve(row, who=reviewer_of(request))
        return action_reply(next_address, f"Approved: {row.question}", undo=True)

    async def reject(self, request: Request) -> Response:
        """Reject a draft with a ``reason``."""
        row, body = await row_and_body(self._context, request)
        next_address = self._next_address(request, row)
        DraftDecisions(self._services).reject(row, reason=text_of(body, "reason"), who=reviewer_of(request))
        return action_reply(next_address, f"Rejected: {row.question}", undo=True)

    async def allow(self, request: Request) -> Response:
        """Allow a near duplicate: the next run of its list drafts it."""
        row, _ = await row_and_body(self._context, request)
        # An allowed draft stays in its list, so the list before it is not shown again.
        next_address = self._next_address(request, row, or_previous=False)
        DraftDecisions(self._services).allow(row, who=reviewer_of(request))
        return action_reply(next_address, f"To be drafted anyway: {row.question}", undo=True)

    async def approve_clean(self, request: Request) -> Response:
        """Approve the clean drafts of a list as one decision."""
        query = QueueQuery.read(request.query_params)
        rows = clean_drafts(self._services, query)
        result = DraftDecisions(self._services).approve_clean(rows, who=reviewer_of(request))
        text = " ".join((f"Approved {plural(len(result.decided), 'clean draft')}.", *result.left[:3]))
        return action_reply(f"/{query.string(page=1)}", text, undo=bool(result.decided))

    async def refresh(self, request: Request) -> Response:
        """Import an edit of the draft's file."""
        row = self._context.draft(number_of(request))
        after = EditImporter(self._services).sync(row)
        text = "The file was loaded." if after.version != row.version else "The file has not changed."
        return action_reply(f"/drafts/{row.id}{QueueQuery.read(request.query_params).string()}", text)

    async def check(self, request: Request) -> Response:
        """Check the draft with the values of the edit form. Nothing is saved."""
        row, body = await row_and_body(self._context, request, needs_current=False)
        check = DraftEditor(self._services).prepared(row, _changes(body))
        who = reviewer_of(request)
        return JSONResponse(await self._preview(await self._context.heavy.run(who, check), who))

    async def save(self, request: Request) -> Response:
        """Save changed fields."""
        row, body = await row_and_body(self._context, request)
        changes, who, editor = _changes(body), reviewer_of(request), DraftEditor(self._services)
        checked = await self._context.heavy.run(who, editor.prepared(row, changes))
        after = editor.save_fields(row, changes, who=who, checked=checked)
        text = "Nothing was changed." if after.version == row.version else "Saved."
        if after.key != row.key:
            text = f"Saved. The address is now {after.key}."
        return action_reply(f"/drafts/{row.id}{QueueQuery.read(request.query_params).string()}", text)

    async def revise(self, request: Request) -> Response:
        """Ask the model to revise a draft after a ``comment``."""
        row, body = await row_and_body(self._context, request)
        next_address = self._next_address(request, row)
        revision = await self._context.worker.revise(row, text_of(body, "comment"), reviewer_of(request))
        own_address = f"/drafts/{row.id}{QueueQuery.read(request.query_params).string()}"
        if revision.state == "proposed":
            return action_reply(
                own_address, "The same revision was requested before. Its result is available."
            )
        return action_reply(
            next_address if "/drafts/" in next_address else own_address,
            f"The model was asked to revise: {row.question}",
        )

    async def revision(self, request: Request) -> Response:
        """Accept the fields of a revision that ``take`` names; without any, decline the revision."""
        row, body = await row_and_body(self._context, request)
        number = form_number_in(body, "revision")
        names = texts_in(body, "take")
        revision = next((item for item in self._services.revisions.of(row.id) if item.id == number), None)
        if revision is None:
            raise NotFound("There is no such revision.")
        if names:
            DraftRevisions(self._services).accept(revision, names, who=reviewer_of(request))
        else:
            DraftRevisions(self._services).decline(revision, who=reviewer_of(request))
        text = "The new text was accepted." if names else "The old text was kept."
        return action_reply(f"/drafts/{row.id}{QueueQuery.read(request.query_params).string()}", text)

    def _next_address(self, request: Request, row: DraftRow, *, or_previous: bool = True) -> str:
        """The address of the next draft of the queue, else with ``or_previous`` of the previous, else of the queue.

        Call it before the draft changes, because a decision can remove the draft from the queue.
        """
        query = QueueQuery.read(request.query_params)
        beside = self._services.draft_queue.neighbours(
            query.filter, row, sort=query.order.sort, descending=query.order.descending
        )
        number = beside.next or (beside.previous if or_previous else None)
        return f"/drafts/{number}{query.string()}" if number else f"/{query.string()}"

    async def _preview(self, checked: CheckedFile, who: str) -> dict[str, Any]:
        """The parts of the edit page that change while the reviewer types."""
        try:
            document = read(checked.data)
        except FrontMatterError:
            document = None
        answer = decode(document.get("answer", "")) if document else ""
        findings, html = await self._context.heavy.run(
            who, lambda: findings_and_html(findings_in_file(checked.findings, answer), answer)
        )
        search = search_result_of(document, self._services.settings) if document else None
        return {
            "findings": self._context.fragment("findings.html", {"findings": findings, "editing": True}),
            "search": self._context.fragment("search.html", {"search": search}),
            "answer": html,
            "moved": f"The new address will be {checked.key}" if checked.is_moved else "",
            "state": checked.state,
        }


async def row_and_body(
    context: PageContext, request: Request, *, needs_current: bool = True
) -> tuple[DraftRow, dict[str, Any]]:
    """The draft that a request names, and the other values of its body.

    Raises:
        StaleDraft: with ``needs_current``, the draft changed since the reviewer saw it.
    """
    body = await read_body(request)
    row = context.draft(number_of(request))
    sha = "" if body.get("sha") is None else text_of(body, "sha")
    seen = (optional_number_in(body, "lock"), sha)
    if needs_current and (row.lock, row.sha or "") != seen:
        raise StaleDraft("The draft was changed since this page was loaded. Look at it again.")
    return row, body


def action_reply(go: str, message: str, *, undo: bool = False, item: int | None = None) -> Response:
    """The reply to an action.

    Args:
        go: the address to open next; empty to stay on the page.
        message: the message to show there.
        undo: whether the message has an Undo button.
        item: the number of the list item to select there.
    """
    return JSONResponse({"go": go, "message": message, "undo": undo, "item": item})


def _changes(body: dict[str, Any]) -> dict[str, str | bool]:
    """The values of the fields in a request.

    Raises:
        UsageError: a value has the wrong type.
    """
    changes: dict[str, str | bool] = {}
    for name in FIELDS:
        if name not in body:
            continue
        changes[name] = flag_in(body, name) if name in _CHECKBOXES else text_of(body, name)
    return changes
