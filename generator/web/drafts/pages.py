"""The pages about one draft: the draft, its edit form, and its revision. A GET request changes nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from generator.content.display import in_words, plural
from generator.content.drafts.revision import FieldChange
from generator.content.language.word_diff import word_diff
from generator.content.review.reviewers import Reviewer
from generator.content.states import EDITABLE, TRANSITIONS, JobState
from generator.store.ledger.drafts.revisions import Revision
from generator.store.ledger.drafts.rows import DraftRow
from generator.store.ledger.pages import draft_page
from generator.web.collaboration.draft_status import draft_status
from generator.web.context import NotFound, PageContext, number_of, query_of, viewer_of
from generator.web.drafts.article_page import ArticlePage, article_page, field_name, number_findings
from generator.web.drafts.edit_preview import counts_by_field
from generator.web.drafts.field_diff import FieldDiff
from generator.web.drafts.without_article_view import without_article
from generator.web.permissions import may_edit, may_see
from generator.web.queue.page import assignees, current_counts, is_allowed
from generator.web.samples.sampled_draft import sampled_draft
from generator.workflows.claims.view import present_claims, required_claims
from generator.workflows.draft_files.importer import EditImporter
from generator.workflows.pages.page import texts_of_file
from generator.workflows.review.decisions.later import CAN_WAIT
from generator.workflows.review.editing.revisions import DraftRevisions
from generator.workflows.review.reading import reading_state, required_release
from generator.workflows.review.team.comments import COMMENT_FIELDS, MAX_CHARS
from generator.workflows.review.views.draft_view import DraftViews, SimilarArticle, similar_article
from generator.workflows.review.views.nearest_articles import nearest_articles


@dataclass(frozen=True, slots=True)
class AllowedActions:
    """The actions that the state of a draft allows."""

    approve: bool
    reject: bool
    allow: bool
    edit: bool
    revise: bool

    def of(self, viewer: Reviewer, *, may_edit: bool) -> "AllowedActions":
        """Those of them that the reviewer's role allows; ``may_edit`` as :func:`generator.web.permissions.may_edit`."""
        if viewer.may_decide:
            return self
        return AllowedActions(
            approve=False,
            reject=False,
            allow=False,
            edit=self.edit and may_edit,
            revise=False,
        )


