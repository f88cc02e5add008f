"""Checks the claims of the drafts of a comparison, as they are: nothing is repaired, and no draft gets a finding."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from generator.content.claims.claim import texts_of
from generator.store.ledger.pages import comparison_page
from generator.workflows.claims.check import CheckServices, plan_check
from generator.workflows.claims.requests import CheckReport
from generator.workflows.claims.run import ClaimRun
from generator.workflows.claims.view import present_claims
from generator.workflows.pages.examiner import announce, examiner_of
from generator.workflows.pages.page import Page, passages_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.content.claims.verdict import VerdictName
    from generator.services import Endpoint
    from generator.store.ledger.runs.runs import Run
    from generator.workflows.compare.recorded import SideDraft
    from generator.workflows.engine.live_session import LiveSession
    from generator.workflows.engine.progress import Progress


def verifier(services: CheckServices, writer: Endpoint, progress: Progress) -> Endpoint | None:
    """The model that checks the claims of both sides, which is announced; None where rules alone check.

    Raises:
        ConfigError, UsageError: the model that the settings name cannot be asked.
    """
    endpoint = examiner_of(services, "claims", writer)
    if endpoint is None:
        progress.info("claims are checked by rules alone: there is no model to ask")
    else:
        announce(services, "claims", endpoint, progress)
    return endpoint


async def check_drafts(
    services: CheckServices,
    drafts: Sequence[SideDraft],
    run: Run,
    session: LiveSession | None,
    endpoint: Endpoint | None,
    *,
    concurrency: int,
    progress: Progress,
) -> CheckReport:
    """Check the claims of drafts by rules, and what these do not decide with a model.

    Args:
        session: with ``endpoint``; None to check by rules alone.

    Raises:
        ModelUnavailable, BudgetExceeded, StorageError: the run ends; what was paid for is stored.
    """
    report = CheckReport()
    pages = [page for draft in drafts if (page := _page(services, draft)) is not None]
    plan_check(services, pages, endpoint, run, progress)
    if session is not None:
        await ClaimRun(services, session, report).run(concurrency)
    return report


def verdicts_of(services: CheckServices, draft: SideDraft, *, asked: bool) -> Counter[VerdictName] | None:
    """How many claims of a checked draft have which verdict; None where its check is not complete.

    Args:
        asked: whether a model was asked about what rules do not decide.
    """
    page = _page(services, draft)
    if page is None:
        return Counter()
    present = present_claims(page.texts, services.claims.of(page.page))
    counts = Counter(item.verdict.name for item in present)
    return None if asked and counts["unchecked"] else counts


def _page(services: CheckServices, draft: SideDraft) -> Page | None:
    if draft.draft is None:
        return None
    job = services.ledger.jobs.get(draft.job)
    return Page(
        page=comparison_page(job.id),
        name=job.question,
        question=job.question,
        subject=job.subject,
        texts=texts_of(draft.draft),
        passages=passages_of(job.context.get("passages", ()), offline=job.backend == "offline"),
    )
