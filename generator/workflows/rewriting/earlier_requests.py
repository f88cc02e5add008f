"""What becomes of a request for a page that was asked for before: whether it is used, and what to say where it is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.content.states import DECIDED
from generator.store.ledger.drafts.rewritten_page import rewritten_page_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.store.ledger.drafts.rewritten_page import RewrittenPage
    from generator.store.ledger.ledger import Ledger
    from generator.store.ledger.runs.jobs import JobSummary
    from generator.workflows.rewriting.requests import RewriteDecision

_AGAIN = "--redo asks for it again"


def is_renewed(ledger: Ledger, earlier: JobSummary, page: RewrittenPage) -> bool:
    """Whether an unfinished job is planned again, because something else is asked now and nothing was paid for."""
    if earlier.state not in ("planned", "failed") or ledger.calls.has_reply(earlier.id):
        return False
    return rewritten_page_of(ledger.jobs.get(earlier.id)) != page


def unused_requests(
    ledger: Ledger, decision: RewriteDecision, page: RewrittenPage, earlier: JobSummary
) -> Iterator[str]:
    """Lines on what a request without a redo asks of a page and does not get.

    Args:
        page: as it is asked for now.
        earlier: the newest job of the same bytes of the page.
    """
    if decision == "drafted" and earlier.draft_state == "published":
        yield f"{page.key}: its rewrite was published, but the page has the text from before it; {_AGAIN}"
    elif (page.note or page.merged or page.mode == "fresh") and (
        unused := _differences(ledger, decision, page, earlier)
    ):
        yield f"{page.key}: {', '.join(unused)} not used: {_reason(decision, earlier)}"


def _differences(
    ledger: Ledger, decision: RewriteDecision, page: RewrittenPage, earlier: JobSummary
) -> list[str]:
    """What is asked now and was not asked in the earlier job, where that job is kept."""
    asked = rewritten_page_of(ledger.jobs.get(earlier.id))
    if asked is None or (decision == "resume" and is_renewed(ledger, earlier, page)):
        return []
    unused = []
    if page.note and page.note != asked.note:
        unused.append("the note")
    if page.merged and page.merged != asked.merged:
        unused.append("the pages to merge")
    if page.mode == "fresh" and page.mode != asked.mode:
        unused.append(f"the mode {page.mode}")
    return unused


def _reason(decision: RewriteDecision, earlier: JobSummary) -> str:
    """Why the request of an earlier job is kept, and what to do for another rewrite."""
    if decision == "busy":
        return f"another run is rewriting it; when that has ended, {_AGAIN}"
    if decision == "batched":
        return f"its earlier request is in a batch; when that is collected, {_AGAIN}"
    if decision == "resume":
        return f"its earlier request was begun and is finished first; then {_AGAIN}"
    if earlier.draft_edited or earlier.draft_state in DECIDED:
        return "its rewrite is edited or approved; generator revise changes it"
    return f"it was asked for before; {_AGAIN}"
