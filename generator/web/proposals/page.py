"""The page of SEO proposals: the old and the new text of each, and the decisions on them."""

from collections import Counter
from dataclasses import replace
from typing import Any, NamedTuple, cast, get_args

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from generator.content.display import plural
from generator.content.language.word_diff import DiffSegment, word_diff
from generator.content.markdown.answer import decode
from generator.content.search_data.wording import figures_line
from generator.content.seo.fields import SeoField
from generator.content.seo.proposal_states import TRANSITIONS, ProposalState
from generator.store.ledger.row_versions import digest_of
from generator.store.ledger.seo.proposals import ProposalRow, Proposals, StaleProposal
from generator.web.actions import action_reply
from generator.web.context import NotFound, PageContext, number_of, reviewer_of
from generator.web.proposals.query import ORDERS, TABS, ProposalQuery
from generator.web.request_fields import optional_number_in, read_body, text_of
from generator.workflows.review.views.draft_view import search_result_of
from generator.workflows.search_data.figures import figures_of
from generator.workflows.seo.decide import approve_clean_proposals
from generator.workflows.seo.decisions import ProposalReview
from generator.workflows.seo.proposal_list import Counts
from generator.workflows.seo.proposal_page import proposal_page
from generator.workflows.seo.published import article_of
from generator.workflows.site.git import Checkout

PAGE_SIZE = 50
DECISION_NAMES: dict[ProposalState, str] = {
    "approved": "accepted",
    "rejected": "rejected",
    "skipped": "skipped",
}
"""The names of decisions on the page."""
FIELD_NAMES: dict[str, str] = {"page_description": "Description", "page_keywords": "Keywords"}


class ShownProposal(NamedTuple):
    """One proposal in the list.

    Args:
        is_open: whether it can still be decided on.
        figures: what search data says of the page, on one line; empty without any.
    """

    row: ProposalRow
    label: str
    segments: list[DiffSegment]
    is_open: bool
    figures: str


