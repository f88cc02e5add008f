"""The page of the review queue: one page of the list of drafts, with its filters. A GET request changes nothing."""

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from generator.content.checks import RULES
from generator.content.questions.details import QuestionDetails
from generator.content.review.reviewers import Reviewer
from generator.content.states import JobState
from generator.services import Services
from generator.store.ledger.drafts.revisions import RevisionState
from generator.store.ledger.drafts.rows import DraftRow
from generator.store.ledger.queue.draft_texts import Excerpt
from generator.store.ledger.queue.set_aside import SetAsideRow
from generator.store.ledger.row_versions import digest_of, versions_of
from generator.store.ledger.team.assignments import Assignment
from generator.store.ledger.team.comments import OpenComments
from generator.web.context import PageContext, query_of, viewer_of
from generator.web.drafts.article_page import ShownFinding, number_findings
from generator.web.queue.query import NOBODY, ORDERS, PAGE_SIZE, TABS, QueueQuery, page_count, tab_counts
from generator.web.request_fields import MOST_NUMBER
from generator.workflows.review.team.holds import open_holds

FINDINGS_IN_LIST = 3
MOST_CLEAN_DRAFTS = 200
_MOST_PLACES = 3


class QueueItem(NamedTuple):
    """One line of the queue: a draft with its first findings; ``more`` counts the others.

    ``is_allowed`` is whether it is a near duplicate that the next run will draft. ``revision`` is the state of the
    draft's open revision. ``details`` is what the list says about the question, None without it. ``excerpt`` is where
    the draft has what was searched for, None without a search. ``aside`` is None for a draft that is not set aside.
    ``assigned`` and ``comments`` are None where nobody has it, and without open comments.
    """

    row: DraftRow
    findings: tuple[ShownFinding, ...]
    more: int
    is_allowed: bool
    revision: RevisionState | None
    details: QuestionDetails | None
    excerpt: Excerpt | None
    aside: SetAsideRow | None
    assigned: Assignment | None
    comments: OpenComments | None