class DraftPages:
    """Handles the GET requests about drafts."""

    def __init__(self, context: PageContext) -> None:
        self._context = context
        self._services = context.services

    async def draft(self, request: Request) -> Response:
        """One draft."""
        query, viewer = query_of(request), viewer_of(request)
        row = self._context.draft(number_of(request))
        job = self._services.ledger.jobs.states_of([row.job]).get(row.job)
        shown, rewritten = await self._article(row, viewer.name)
        revision = _open_revision(shown.view.revisions)
        queue = self._services.draft_queue
        order: Any = {"sort": query.order.sort, "descending": query.order.descending}
        beside = queue.neighbours(query.filter, row, **order)
        return self._context.page(
            request,
            "article.html",
            "drafts",
            {
                "query": query,
                "page": shown,
                "must_be_read": required_release(
                    self._services.settings, self._services.subjects, row.subject
                )
                == "read",
                "reading": reading_state(self._services, row, viewer.name)
                if row.sha is not None and row.state in EDITABLE
                else None,
                "rewritten": rewritten,
                "beside": beside,
                "place": queue.place(query.filter, row, **order),
                "back": query.at(row.id, beside.next, beside.previous),
                "aside": self._services.set_aside.of([row.id]).get(row.id),
                "can_wait": row.state in CAN_WAIT,
                "can": _allowed_actions(row, job, open_claims=shown.open_claims).of(
                    viewer, may_edit=may_edit(self._context, viewer, row)
                ),
                "is_allowed": is_allowed(row, job),
                "similar_article": self._resembled(row, viewer),
                "nearest": nearest_articles(self._services, row),
                "is_edited_on_disk": EditImporter(self._services).is_edited(row),
                "revision": revision,
                "is_waiting": revision is not None and revision.state == "asked",
                "reasons": self._services.settings.review.reasons,
                "assignment": self._services.assignments.of([row.id]).get(row.id),
                "assignees": assignees(self._services, viewer),
                "comments": self._services.comments.of(row.id),
                "comment_fields": [(name, field_name(name)) for name in COMMENT_FIELDS],
                "comment_limit": MAX_CHARS,
                "field_label": field_name,
                "sample": sampled_draft(self._services, row),
                "without": without_article(self._services, row),
                "editing": False,
            },
        )

    async def edit(self, request: Request) -> Response:
        """The edit form of a draft."""
        if self._context.access.read_only:
            raise NotFound("Nothing can be edited: this page was opened with --read-only.")
        row = self._context.draft(number_of(request))
        if row.sha is None or row.state not in EDITABLE:
            raise NotFound(f"A draft that is {in_words(row.state)} cannot be edited.")
        shown, _ = await self._article(row, viewer_of(request).name)
        view = shown.view
        if view.document is None:
            raise NotFound(f"The file of this draft cannot be read. Repair it in a text editor: {row.path}")
        names = list(self._services.subjects.names)
        if view.get("subject") not in names:
            names.insert(0, view.get("subject"))
        return self._context.page(
            request,
            "edit.html",
            "drafts",
            {
                "query": query_of(request),
                "view": view,
                "page": shown,
                "counts": counts_by_field(shown.findings, shown.claims),
                "subjects": names,
            },
        )

    async def revision(self, request: Request) -> Response:
        """The comparison of a draft with its revision."""
        row = self._context.draft(number_of(request))
        revision = _open_revision(self._services.revisions.of(row.id))
        if revision is None or revision.state != "proposed":
            raise NotFound("There is no revision of this draft to compare.")
        changes = DraftRevisions(self._services).changes(revision)
        return self._context.page(
            request,
            "revision.html",
            "drafts",
            {
                "query": query_of(request),
                "row": row,
                "revision": revision,
                "is_stale": revision.basis != row.sha,
                "fields": await self._context.heavy.run(viewer_of(request).name, lambda: _diffs(changes)),
                "findings": number_findings(revision.findings),
                "editing": False,
            },
        )

    async def find(self, request: Request) -> Response:
        """Redirect from ``subject/slug`` to the page of the draft. One that the reviewer must not see is not found."""
        name, viewer = f"{request.path_params['subject']}/{request.path_params['slug']}", viewer_of(request)
        found = [row for row in self._services.drafts.named(name) if may_see(self._context, viewer, row.id)]
        if not found:
            raise NotFound("There is no draft with this address.")
        return RedirectResponse(f"/drafts/{found[0].id}", status_code=303)

    async def status(self, request: Request) -> Response:
        """The values that can change after a page was loaded: counts, running work, the state of a revision."""
        query = query_of(request)
        values: dict[str, Any] = {
            "counts": current_counts(self._services, query),
            "line": self._running_work(),
        }
        if request.query_params.get("draft", "").isdecimal():
            row = self._context.draft(int(request.query_params["draft"][:18]))
            if may_see(self._context, viewer_of(request), row.id):
                revision = _open_revision(self._services.revisions.of(row.id))
                values["revision"] = revision.state if revision else None
                values["draft"] = draft_status(self._context, request, row)
        return JSONResponse(values)

    async def _article(self, row: DraftRow, reviewer: str) -> tuple[ArticlePage, list[FieldDiff]]:
        """The values of a draft's page, and how a rewrite differs from its page."""
        view = DraftViews(self._services).view(row)
        claims = self._services.claims.of(draft_page(row.job))
        required = required_claims(self._services, row.subject)

        def compute() -> tuple[ArticlePage, list[FieldDiff]]:
            texts = texts_of_file(view.data) if view.data is not None else None
            present = present_claims(texts, claims) if texts is not None else []
            return article_page(view, present, required), _diffs(view.rewrite.changes if view.rewrite else ())

        return await self._context.heavy.run(reviewer, compute)

    def _running_work(self) -> str:
        jobs = self._services.ledger.jobs.count_open(helpers=False)
        parts = []
        claimed = jobs.get("claimed", 0)
        if claimed:
            parts.append(f"{plural(claimed + jobs.get('planned', 0), 'question')} being drafted")
        queued = self._services.ledger.redrafts.queued_count()
        if queued:
            parts.append(f"{plural(queued, 'question')} queued: generator redraft")
        if self._context.worker.waiting:
            parts.append(f"{plural(self._context.worker.waiting, 'revision')} requested")
        if self._context.worker.problem:
            parts.append(f"the model cannot be asked: {self._context.worker.problem}")
        return " · ".join(parts)

    def _resembled(self, row: DraftRow, viewer: Reviewer) -> SimilarArticle | None:
        """The article because of which a near duplicate was not drafted; None for a draft that the reviewer must not see."""
        if row.state != "near_duplicate":
            return None
        services = self._services
        found = similar_article(row, services.ledger, services.drafts, services.index)
        is_hidden = (
            found is not None and found.draft is not None and not may_see(self._context, viewer, found.draft)
        )
        return None if is_hidden else found


def _open_revision(found: Sequence[Revision]) -> Revision | None:
    """The newest of a draft's revisions if it is requested, proposed or failed, else None."""
    newest = found[-1] if found else None
    return newest if newest is not None and newest.state in {"asked", "proposed", "failed"} else None


def _diffs(changes: Iterable[FieldChange]) -> list[FieldDiff]:
    """Changes of fields, word by word."""
    return [
        FieldDiff(change.field, field_name(change.field), word_diff(change.old, change.new))
        for change in changes
    ]


def _allowed_actions(row: DraftRow, job: JobState | None, *, open_claims: int) -> AllowedActions:
    has_text = row.sha is not None
    return AllowedActions(
        approve=has_text
        and row.state != "approved"
        and "approved" in TRANSITIONS[row.state]
        and not row.errors
        and not open_claims,
        reject=row.state != "rejected" and "rejected" in TRANSITIONS[row.state],
        allow=row.state == "near_duplicate" and job == "held",
        edit=has_text and row.state in EDITABLE,
        revise=has_text and row.state in EDITABLE,
    )