class ProposalPages:
    """Handles the requests about proposals."""

    def __init__(self, context: PageContext) -> None:
        self._context = context
        self._services = context.services

    @property
    def _proposals(self) -> Proposals:
        return self._services.proposals

    @property
    def _review(self) -> ProposalReview:
        return ProposalReview(self._services)

    async def list(self, request: Request) -> Response:
        """One page of the proposals in one state."""
        query = ProposalQuery.read(request.query_params)
        counts = _counts(self._proposals.counts(), query.field)
        # Before the rows: what another process changes in between must not look as if it was shown.
        bulk = self._bulk(query.state, query.field, counts)
        found = proposal_page(
            self._services,
            query.filter,
            order=query.order,
            number=query.page,
            size=PAGE_SIZE,
            item=query.item,
        )
        query = replace(query, page=found.number, item=None)
        return self._context.page(
            request,
            "proposals.html",
            "proposals",
            {
                "query": query,
                "tabs": [(name, label, counts[name]) for name, label in TABS],
                "fields": [(None, "Both fields"), *FIELD_NAMES.items()],
                "orders": ORDERS,
                "subjects": [
                    (name, f"{name} ({count:,})") for name, count in self._proposals.queue.subjects().items()
                ],
                "rows": [self._shown(row) for row in found.rows],
                "total": found.total,
                "first": (found.number - 1) * PAGE_SIZE + 1,
                "page_count": max(1, -(-found.total // PAGE_SIZE)),
                "can_commit": Checkout.find(self._services.settings.content_dir) is not None,
                **bulk,
            },
        )

    async def article(self, request: Request) -> Response:
        """The published article of a proposal, with its search result before and after: a part of the page."""
        row = self._proposal(number_of(request))
        document = article_of(self._services.settings, row.path)
        values: dict[str, Any] = {"row": row, "document": document, "before": None, "after": None}
        if document is not None:
            settings = self._services.settings
            values["before"] = search_result_of(document, settings)
            values["answer"] = decode(document.get("answer", ""))
            if row.field == "page_description" and row.new is not None:
                values["after"] = search_result_of(document, settings, description=row.new)
        return HTMLResponse(self._context.fragment("proposal_article.html", values))

    async def accept(self, request: Request) -> Response:
        """Accept a proposal as it was shown."""
        row, _ = await self._row_and_body(request)
        self._review.accept(row, who=reviewer_of(request))
        return action_reply("", f"Accepted: {row.question}", undo=True)

    async def skip(self, request: Request) -> Response:
        """Skip a proposal: the field stays as it is."""
        row, _ = await self._row_and_body(request)
        self._review.skip(row, who=reviewer_of(request))
        return action_reply("", f"Skipped: {row.question}", undo=True)

    async def edit(self, request: Request) -> Response:
        """Accept the reviewer's text instead of the proposed one, unless it has an error."""
        row, body = await self._row_and_body(request)
        self._review.accept_edited(row, text_of(body, "new"), who=reviewer_of(request))
        return action_reply("", f"Accepted as edited: {row.question}", undo=True)

    async def accept_clean(self, request: Request) -> Response:
        """Accept all clean proposals, if they are still those that the page showed (``seen``)."""
        body, field = await read_body(request), _field(request)
        seen = text_of(body, "seen") if "seen" in body else None
        result = approve_clean_proposals(
            self._services, reviewer=reviewer_of(request), field=field, seen=seen
        )
        text = f"Accepted {plural(result.decided, 'proposal')}. To apply them, run generator seo apply."
        text = " ".join((text, *(f"{line}." for line in (*result.left, *result.not_clean)[:3])))
        return action_reply(
            f"/proposals{f'?field={field}' if field else ''}", text, undo=bool(result.decided)
        )

    def _proposal(self, number: int) -> ProposalRow:
        """The proposal with this number. Raises NotFound if there is none."""
        try:
            return self._proposals.get(number)
        except StaleProposal as error:
            raise NotFound("There is no such proposal.") from error

    def _shown(self, row: ProposalRow) -> ShownProposal:
        is_open = row.state == "needs_fix" or "approved" in TRANSITIONS[row.state]
        found = figures_of(self._services, row.path)
        figures = figures_line(found.totals, found.opportunity) if found else ""
        return ShownProposal(row, FIELD_NAMES[row.field], word_diff(row.old, row.new or ""), is_open, figures)

    def _bulk(
        self, state: ProposalState, field: SeoField | None, counts: Counter[ProposalState]
    ) -> dict[str, int | str]:
        """The numbers of clean and of other proposals in the list, for the button that accepts all clean ones, and the digest of those."""
        if state != "proposed":
            return {"clean": 0, "clean_seen": "", "not_clean": 0}
        clean = self._proposals.clean(field)
        return {
            "clean": clean.number,
            "clean_seen": digest_of(clean.versions),
            "not_clean": counts["proposed"] - clean.number,
        }

    async def _row_and_body(self, request: Request) -> tuple[ProposalRow, dict[str, Any]]:
        """The proposal that the request names, and the values of its body.

        Raises:
            StaleProposal: the proposal was decided on since the reviewer saw it.
        """
        body = await read_body(request)
        row = self._proposal(number_of(request))
        if row.lock != optional_number_in(body, "lock"):
            raise StaleProposal("This proposal was changed since this page was loaded.")
        return row, body


def _counts(counts: Counts, field: SeoField | None) -> Counter[ProposalState]:
    """The number of proposals of a field, or of both fields, by state."""
    summed: Counter[ProposalState] = Counter()
    for name, states in counts.items():
        if field in {None, name}:
            summed.update(states)
    return summed


def _field(request: Request) -> SeoField | None:
    field = request.query_params.get("field", "")
    return cast(SeoField, field) if field in get_args(SeoField) else None
