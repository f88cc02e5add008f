"""What reviewers do: each POST calls one workflow, and answers where to go next and what to say there.

A request names the draft as the reviewer saw it (``lock`` and ``sha``); what changed meanwhile is refused by the
workflow, never overwritten.
"""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from generator.content.checks.places import findings_in_file
from generator.content.display import plural
from generator.content.frontmatter import read
from generator.content.markdown.line_breaks import decode
from generator.errors import FrontMatterError, UsageError
from generator.store.ledger.drafts import DraftRow, StaleDraft
from generator.web.article_page import findings_and_html
from generator.web.context import NotFound, PageContext, number_of, reviewer_of
from generator.web.pages import clean_drafts
from generator.web.queue import QueueQuery
from generator.workflows.draft_files.checker import CheckedFile
from generator.workflows.draft_files.importer import EditImporter
from generator.workflows.review.decisions import DraftDecisions
from generator.workflows.review.draft_view import search_result_of
from generator.workflows.review.editor import FIELDS, DraftEditor
from generator.workflows.review.revisions import DraftRevisions

_CHECKBOXES = frozenset({"no_index"})


class Actions:
    """Answers to POST."""

    def __init__(self, context: PageContext) -> None:
        self._context = context
        self._services = context.services

    async def approve(self, request: Request) -> Response:
        """Approve a draft."""
        row, _ = await self._seen(request)
        ahead = self._ahead(request, row)
        DraftDecisions(self._services).approve(row, who=reviewer_of(request))
        return done(ahead, f"Approved: {row.question}", undo=True)

    async def reject(self, request: Request) -> Response:
        """Reject a draft with a ``reason``."""
        row, body = await self._seen(request)
        ahead = self._ahead(request, row)
        DraftDecisions(self._services).reject(row, reason=_text(body, "reason"), who=reviewer_of(request))
        return done(ahead, f"Rejected: {row.question}", undo=True)

    async def allow(self, request: Request) -> Response:
        """Have a near duplicate drafted anyway."""
        row, _ = await self._seen(request)
        # It stays in its list, so that there is no way back to those before it.
        ahead = self._ahead(request, row, back=False)
        DraftDecisions(self._services).allow(row, who=reviewer_of(request))
        return done(ahead, f"To be drafted anyway: {row.question}", undo=True)

    async def approve_clean(self, request: Request) -> Response:
        """Approve the drafts of a list that no rule objects to, as one decision."""
        query = QueueQuery.read(request.query_params)
        rows = clean_drafts(self._services, query)
        result = DraftDecisions(self._services).approve_clean(rows, who=reviewer_of(request))
        text = " ".join((f"Approved {plural(len(result.decided), 'clean draft')}.", *result.left[:3]))
        return done(f"/{query.string(page=1)}", text, undo=bool(result.decided))

    async def refresh(self, request: Request) -> Response:
        """Import what a person did to the draft's file."""
        row = self._context.draft(number_of(request))
        after = EditImporter(self._services).sync(row)
        text = "Shown as the file is now." if after.version != row.version else "The file is as it was."
        return done(f"/drafts/{row.id}{QueueQuery.read(request.query_params).string()}", text)

    async def check(self, request: Request) -> Response:
        """What the draft would be with these values; nothing is saved."""
        row, body = await self._seen(request, strict=False)
        checked = DraftEditor(self._services).preview(row, _changes(body))
        return JSONResponse(self._live(checked))

    async def save(self, request: Request) -> Response:
        """Save changed fields."""
        row, body = await self._seen(request)
        after = DraftEditor(self._services).save_fields(row, _changes(body), who=reviewer_of(request))
        text = "Nothing was changed." if after.version == row.version else "Saved."
        if after.key != row.key:
            text = f"Saved; its address is now {after.key}."
        return done(f"/drafts/{row.id}{QueueQuery.read(request.query_params).string()}", text)

    async def revise(self, request: Request) -> Response:
        """Ask the model to revise a draft as a ``comment`` says."""
        row, body = await self._seen(request)
        ahead = self._ahead(request, row)
        revision = await self._context.worker.revise(row, _text(body, "comment"), reviewer_of(request))
        here = f"/drafts/{row.id}{QueueQuery.read(request.query_params).string()}"
        if revision.state == "proposed":
            return done(here, "This was asked before: the revision is here.")
        return done(ahead if "/drafts/" in ahead else here, f"The model was asked to revise: {row.question}")

    async def revision(self, request: Request) -> Response:
        """Take over the fields named in ``take`` of a revision; none keeps the old text."""
        row, body = await self._seen(request)
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
        text = "Taken over." if names else "The old text stays."
        return done(f"/drafts/{row.id}{QueueQuery.read(request.query_params).string()}", text)

    # inside

    async def _seen(self, request: Request, *, strict: bool = True) -> tuple[DraftRow, dict[str, Any]]:
        """The draft as the reviewer saw it, and what else they sent."""
        body = await body_of(request)
        row = self._context.draft(number_of(request))
        if strict and (row.lock, row.sha or "") != (body.pop("lock", None), body.pop("sha", None)):
            raise StaleDraft("It was changed meanwhile. Look at it again.")
        return row, body

    def _ahead(self, request: Request, row: DraftRow, *, back: bool = True) -> str:
        """The next draft of the queue, else with ``back`` the one before, else the queue.

        To be asked before the draft changes.
        """
        query = QueueQuery.read(request.query_params)
        beside = self._services.draft_queue.neighbours(
            query.filter, row, sort=query.order.sort, descending=query.order.descending
        )
        following = beside.next or (beside.previous if back else None)
        return f"/drafts/{following}{query.string()}" if following else f"/{query.string()}"

    def _live(self, checked: CheckedFile) -> dict[str, Any]:
        """What the edit form shows while the reviewer types."""
        try:
            document = read(checked.data)
        except FrontMatterError:
            document = None
        answer = decode(document.get("answer", "")) if document else ""
        findings, html = findings_and_html(findings_in_file(checked.findings, answer), answer)
        search = search_result_of(document, self._services.settings) if document else None
        return {
            "findings": self._context.fragment("findings.html", {"findings": findings, "editing": True}),
            "search": self._context.fragment("search.html", {"search": search}),
            "answer": html,
            "moved": f"Its address becomes {checked.key}" if checked.is_moved else "",
            "state": checked.state,
        }


async def body_of(request: Request) -> dict[str, Any]:
    """The JSON object that was sent.

    Raises:
        UsageError: it is none.
    """
    try:
        body = await request.json()
    except (ValueError, RecursionError) as error:
        raise UsageError("That is not JSON.") from error
    if not isinstance(body, dict):
        raise UsageError("That is not a JSON object.")
    return body


def done(go: str, message: str, *, undo: bool = False, item: int | None = None) -> Response:
    """Where to go next, what to say there, and which item of the list there to choose."""
    return JSONResponse({"go": go, "message": message, "undo": undo, "item": item})


def _text(body: dict[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str):
        raise UsageError(f"{name} is missing")
    return value


def _changes(body: dict[str, Any]) -> dict[str, str | bool]:
    """The values of fields that were sent, each of its type."""
    changes: dict[str, str | bool] = {}
    for name in FIELDS:
        if name not in body:
            continue
        value = body[name]
        if not isinstance(value, bool if name in _CHECKBOXES else str):
            raise UsageError(f"{name} is not what it should be")
        changes[name] = value
    return changes
