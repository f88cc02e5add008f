"""Applies accepted proposals from the review page: shows the diff of each file first, then writes exactly that."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from generator.content.display import plural
from generator.store.ledger.seo.proposals import StaleProposal
from generator.web.actions import action_reply
from generator.web.context import PageContext, reviewer_of
from generator.web.request_fields import MOST_ITEMS, flag_in, locks_in, read_body
from generator.workflows.engine.progress import NoProgress
from generator.workflows.seo.apply import apply_proposals, preview_proposals
from generator.workflows.seo.requests import ApplyRequest

MOST_PROPOSALS = MOST_ITEMS
"""The most proposals that the page applies at a time. ``generator seo apply`` has no such limit."""


class ProposalApplication:
    """Handles the requests that apply proposals."""

    def __init__(self, context: PageContext) -> None:
        self._context = context
        self._services = context.services

    async def plan(self, request: Request) -> Response:
        """The diffs of the accepted proposals, the oldest first. Nothing is written."""
        await read_body(request)
        rows = list(self._services.proposals.rows(states=["approved"], limit=MOST_PROPOSALS))
        seen = {row.id: row.lock for row in rows}
        diffs: list[list[str]] = []
        outcome = preview_proposals(
            self._services, ApplyRequest(seen=seen), on_diff=lambda diff: diffs.append(diff.splitlines())
        )
        values = {"report": outcome.report, "diffs": diffs}
        return JSONResponse(
            {
                "plan": self._context.fragment("proposal_plan.html", values),
                "seen": [[number, lock] for number, lock in seen.items()],
                "files": len(diffs),
            }
        )

    async def apply(self, request: Request) -> Response:
        """Apply the proposals of a plan, and with ``commit`` commit the files.

        Raises:
            UsageError: the request has no list of proposals.
            StaleProposal: one of them was changed since the plan was shown; nothing is written.
        """
        body = await read_body(request)
        seen = locks_in(body, "seen")
        self._require_unchanged(seen)
        wanted = ApplyRequest(seen=seen, commit=flag_in(body, "commit"), reviewer=reviewer_of(request))
        outcome = apply_proposals(self._services, wanted, NoProgress())
        report = outcome.report
        lines = [f"Applied {plural(report.fields, 'proposal')} to {plural(len(report.changed), 'file')}."]
        if report.commit:
            lines.append(f"Committed as {report.commit[:10]}.")
        if report.commit_error:
            lines.append(f"Not committed: {report.commit_error}.")
        if report.uncommitted:
            lines.append(
                f"Not committed, because they have changes of others: {', '.join(report.uncommitted[:5])}."
            )
        lines += [f"{line}." for line in report.refused[:5]]
        return action_reply("/proposals?state=approved", " ".join(lines))

    def _require_unchanged(self, seen: dict[int, int]) -> None:
        found = {row.id: row.lock for row in self._services.proposals.with_ids(list(seen))}
        if found != seen:
            raise StaleProposal("Some of these proposals were changed since the plan was shown.")
