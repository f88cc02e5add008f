"""The pages about drafts: the queue, one draft, its edit form, and its revision. A GET request changes nothing."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from generator.content.checks import RULES
from generator.content.display import in_words, plural
from generator.content.drafts.revision import FieldChange
from generator.content.language.word_diff import DiffSegment, word_diff
from generator.content.question_details import QuestionDetails
from generator.content.states import EDITABLE, TRANSITIONS, JobState
from generator.services import Services
from generator.store.ledger.drafts import DraftRow
from generator.store.ledger.pages import draft_page
from generator.store.ledger.revisions import Revision, RevisionState
from generator.web.article_page import ArticlePage, ShownFinding, article_page, field_name, number_findings
from generator.web.context import NotFound, PageContext, number_of, reviewer_of
from generator.web.queue import ORDERS, PAGE_SIZE, TABS, QueueQuery, page_count, tab_counts
from generator.web.without_article_view import without_article
from generator.workflows.claims.view import present_claims, required_claims
from generator.workflows.draft_files.importer import EditImporter
from generator.workflows.pages.page import texts_of_file
from generator.workflows.review.draft_view import DraftViews, SimilarArticle, similar_article
from generator.workflows.review.nearest_articles import nearest_articles
from generator.workflows.review.revisions import DraftRevisions

FINDINGS_IN_LIST = 3
MOST_CLEAN_DRAFTS = 200
REJECTION_REASONS = (
    "Wrong",
    "Does not answer the question",
    "Too shallow",
    "Already answered",
    "Bad writing",
    "Not for this site",
)


class QueueItem(NamedTuple):
    """One line of the queue: a draft with its first findings; ``more`` counts the others.

    ``is_allowed`` is whether it is a near duplicate that the next run will draft. ``revision`` is the state of the
    draft's open revision. ``details`` is what the list says about the question, None without it.
    """

    row: DraftRow
    findings: tuple[ShownFinding, ...]
    more: int
    is_allowed: bool
    revision: RevisionState | None
    details: QuestionDetails | None


@dataclass(frozen=True, slots=True)
class AllowedActions:
    """The actions that the state of a draft allows."""

    approve: bool
    reject: bool
    allow: bool
    edit: bool
    revise: bool


@dataclass(frozen=True, slots=True)
class FieldDiff:
    """The change of one field, of a draft by a revision or of a published page by a rewrite."""

    name: str
    label: str
    segments: list[DiffSegment]


class DraftPages:
    """Handles the GET requests about drafts."""

    def __init__(self, context: PageContext) -> None:
        self._context = context
        self._services = context.services

    async def queue(self, request: Request) -> Response:
        """The list of drafts."""
        query = QueueQuery.read(request.query_params)
        counts = tab_counts(self._services.draft_queue.counts(query.filter))
        total = counts[query.tab.name]
        query = replace(query, page=min(query.page, page_count(total)))
        rows = self._services.draft_queue.page(
            query.filter,
            sort=query.order.sort,
            descending=query.order.descending,
            limit=PAGE_SIZE,
            offset=(query.page - 1) * PAGE_SIZE,
        )
        return self._context.page(
            request,
            "queue.html",
            "drafts",
            {
                "query": query,
                "unfiltered": QueueQuery(tab=query.tab, order=query.order).string(),
                "tabs": TABS,
                "orders": ORDERS,
                "counts": counts,
                "total": total,
                "rows": self._items(rows),
                "first": (query.page - 1) * PAGE_SIZE + 1,
                "page_count": page_count(total),
                "choices": self._choices(),
                "has_dates": self._services.ledger.question_details.has_dates(),
                "clean": self._clean_count(query),
            },
        )

    async def draft(self, request: Request) -> Response:
        """One draft."""
        query = QueueQuery.read(request.query_params)
        row = self._context.draft(number_of(request))
        revision = self._revision(row)
        job = self._services.ledger.jobs.states_of([row.job]).get(row.job)
        shown, rewritten = await self._article(row, reviewer_of(request))
        return self._context.page(
            request,
            "article.html",
            "drafts",
            {
                "query": query,
                "page": shown,
                "rewritten": rewritten,
                "beside": self._services.draft_queue.neighbours(
                    query.filter, row, sort=query.order.sort, descending=query.order.descending
                ),
                "can": _allowed_actions(row, job, open_claims=shown.open_claims),
                "is_allowed": _is_allowed(row, job),
                "similar_article": self._resembled(row),
                "nearest": nearest_articles(self._services, row),
                "is_edited_on_disk": EditImporter(self._services).is_edited(row),
                "revision": revision,
                "is_waiting": revision is not None and revision.state == "asked",
                "reasons": REJECTION_REASONS,
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
        view = DraftViews(self._services).view(row)
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
                "query": QueueQuery.read(request.query_params),
                "view": view,
                "page": await self._context.heavy.run(reviewer_of(request), lambda: article_page(view)),
                "subjects": names,
            },
        )

    async def revision(self, request: Request) -> Response:
        """The comparison of a draft with its revision."""
        row = self._context.draft(number_of(request))
        revision = self._revision(row)
        if revision is None or revision.state != "proposed":
            raise NotFound("There is no revision of this draft to compare.")
        changes = DraftRevisions(self._services).changes(revision)
        return self._context.page(
            request,
            "revision.html",
            "drafts",
            {
                "query": QueueQuery.read(request.query_params),
                "row": row,
                "revision": revision,
                "is_stale": revision.basis != row.sha,
                "fields": await self._context.heavy.run(reviewer_of(request), lambda: _diffs(changes)),
                "findings": number_findings(revision.findings),
                "editing": False,
            },
        )

    async def find(self, request: Request) -> Response:
        """Redirect from ``subject/slug`` to the page of the draft."""
        found = self._services.drafts.named(f"{request.path_params['subject']}/{request.path_params['slug']}")
        if not found:
            raise NotFound("There is no draft with this address.")
        return RedirectResponse(f"/drafts/{found[0].id}", status_code=303)

    async def status(self, request: Request) -> Response:
        """The values that can change after a page was loaded: counts, running work, the state of a revision."""
        query = QueueQuery.read(request.query_params)
        values: dict[str, Any] = {
            "counts": tab_counts(self._services.draft_queue.counts(query.filter)),
            "line": self._running_work(),
        }
        if request.query_params.get("draft", "").isdecimal():
            row = self._context.draft(int(request.query_params["draft"][:18]))
            revision = self._revision(row)
            values["revision"] = revision.state if revision else None
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

    def _items(self, rows: list[DraftRow]) -> list[QueueItem]:
        found = self._context.services.drafts.versions.findings(
            [row.id for row in rows if row.errors or row.warnings]
        )
        near = [row.job for row in rows if row.state == "near_duplicate"]
        jobs = self._services.ledger.jobs.states_of(near) if near else {}
        revisions = self._services.revisions.open_states()
        details = self._services.ledger.question_details.of_jobs([row.job for row in rows])
        items = []
        for row in rows:
            findings = number_findings(found.get(row.id, ()))
            items.append(
                QueueItem(
                    row,
                    findings[:FINDINGS_IN_LIST],
                    max(0, len(findings) - FINDINGS_IN_LIST),
                    _is_allowed(row, jobs.get(row.job)),
                    revisions.get(row.id),
                    details.get(row.job),
                )
            )
        return items

    def _choices(self) -> dict[str, list[tuple[str, str]]]:
        queue = self._services.draft_queue
        rules = {
            code: f"{RULES[code].title if code in RULES else code} ({count:,})"
            for code, count in queue.rules().items()
        }
        return {
            "subjects": [(name, f"{name} ({count:,})") for name, count in sorted(queue.subjects().items())],
            "rules": sorted(rules.items(), key=lambda pair: pair[1]),
            "models": [(name, f"{name} ({count:,})") for name, count in queue.models().items()],
            "owners": [(name, f"{name} ({count:,})") for name, count in queue.owners().items()],
            "priorities": [(name, f"{name} ({count:,})") for name, count in queue.priorities().items()],
            "runs": [
                (str(number), f"{number}: {command}, {at[:16].replace('T', ' ')}")
                for number, command, at in queue.runs()
            ],
        }

    def _clean_count(self, query: QueueQuery) -> int:
        """The number of drafts that a bulk approval of the list would approve."""
        return 0 if self._context.access.read_only else len(clean_drafts(self._services, query))

    def _revision(self, row: DraftRow) -> Revision | None:
        """The newest revision if it is requested, proposed or failed, else None."""
        found = self._services.revisions.of(row.id)
        newest = found[-1] if found else None
        return newest if newest is not None and newest.state in {"asked", "proposed", "failed"} else None

    def _resembled(self, row: DraftRow) -> SimilarArticle | None:
        """The article because of which a near duplicate was not drafted."""
        if row.state != "near_duplicate":
            return None
        services = self._services
        return similar_article(row, services.ledger, services.drafts, services.index)


def _diffs(changes: Iterable[FieldChange]) -> list[FieldDiff]:
    """Changes of fields, word by word."""
    return [
        FieldDiff(change.field, field_name(change.field), word_diff(change.old, change.new))
        for change in changes
    ]


def clean_drafts(services: Services, query: QueueQuery) -> list[DraftRow]:
    """The drafts that a bulk approval of the list approves: those without a finding and without an open revision."""
    if query.tab.name != "review":
        return []
    rows = services.draft_queue.page(query.filter, sort="findings", limit=MOST_CLEAN_DRAFTS)
    open_revisions = services.revisions.open_states()
    return [row for row in rows if row.is_clean and row.id not in open_revisions]


def _is_allowed(row: DraftRow, job: JobState | None) -> bool:
    """Whether the draft is a near duplicate that the next run will draft."""
    return row.state == "near_duplicate" and job in ("planned", "claimed", "batched")


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
