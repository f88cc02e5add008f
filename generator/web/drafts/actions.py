"""The actions on drafts: each POST request calls one workflow and replies with the next address and a message.

A request has the ``lock`` and the ``sha`` of the draft that the reviewer saw. If the draft changed since, the request
is refused and nothing is overwritten.
"""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from generator.content.display import plural
from generator.errors import UsageError
from generator.store.ledger.drafts.rows import DraftRow, StaleDraft
from generator.store.ledger.row_versions import require_as_seen
from generator.web.actions import action_reply, next_address, row_and_body
from generator.web.context import NotFound, PageContext, number_of, query_of, reviewer_of, viewer_of
from generator.web.drafts.edit_preview import edit_preview
from generator.web.queue.page import clean_drafts
from generator.web.request_fields import (
    flag_in,
    form_number_in,
    read_body,
    text_of,
    texts_in,
)
from generator.workflows.draft_files.importer import EditImporter
from generator.workflows.review.decisions.decisions import DraftDecisions, NotApprovable
from generator.workflows.review.editing.editor import FIELDS, DraftEditor
from generator.workflows.review.editing.revisions import DraftRevisions

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
        """Approve the clean drafts of a list as one decision, if they are still those that the page showed (``seen``)."""
        body, query = await read_body(request), query_of(request)
        rows = clean_drafts(self._services, query)
        if "seen" in body:
            require_as_seen(rows, text_of(body, "seen"), StaleDraft)
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
        check, who = DraftEditor(self._services).prepared(row, _changes(body)), reviewer_of(request)
        checked = await self._context.heavy.run(who, check)
        return JSONResponse(await edit_preview(self._context, row, checked, who))

    async def save(self, request: Request) -> Response:
        """Save changed fields, and with ``approve`` also approve the draft, if nothing is in the way."""
        row, body = await row_and_body(self._context, request)
        next_address, who = self._next_address(request, row), reviewer_of(request)
        changes, approves, editor = _changes(body), flag_in(body, "approve"), DraftEditor(self._services)
        checked = await self._context.heavy.run(who, editor.prepared(row, changes))
        after = editor.save_fields(row, changes, who=who, checked=checked)
        changed = after.version != row.version
        may_decide = viewer_of(request).may_decide
        text = "Saved." if changed else "Nothing was changed."
        if after.key != row.key:
            text = f"Saved. The address is now {after.key}."
        own_address = f"/drafts/{row.id}{query_of(request).string()}"
        if not approves:
            return action_reply(own_address, text, undo=changed and may_decide)
        if not may_decide:
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
        return action_reply(f"/drafts/{row.id}{query_of(request).string()}", text, undo=True)

    def _next_address(self, request: Request, row: DraftRow, *, or_previous: bool = True) -> str:
        return next_address(self._services, request, row, or_previous=or_previous)


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
