"""Texts that two people changed: what a reviewer typed beside what is saved now. Nothing is changed by comparing."""

from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from generator.content.drafts.three_way import MergedField
from generator.content.language.word_diff import DiffSegment, changed_parts, word_diff
from generator.content.seo.proposal_states import TRANSITIONS
from generator.errors import UsageError
from generator.store.ledger.seo.proposals import StaleProposal
from generator.web.actions import row_and_body
from generator.web.context import NotFound, PageContext, number_of, reviewer_of
from generator.web.request_fields import checked_text, read_body, text_of
from generator.workflows.review.editing.editor import FIELDS
from generator.workflows.review.editing.merge import HIDDEN, merge_draft
from generator.workflows.review.team.latest_change import latest_change

_LABELS = {
    "question": "Question",
    "subject": "Subject",
    "answer": "Answer",
    "description": "Description",
    "keywords": "Keywords",
    "date": "Date",
    "no_index": "Hide from search engines",
}


class ShownField(NamedTuple):
    """A field of the comparison: the changes of both people, each compared with the text that both began with."""

    field: MergedField
    label: str
    mine: list[DiffSegment]
    theirs: list[DiffSegment]


class ConflictActions:
    """Handles the requests that compare texts. They are POST requests because they send what was typed."""

    def __init__(self, context: PageContext) -> None:
        self._context = context
        self._services = context.services

    async def merge(self, request: Request) -> Response:
        """Compare the ``fields`` of the edit form, which were typed on the version ``basis``, with the draft as it is."""
        row, body = await row_and_body(self._context, request, needs_current=False)
        merge = merge_draft(self._services, row, basis=text_of(body, "basis"), typed=_typed(body))
        latest = latest_change(self._services, row)
        html = self._context.fragment(
            "merge.html",
            {
                "merge": merge,
                "fields": [_shown(field) for field in sorted(merge.fields, key=_is_chosen)],
                "latest": latest,
                "line": latest.line(reviewer_of(request)) if latest else "This draft has changed",
            },
        )
        return JSONResponse(
            {
                "html": html,
                "lock": row.lock,
                "sha": row.sha or "",
            }
        )

    async def compare_proposal(self, request: Request) -> Response:
        """Compare the text ``new`` of the inline form with the proposal as it is now."""
        typed = text_of(await read_body(request), "new")
        try:
            row = self._services.proposals.get(number_of(request))
        except StaleProposal as error:
            raise NotFound("There is no such proposal.") from error
        decisions = self._services.proposals.decisions.of(row.id)
        html = self._context.fragment(
            "merge_proposal.html",
            {
                "row": row,
                "last": decisions[-1] if decisions else None,
                "can_save": row.state == "needs_fix" or "approved" in TRANSITIONS[row.state],
                "segments": word_diff(row.new or row.old, typed),
            },
        )
        return JSONResponse({"html": html, "lock": row.lock})


def _is_chosen(field: MergedField) -> bool:
    """Sorts the fields for which a choice must be made before the others."""
    return field.choice != "open"


def _shown(field: MergedField) -> ShownField:
    base = field.theirs if field.base is None else field.base
    mine, theirs = (changed_parts(word_diff(base, text)) for text in (field.mine, field.theirs))
    return ShownField(field, _LABELS[field.name], mine, theirs)


def _typed(body: dict[str, object]) -> dict[str, str]:
    """The typed fields of a request, as texts."""
    fields = body.get("fields")
    if not isinstance(fields, dict):
        raise UsageError("fields is missing")
    typed: dict[str, str] = {}
    for name in FIELDS:
        value = fields.get(name)
        if isinstance(value, bool):
            typed[name] = HIDDEN if value else ""
        elif value is not None:
            typed[name] = checked_text(value, name)
    return typed
