"""Checks the claims of drafts while they are written, so that what a source contradicts is repaired like any other error."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Protocol

from generator.content.checks.claims import claim_findings
from generator.workflows.claims.checker import ClaimChecker
from generator.workflows.claims.job_maker import ClaimJobMaker
from generator.workflows.claims.rules_check import check_by_rules
from generator.workflows.claims.run import record_check
from generator.workflows.claims.view import present_claims
from generator.workflows.engine.live_session import LiveSession, LiveSessionServices
from generator.workflows.engine.watch.failure_watch import FailureWatch
from generator.workflows.pages.examiner import announce, examiner_of
from generator.workflows.pages.page import page_of_job
from generator.workflows.ports import HasClaims, HasCorpus, HasExaminers, HasPrompts

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping

    from generator.content.findings import Finding
    from generator.services import Endpoint
    from generator.store.ledger.runs.jobs import Job
    from generator.store.ledger.runs.new_jobs import NewJob
    from generator.workflows.engine.progress import Progress


class DraftClaimServices(LiveSessionServices, HasClaims, HasExaminers, HasCorpus, HasPrompts, Protocol):
    """What checking the claims of new drafts takes."""


class DraftClaimCheck:
    """Checks the claims of the drafts of one run.

    Args:
        session: of the run; asks the verifier where there is one.
        verifier: the model that checks; None to check by rules alone.
    """

    def __init__(
        self,
        services: DraftClaimServices,
        session: LiveSession,
        verifier: Endpoint | None,
        note: Callable[[str], None],
    ) -> None:
        self._services = services
        self._session = session
        self._maker = ClaimJobMaker(services, verifier) if verifier else None
        self._checker = ClaimChecker(services, session) if verifier else None
        self._checked: dict[int, Mapping[str, str]] = {}
        self._note = note
        stops = verifier is not None and verifier.backend == "model"
        self._watch = FailureWatch("claim checks", canary=False, stops=stops)

    async def findings(self, job: Job, texts: Mapping[str, str]) -> tuple[Finding, ...]:
        """The findings on the claims of a draft that a job writes; what was checked before is not checked again.

        Args:
            job: of the draft.
            texts: of the draft, by field.

        Raises:
            ModelUnavailable, BudgetExceeded, StorageError: the run ends; what was paid for is stored.
        """
        before = self._checked.get(job.id, {})
        changed = {name: text for name, text in texts.items() if before.get(name) != text}
        page = page_of_job(job, changed)
        services = self._services
        by_rules = check_by_rules(page, services.index)
        await self._session.commits.run(
            lambda: services.claims.record(page.page, by_rules.checked, now=services.now())
        )
        if self._maker is not None and changed:
            await self._ask(self._maker.make(page, by_rules.passages))
        self._checked[job.id] = dict(texts)
        present = present_claims(texts, services.claims.of(page.page))
        return claim_findings((item.claim, item.verdict) for item in present)

    async def _ask(self, new: NewJob) -> None:
        assert self._checker is not None
        job = await self._session.commits.run(lambda: self._claimed(new))
        if job is None:
            return  # checked already
        try:
            result = await self._checker.check(job)
            await self._session.commits.run(lambda: record_check(self._services, job, result))
        except BaseException:
            # Released whatever ends the run. Shielded, because the event loop may be closing.
            await asyncio.shield(self._session.commits.run(lambda: self._session.ledger.jobs.release(job.id)))
            raise
        if result.problem is not None:
            self._note(f"{job.question}: the claims are not checked: {result.problem.reason}")
        self._watch.begin()
        self._watch.end(result.outcome)

    def _claimed(self, new: NewJob) -> Job | None:
        jobs, run = self._session.ledger.jobs, self._session.run
        earlier = jobs.find(new.kind, new.backend, new.identity)
        if earlier is not None:
            return jobs.claim_one(earlier.id, run)
        number = jobs.plan(new, run=run, state="planned", first_free_id=0, now=self._services.now())
        return jobs.claim_one(number, run)


@asynccontextmanager
async def open_claim_check(
    services: DraftClaimServices,
    session: LiveSession,
    writer: Endpoint,
    *,
    concurrency: int,
    max_cost: float | None,
    progress: Progress,
) -> AsyncIterator[DraftClaimCheck]:
    """The check of a run's drafts, for the length of the block. Its calls count for the budget of the run.

    Raises:
        UsageError, ConfigError: the verifier cannot be asked, or has no known price although there is a cap.
    """
    verifier = examiner_of(services, "claims", writer)
    if verifier is None:
        progress.info("claims are checked by rules alone: there is no model to ask")
        yield DraftClaimCheck(services, session, None, progress.note)
        return
    announce(services, "claims", verifier, progress)
    if verifier == writer:
        yield DraftClaimCheck(services, session, verifier, progress.note)
        return
    if notice := services.shutdown_notice(verifier):
        progress.note(notice)
    async with LiveSession(
        services,
        verifier,
        session.run_record,
        concurrency=concurrency,
        max_cost=max_cost,
        shared_with=session,
    ) as own:
        yield DraftClaimCheck(services, own, verifier, progress.note)
