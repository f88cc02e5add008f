"""Estimates what having a model check claims would cost. No call is made, and nothing is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from generator.workflows.claims import check
from generator.workflows.claims.check import CheckServices
from generator.workflows.claims.job_maker import KIND, PROMPTS, ClaimJobMaker
from generator.workflows.claims.requests import CheckPlan, CheckReport
from generator.workflows.claims.rules_check import check_by_rules
from generator.workflows.engine.estimate import RequestSample, sample_of
from generator.workflows.ports import HasEndpoints, HasLedger, HasSettings

if TYPE_CHECKING:
    from generator.services import Endpoint
    from generator.workflows.claims.requests import CheckRequest
    from generator.workflows.engine.estimate import Estimate
    from generator.workflows.engine.progress import Progress

TYPICAL_TOKENS = (1_800, 1_100)
"""Prompt and completion tokens of a call, of a model of which none is known: the means of 12 pages without passages, with
a reply of one verdict for each of about fifty claims."""


class ClaimEstimateServices(HasSettings, HasLedger, HasEndpoints, Protocol):
    """What estimating checks of claims takes."""


def estimate_check(
    services: CheckServices, request: CheckRequest, progress: Progress, *, in_batches: bool = False
) -> CheckPlan:
    """What ``check_claims`` would ask and what it would cost.

    Args:
        in_batches: at the prices of batches.

    Raises:
        UsageError, ConfigError: as ``check_claims``.
    """
    report = CheckReport()
    pages = check.read_pages(services, request, report, progress)
    endpoint = check.endpoint_of(services, request, progress)
    if endpoint is None:
        return CheckPlan(None, len(pages), len(pages), None, report.notes)
    endpoint = endpoint.in_batches if in_batches else endpoint
    maker = ClaimJobMaker(services, endpoint)
    sample = _empty_sample(services, endpoint)
    known = 0
    for page in pages:
        job = maker.make(page, check_by_rules(page, services.index).passages)
        earlier = services.ledger.jobs.find(job.kind, job.backend, job.identity)
        if earlier is not None and earlier.state == "done":
            known += 1
        elif not sample.is_full:
            sample.add(job)
    estimate = estimate_pages(services, endpoint, len(pages) - known, sample)
    return CheckPlan(endpoint, len(pages), known, estimate, report.notes)


def estimate_pages(
    services: ClaimEstimateServices, endpoint: Endpoint, pages: int, sample: RequestSample | None = None
) -> Estimate:
    """What checking so many pages would cost, by what earlier checks took.

    Args:
        sample: of the first requests; None where the pages are not written yet.
    """
    prompt, completion = TYPICAL_TOKENS
    calls = services.ledger.calls
    return (sample or _empty_sample(services, endpoint)).estimate(
        pages,
        seen=calls.tokens_seen(endpoint.model, KIND),
        typical_prompt=prompt,
        typical_completion=completion,
        calls_each=len(PROMPTS),
        history=calls.tokens_by_job(endpoint.model, KIND),
    )


def _empty_sample(services: ClaimEstimateServices, endpoint: Endpoint) -> RequestSample:
    return sample_of(services.settings.model, endpoint.price, services.most_tokens(endpoint))
