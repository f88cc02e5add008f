"""The page that publishes: it shows a plan first, publishes exactly the drafts of the plan, and commits what is published."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from generator.content.display import plural
from generator.content.frontmatter import read
from generator.content.language.word_diff import DiffSegment, word_diff
from generator.content.markdown.answer import decode
from generator.store.ledger.drafts.rows import DraftRow, StaleDraft
from generator.store.ledger.queue.queue_filter import QueueFilter
from generator.web.actions import action_reply
from generator.web.context import NotFound, PageContext, reviewer_of
from generator.web.drafts.article_page import field_name
from generator.web.request_fields import MOST_ITEMS, flag_in, locks_in, numbers_in, read_body
from generator.workflows.publish.commits import PublicationCommits, Uncommitted
from generator.workflows.publish.plan import PlannedArticle
from generator.workflows.publish.publisher import Publisher, PublishReport
from generator.workflows.review.views.draft_view import DraftViews
from generator.workflows.site.git import Checkout, GitError

MOST_DIFFS = 100
_WITH_COLUMN = frozenset({"id", "date", "related"})
"""The assigned values that the plan shows in columns of their own."""


class PlannedFile(NamedTuple):
    """One line of the plan.

    Args:
        words: in the answer.
        related: the titles of the related articles.
        values: the other values that publishing assigns, by field: old and new.
        diff: the changes of a page that the draft replaces, by the name of the field; empty for a new article and after
            the first ``MOST_DIFFS`` pages.
    """

    item: PlannedArticle
    words: int
    related: list[str]
    values: dict[str, tuple[str, str]]
    diff: list[tuple[str, list[DiffSegment]]]


class PublishPages:
    """Handles the requests about publishing."""

    def __init__(self, context: PageContext) -> None:
        self._context = context
        self._services = context.services

    async def show(self, request: Request) -> Response:
        """The approved drafts, and what was published without a commit."""
        if self._context.access.read_only:
            raise NotFound("Nothing can be published: this page was opened with --read-only.")
        approved = QueueFilter(states=("approved", "publishing"))
        rows = self._services.draft_queue.page(approved, limit=MOST_ITEMS)
        checkout = Checkout.find(self._services.settings.content_dir)
        return self._context.page(
            request,
            "publish.html",
            "publish",
            {
                "rows": rows,
                "subjects": sorted(Counter(row.subject or "" for row in rows).items()),
                "total": self._services.draft_queue.count(approved),
                "content_dir": self._services.settings.content_dir,
                "branch": None if checkout is None else checkout.branch() or "the detached HEAD",
                "uncommitted": Uncommitted()
                if checkout is None
                else PublicationCommits(self._services, checkout).pending(),
            },
        )

    async def plan(self, request: Request) -> Response:
        """The plan for publishing these drafts. No article is written."""
        numbers = numbers_in(await read_body(request), "drafts")
        found = (self._services.drafts.find(number) for number in numbers)
        rows = [row for row in found if row is not None]
        report = Publisher(self._services).preview(rows)
        files = self._planned_files(report)
        values = {
            "report": report,
            "files": files,
            "subjects": sorted(Counter(file.item.row.subject or "" for file in files).items()),
        }
        return JSONResponse(
            {
                "plan": self._context.fragment("plan.html", values),
                "seen": [[item.row.id, item.row.lock] for item in report.planned],
            }
        )

    async def publish(self, request: Request) -> Response:
        """Publish the drafts of a plan, and with ``commit`` commit their files.

        Raises:
            UsageError: the request does not say which version of each draft the plan showed.
            StaleDraft: one of them was changed since; nothing is published.
        """
        body = await read_body(request)
        rows = self._as_planned(locks_in(body, "seen"))
        report = Publisher(self._services).publish(
            rows, who=reviewer_of(request), commit=flag_in(body, "commit")
        )
        text = f"Published {plural(len(report.published) + len(report.finished), 'article')}."
        text = " ".join((text, *_commit_lines(report.commit, report.commit_error, report.uncommitted)))
        if report.refused:
            text += " Not published: " + "; ".join(
                f"{item.key}: {item.reason}" for item in report.refused[:5]
            )
        return action_reply("/publish" if report.needs_person else "/?state=published", text)

    async def commit(self, request: Request) -> Response:
        """Commit what was published and is not committed yet."""
        await read_body(request)
        checkout = Checkout(self._services.settings.content_dir)
        done = PublicationCommits(self._services, checkout).commit()
        if done.error is not None:
            raise GitError(done.error)
        lines = _commit_lines(done.hash, None, done.uncommitted) or ["Everything was committed already."]
        return action_reply("/publish", " ".join(lines))

    def _planned_files(self, report: PublishReport) -> list[PlannedFile]:
        with_diff = {item.row.id for item in report.planned if item.row.replaces}
        with_diff = set(sorted(with_diff)[:MOST_DIFFS])
        return [
            PlannedFile(
                item,
                len(decode(document.get("answer", "")).split()),
                [link.title for link in document.related],
                {name: pair for name, pair in item.changes.items() if name not in _WITH_COLUMN},
                self._diff(item.row) if item.row.id in with_diff else [],
            )
            for item in report.planned
            for document in [read(item.data)]
        ]

    def _diff(self, row: DraftRow) -> list[tuple[str, list[DiffSegment]]]:
        """The changes of the page that a rewrite replaces, by the name of the field."""
        rewrite = DraftViews(self._services).view(row).rewrite
        changes = rewrite.changes if rewrite else ()
        return [(field_name(change.field), word_diff(change.old, change.new)) for change in changes]

    def _as_planned(self, seen: dict[int, int]) -> list[DraftRow]:
        """The drafts with these numbers. Raises StaleDraft unless all have the locks that the plan showed."""
        found = [self._services.drafts.find(number) for number in seen]
        rows = [row for row in found if row is not None]
        if {row.id: row.lock for row in rows} != seen:
            raise StaleDraft("Some of these drafts were changed since the plan was shown. Show it again.")
        return rows


def _commit_lines(commit: str | None, error: str | None, uncommitted: Sequence[str]) -> list[str]:
    """What became of the commit, in sentences."""
    lines = []
    if commit:
        lines.append(f"Committed as {commit[:10]}.")
    if error:
        lines.append(f"Not committed: {error}.")
    if uncommitted:
        lines.append(
            f"Left out of the commit, because somebody has changed them: {', '.join(uncommitted[:5])}."
        )
    return lines