class QueuePage:
    """Handles the GET requests about the queue."""

    def __init__(self, context: PageContext) -> None:
        self._context = context
        self._services = context.services

    async def show(self, request: Request) -> Response:
        """The list of drafts."""
        query, viewer = query_of(request), viewer_of(request)
        counts = current_counts(self._services, query)
        total = counts[query.tab.name]
        index = self._index(query, request.query_params, total)
        page = query.page if index is None else index // PAGE_SIZE + 1
        query = replace(query, page=min(page, page_count(total)))
        people = assignees(self._services, viewer) if viewer.sees_all else []
        may_decide = viewer.may_decide and not self._context.access.read_only
        clean = clean_drafts(self._services, query) if may_decide else []
        # Before the rows: what another process changes in between must not look as if it was shown.
        seen = digest_of(self._services.draft_queue.versions(query.filter)) if may_decide else ""
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
                "seen": seen,
                "rows": self._items(rows, query),
                "current": None
                if index is None or not rows
                else rows[min(index % PAGE_SIZE, len(rows) - 1)].id,
                "first": (query.page - 1) * PAGE_SIZE + 1,
                "page_count": page_count(total),
                "choices": self._choices(people),
                "has_dates": self._services.ledger.question_details.has_dates(),
                "clean": len(clean),
                "clean_seen": digest_of(versions_of(clean)),
                "holds": open_holds(self._services, but=viewer.name),
                "lot_marks": self._services.lots.marks(row.id for row in rows),
                "assignees": people,
                "reasons": self._services.settings.review.reasons,
            },
        )

    def _index(self, query: QueueQuery, parameters: Mapping[str, str], total: int) -> int | None:
        """Where in the list the draft is that ``at`` names, counted from 0; None where it names none.

        Of several drafts it is the first that is in the list. If none is, it is the place of the one that follows the
        first. With ``step``, it is the place after or before that.
        """
        numbers = [int(part[:19]) for part in parameters.get("at", "").split(",") if part.isdecimal()]
        drafts = (
            self._services.drafts.find(number) for number in numbers[:_MOST_PLACES] if number <= MOST_NUMBER
        )
        places = [
            self._services.draft_queue.place(
                query.filter, row, sort=query.order.sort, descending=query.order.descending
            )
            for row in drafts
            if row is not None
        ]
        if not places:
            return None
        place = next((place for place in places if place.is_in_queue), places[0])
        step = parameters.get("step")
        # The place of a draft that has left the list is that of the one after it already.
        index = place.before + (step == "1" and place.is_in_queue) - (step == "-1")
        return max(0, min(index, total - 1))

    def _items(self, rows: list[DraftRow], query: QueueQuery) -> list[QueueItem]:
        services = self._services
        found = services.drafts.versions.findings([row.id for row in rows if row.errors or row.warnings])
        near = [row.job for row in rows if row.state == "near_duplicate"]
        jobs = services.ledger.jobs.states_of(near) if near else {}
        revisions = services.revisions.open_states()
        details = services.ledger.question_details.of_jobs([row.job for row in rows])
        excerpts = services.draft_queue.excerpts(rows, query.text) if query.text else {}
        numbers = [row.id for row in rows]
        aside, assigned = services.set_aside.of(numbers), services.assignments.of(numbers)
        comments = services.comments.open_of(numbers)
        items = []
        for row in rows:
            findings = number_findings(found.get(row.id, ()))
            items.append(
                QueueItem(
                    row,
                    findings[:FINDINGS_IN_LIST],
                    max(0, len(findings) - FINDINGS_IN_LIST),
                    is_allowed(row, jobs.get(row.job)),
                    revisions.get(row.id),
                    details.get(row.job),
                    excerpts.get(row.id),
                    aside.get(row.id),
                    assigned.get(row.id),
                    comments.get(row.id),
                )
            )
        return items

    def _choices(self, people: list[str]) -> dict[str, list[tuple[str, str]]]:
        """The choices of the filters; none for a reviewer who sees only their own drafts.

        Args:
            people: as :func:`assignees`; empty for such a reviewer.
        """
        if not people:
            names = ("subjects", "rules", "models", "owners", "priorities", "assigned", "deciders", "runs")
            return {name: [] for name in names}
        queue = self._services.draft_queue
        me, *others = people
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
            "assigned": [(me, "me"), (NOBODY, "nobody"), *((name, name) for name in others)],
            "deciders": [(name, name) for name in self._services.assignments.deciders()],
            "runs": [
                (str(number), f"{number}: {command}, {at[:16].replace('T', ' ')}")
                for number, command, at in queue.runs()
            ],
        }


def assignees(services: Services, viewer: Reviewer) -> list[str]:
    """The names of those to whom drafts can be assigned, the reviewer's own first."""
    return [viewer.name, *(name for name in services.assignments.names() if not viewer.is_named(name))]


def current_counts(services: Services, query: QueueQuery) -> dict[str, int]:
    """The number of drafts in each tab, with the filters of a list."""
    queue = services.draft_queue
    return tab_counts(queue.counts(query.filter), queue.aside_counts(query.filter))


def clean_drafts(services: Services, query: QueueQuery) -> list[DraftRow]:
    """The drafts that a bulk approval of the list approves: no finding, open revision, queued redraft or lot."""
    if query.tab.name != "review":
        return []
    wanted = replace(query.filter, outside_lots=True)
    rows = services.draft_queue.page(wanted, sort="findings", limit=MOST_CLEAN_DRAFTS)
    changing = services.revisions.open_states().keys() | services.ledger.redrafts.queued_drafts()
    return [row for row in rows if row.is_clean and row.id not in changing]


def is_allowed(row: DraftRow, job: JobState | None) -> bool:
    """Whether the draft is a near duplicate that the next run will draft."""
    return row.state == "near_duplicate" and job in ("planned", "claimed", "batched")
