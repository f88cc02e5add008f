"""Plans rewrites: decides for each selected page whether it is asked for, and freezes that in the ledger.

A page is known by its path and its bytes. The same page with the same bytes is never paid for twice, unless a person
says so; once it is published or edited in the CMS, it is another page.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Protocol

from generator.errors import UsageError
from generator.store.ledger.drafts.rewritten_page import REWRITE
from generator.workflows.drafting.job_maker import JobServices
from generator.workflows.engine.estimate import Estimate, estimate_calls, sample_of
from generator.workflows.engine.long_prompts import LongPrompts
from generator.workflows.engine.plan_decisions import is_asked
from generator.workflows.ports import HasLedger
from generator.workflows.rewriting.earlier_requests import is_renewed, unused_requests
from generator.workflows.rewriting.job_maker import RewriteJobMaker
from generator.workflows.rewriting.requests import (
    FIRST_PAGES,
    ProposedWithdrawal,
    RewriteDecision,
    RewritePlan,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from generator.content.frontmatter import Document
    from generator.services import Endpoint
    from generator.store.ledger.drafts.rewritten_page import RewrittenPage
    from generator.store.ledger.runs.jobs import JobSummary
    from generator.workflows.drafting.redo import RedoFilter
    from generator.workflows.rewriting.requests import RewriteRequest
    from generator.workflows.rewriting.selection import PageSelector, SelectedPage

# How many pages a transaction may read and prepare: no other process can write meanwhile.
CHUNK = 100
TYPICAL_TOKENS = 900
"""The expected tokens of a reply where no rewrite was asked for yet: a rewrite is a whole article."""


class RewritePlannerServices(JobServices, HasLedger, Protocol):
    """What planning rewrites takes."""


class RewritePlanner:
    """Plans the rewrites of one request.

    Args:
        selector: reads the pages.
        endpoint: the model that will be asked.
        redo: which rewrites are asked for again; None for none.
    """

    def __init__(
        self,
        services: RewritePlannerServices,
        request: RewriteRequest,
        selector: PageSelector,
        endpoint: Endpoint,
        redo: RedoFilter | None = None,
    ) -> None:
        self._services = services
        self._request = request
        self._selector = selector
        self._endpoint = endpoint
        self._redo = redo
        self._now = services.now
        self._maker = RewriteJobMaker(services, endpoint, services.now()[:10])
        self._is_alive = cache(services.ledger.runs.is_alive) if services.has_ledger else lambda _: False

    def plan(
        self, pages: Sequence[SelectedPage], *, run: int, progress: Callable[[int], None] = lambda _: None
    ) -> RewritePlan:
        """Freeze what is asked for, some pages in a transaction; after an interruption, planning goes on.

        Args:
            run: the number of the run that will ask.
            progress: called with the number of planned pages.
        """
        plan = RewritePlan()
        writer = _JobWriter(self._services, self._maker, self._endpoint, run)
        waiting = self._decided(pages, plan)
        done, is_over = 0, False
        while not is_over:
            with self._services.database.transaction():
                for _ in range(CHUNK):
                    item = next(waiting, None)
                    if item is None:
                        is_over = True
                        break
                    done += 1
                    writer.write(*item)
            progress(done)
        return plan

    def estimate(
        self,
        pages: Sequence[SelectedPage],
        *,
        most_tokens: int,
        progress: Callable[[int], None] = lambda _: None,
    ) -> tuple[RewritePlan, Estimate]:
        """What planning the pages would decide, and what asking for them would cost; nothing is written.

        Args:
            most_tokens: as for :class:`RequestSample`.
            progress: called with the number of pages that would be asked for.
        """
        plan, endpoint = RewritePlan(), self._endpoint
        sample = sample_of(self._services.settings.model, endpoint.price, most_tokens)
        for number, (_, page, document, _) in enumerate(self._decided(pages, plan), start=1):
            if not sample.is_full:
                sample.add(self._maker.make(page, document))
            progress(number)
        estimate = estimate_calls(
            self._services.ledger.calls,
            sample,
            model=endpoint.model,
            kind=REWRITE,
            number=plan.to_ask,
            typical_completion=TYPICAL_TOKENS,
        )
        return plan, estimate

    def _decided(
        self, pages: Sequence[SelectedPage], plan: RewritePlan
    ) -> Iterator[tuple[RewriteDecision, RewrittenPage, Document, JobSummary | None]]:
        """The pages that are asked for, with the newest job of each; all decisions are counted in the plan."""
        for selected in pages:
            if self._request.limit is not None and plan.to_ask >= self._request.limit:
                plan.limited = True
                return
            if self._selector.is_left_out(selected):
                plan.counts["canonical"] += 1
                continue
            if self._selector.is_withdrawn(selected):
                plan.counts["withdrawn"] += 1
                continue
            withdrawal = self._selector.withdrawal_code(selected)
            if withdrawal is not None:
                key = selected.path.removesuffix(".md")
                plan.counts["withdraw"] += 1
                plan.withdraw.append(ProposedWithdrawal(key, withdrawal.code, withdrawal.message))
                continue
            if self._selector.is_left_alone(selected):
                plan.counts["held_out"] += 1
                continue
            try:
                page, document = self._selector.read(selected)
            except UsageError as error:
                plan.counts["skipped"] += 1
                plan.note(f"{selected.name}: {error}")
                continue
            earlier = self._services.ledger.jobs.find(REWRITE, self._endpoint.backend, page.identity)
            decision = self._decide(earlier)
            plan.counts[decision] += 1
            if decision == "drafted" and earlier is not None:
                plan.before[earlier.draft_state or earlier.state] += 1
            if earlier is not None and self._redo is None:
                for line in unused_requests(self._services.ledger, decision, page, earlier):
                    plan.note(line)
            if not is_asked(decision):
                continue
            if self._selector.is_held_out(selected):
                plan.note(f"{selected.name}: held out for comparison until this rewrite is published")
            plan.rules.update({item.code for item in page.findings} & set(self._request.pages.rules))
            if len(plan.first_pages) < FIRST_PAGES:
                plan.first_pages.append(page.key)
            yield decision, page, document, earlier

    def _decide(self, job: JobSummary | None) -> RewriteDecision:
        """The decision on a page whose newest job is this one."""
        if job is None:
            return "new"
        if self._redo is not None and job.state != "planned" and self._redo.includes_rewrite(job):
            return "redo"
        if job.state == "claimed" and job.claimed_by is not None and self._is_alive(job.claimed_by):
            return "busy"
        if job.state == "batched":
            return "resume" if job.unsent else "batched"
        return "resume" if job.state in ("planned", "failed", "claimed") else "drafted"


class _JobWriter:
    """Writes the jobs of one run into the ledger, within the caller's transaction."""

    def __init__(
        self, services: RewritePlannerServices, maker: RewriteJobMaker, endpoint: Endpoint, run: int
    ) -> None:
        self._ledger = services.ledger
        self._jobs = services.ledger.jobs
        self._long_prompts = LongPrompts(services.ledger, endpoint.model)
        self._maker = maker
        self._run = run
        self._now = services.now

    def write(
        self, decision: RewriteDecision, page: RewrittenPage, document: Document, earlier: JobSummary | None
    ) -> None:
        """Plan the job of a page, or assign its earlier job to this run."""
        if decision == "resume" and earlier is not None and not self._is_renewed(earlier, page, document):
            grounded = self._jobs.is_grounded(earlier.id)
            request = self._maker.current_request(grounded=grounded)
            self._jobs.assign_to_run(earlier.id, self._run, request=request)
            return
        self._jobs.plan(
            self._maker.make(page, document),
            run=self._run,
            state="planned",
            first_free_id=0,
            earlier=earlier,
            now=self._now(),
        )

    def _is_renewed(self, earlier: JobSummary, page: RewrittenPage, document: Document) -> bool:
        """Whether an unfinished job is made with other messages.

        It is where something else is asked now and nothing was paid for, and where the model refuses its length.
        """
        if is_renewed(self._ledger, earlier, page):
            return True
        return self._long_prompts.renewed(earlier, lambda: self._maker.make(page, document)) is not None
