"""The actions on drafts: each POST request calls one workflow and replies with the next address and a message.

A request has the ``lock`` and the ``sha`` of the draft that the reviewer saw. If the draft changed since, the request
is refused and nothing is overwritten.
"""

from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from generator.content.display import plural
from generator.errors import UsageError
from generator.services import Services
from generator.store.ledger.drafts import DraftRow, StaleDraft
from generator.web.context import NotFound, PageContext, number_of, query_of, reviewer_of, viewer_of
from generator.web.edit_preview import edit_preview
from generator.web.queue_page import clean_drafts
from generator.web.reported_reading import record_last_reading
from generator.workflows.draft_files.importer import EditImporter
from generator.workflows.review.decisions import DraftDecisions, NotApprovable
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
        """Reject a draft with a ``reason``: a frequent one (``preset``), a text, or both."""
        row, body = await row_and_body(self._context, request)
        next_address = self._next_address(request, row)
        given = [text_of(body, "preset")] if "preset" in body else []
        reason = ": ".join(part for part in (*given, text_of(body, "reason").strip()) if part)
        DraftDecisions(self._services).reject(row, reason=reason, who=reviewer_of(request))
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
        query = query_of(request)
        rows = clean_drafts(self._services, query)
        result = DraftDecisions(self._services).approve_clean(rows, who=reviewer_of(request))
        text = " ".join((f"Approved {plural(len(result.decided), 'clean draft')}.", *result.left[:3]))
        return action_reply(f"/{query.string(page=1)}", text, undo=bool(result.decided))

    async def refresh(self, request: Request) -> Response:
        """Import an edit of the draft's file."""
        row = self._context.draft(number_of(request))
        after = EditImporter(self._services).sync(row)
        text = "The file was loaded." if after.version != row.version else "The file has not changed."
        return action_reply(f"/drafts/{row.id}{query_of(request).string()}", text)

    async def check(self, request: Request) -> Response:
        """Check the draft with the values of the edit form. Nothing is saved."""
        row, body = await row_and_body(self._context, request, needs_current=False)
        checked = DraftEditor(self._services).preview(row, _changes(body))
        return JSONResponse(edit_preview(self._context, row, checked))

    async def save(self, request: Request) -> Response:
        """Save changed fields, and with ``approve`` also approve the draft, if nothing is in the way."""
        row, body = await row_and_body(self._context, request)
        next_address, who = self._next_address(request, row), reviewer_of(request)
        after = DraftEditor(self._services).save_fields(row, _changes(body), who=who)
        changed = after.version != row.version
        text = "Saved." if changed else "Nothing was changed."
        if after.key != row.key:
            text = f"Saved. The address is now {after.key}."
        own_address = f"/drafts/{row.id}{query_of(request).string()}"
        if body.get("approve") is not True:
            return action_reply(own_address, text, undo=changed)
        if not viewer_of(request).may_decide:
            return action_reply(own_address, f"{text} Not approved: your role lets you edit.")
        try:
            DraftDecisions(self._services).approve(after, who=who)
        except (NotApprovable, StaleDraft, UsageError) as error:
            return action_reply(own_address, f"{text} Not approved: {error}", undo=changed)
        saved = "Saved and approved" if changed else "Approved"
        return action_reply(next_address, f"{saved}: {after.question}", undo=True)

    async def revise(self, request: Request) -> Response:
        """Ask the model to revise a draft after a ``comment``."""
        row, body = await row_and_body(self._context, request)
        next_address = self._next_address(request, row)
        revision = await self._context.worker.revise(row, text_of(body, "comment"), reviewer_of(request))
        own_address = f"/drafts/{row.id}{query_of(request).string()}"
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
        number, take = body.get("revision"), body.get("take", [])
        if isinstance(number, str) and number.isdecimal():
            number = int(number)
        revision = next((item for item in self._services.revisions.of(row.id) if item.id == number), None)
        if revision is None:
            raise NotFound("There is no such revision.")
        names = [take] if isinstance(take, str) else [name for name in take if isinstance(name, str)]
        if names:
            DraftRevisions(self._services).accept(revision, names, who=reviewer_of(request))
        else:
            DraftRevisions(self._services).decline(revision, who=reviewer_of(request))
        text = "The new text was accepted." if names else "The old text was kept."
        return action_reply(f"/drafts/{row.id}{query_of(request).string()}", text, undo=True)

    def _next_address(self, request: Request, row: DraftRow, *, or_previous: bool = True) -> str:
        return next_address(self._services, request, row, or_previous=or_previous)


async def row_and_body(
    context: PageContext, request: Request, *, needs_current: bool = True
) -> tuple[DraftRow, dict[str, Any]]:
    """The draft that a request names, and the other values of its body. What was read of it last is recorded.

    Raises:
        StaleDraft: with ``needs_current``, the draft changed since the reviewer saw it.
    """
    body = await read_body(request)
    row = context.draft(number_of(request))
    if needs_current and (row.lock, row.sha or "") != (body.pop("lock", None), body.pop("sha", None)):
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


async def read_body(request: Request) -> dict[str, Any]:
    """The JSON object in the body of a request.

    Raises:
        UsageError: the body is not a JSON object.
    """
    try:
        body = await request.json()
    except (ValueError, RecursionError) as error:
        raise UsageError("The request is not JSON.") from error
    if not isinstance(body, dict):
        raise UsageError("The request is not a JSON object.")
    return body


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


def text_of(body: dict[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str):
        raise UsageError(f"{name} is missing")
    return value


def _changes(body: dict[str, Any]) -> dict[str, str | bool]:
    """The values of the fields in a request.

    Raises:
        UsageError: a value has the wrong type.
    """
    changes: dict[str, str | bool] = {}
    for name in FIELDS:
        if name not in body:
            continue
        value = body[name]
        if not isinstance(value, bool if name in _CHECKBOXES else str):
            raise UsageError(f"{name} has the wrong type")
        changes[name] = value
    return changes
