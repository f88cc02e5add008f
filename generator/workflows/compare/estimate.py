"""Estimates what a comparison would take: the drafts of each side, the checks of their claims, the judgements of pairs."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from generator.workflows.claims.job_maker import KIND as CLAIMS
from generator.workflows.claims.job_maker import ClaimJobMaker
from generator.workflows.compare.planner import KIND
from generator.workflows.compare.preferences import KIND as PREFER
from generator.workflows.compare.preferences import PreferenceJobs
from generator.workflows.compare.recorded import RecordedSession, read_draft
from generator.workflows.compare.requests import ComparePlan, StageEstimate
from generator.workflows.compare.setup import prepare
from generator.workflows.engine.estimate import RequestSample
from generator.workflows.pages.page import Page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.services import Endpoint
    from generator.store.ledger.runs.new_jobs import NewJob
    from generator.workflows.compare.recorded import SideDraft
    from generator.workflows.compare.requests import CompareRequest
    from generator.workflows.compare.setup import CompareServices, Setup
    from generator.workflows.engine.progress import Progress

_DRAFT_TOKENS = 900
_JUDGEMENT_TOKENS = 80
_CLAIMS_TOKENS = 600
_CALLS_OF_CLAIMS = 3
"""How many calls checking the claims of one draft takes at most."""


def plan_comparison(services: CompareServices, request: CompareRequest, progress: Progress) -> ComparePlan:
    """Estimate what a comparison would take; no call is made, and nothing is written.

    Drafts that are not written yet are taken to be as long as the limits allow.

    Raises:
        UsageError, ConfigError, PromptError: the set, a side or the options cannot be used.
    """
    setup = prepare(services, request, progress)
    a, b = setup.sides
    stages = [_drafts(services, setup, side) for side in (0, 1)]
    if setup.verifier is not None:
        stages.append(_claims(services, setup, setup.verifier))
    if setup.judge is not None:
        stages.append(_judgements(services, setup, setup.judge))
    return ComparePlan(len(setup.cases), a.name, b.name, tuple(stages))


def _drafts(services: CompareServices, setup: Setup, side: int) -> StageEstimate:
    planned = setup.planned[side::2]
    asked = [draft.new for draft in planned if draft.is_asked]
    name, endpoint = setup.sides[side].name, setup.sides[side].endpoint
    return _stage(
        services, f"drafts of {name.letter}", KIND, endpoint, len(planned) - len(asked), asked, _DRAFT_TOKENS
    )


def _claims(services: CompareServices, setup: Setup, verifier: Endpoint) -> StageEstimate:
    """An estimate from above: claims that were checked before are counted as well."""
    maker = ClaimJobMaker(services, verifier)
    jobs = []
    for draft in setup.planned:
        texts = {"introduction": _longest_answer(services)}
        question = draft.case.question
        jobs.append(maker.make(Page("", "", question.text, question.subject, texts), ()))
    return _stage(
        services, "claims", CLAIMS, verifier, 0, jobs, _CLAIMS_TOKENS, calls=_CALLS_OF_CLAIMS * len(jobs)
    )


def _judgements(services: CompareServices, setup: Setup, judge: Endpoint) -> StageEstimate:
    maker = PreferenceJobs(services, judge)
    texts = [_text(services, draft) for draft in asyncio.run(_recorded_drafts(services, setup))]
    recorded, asked = 0, []
    for number, case in enumerate(setup.cases):
        a, b = texts[2 * number], texts[2 * number + 1]
        for first, second in ((a, b), (b, a)):
            job = maker.make(case.question, first, second)
            earlier = services.ledger.jobs.find(job.kind, job.backend, job.identity)
            if earlier is not None and earlier.state == "done":
                recorded += 1
            elif first and second and (first != second or first == _longest_answer(services)):
                asked.append(job)
    return _stage(services, "judgements", PREFER, judge, recorded, asked, _JUDGEMENT_TOKENS)


async def _recorded_drafts(services: CompareServices, setup: Setup) -> list[SideDraft | None]:
    session = RecordedSession(services.ledger, run=0, now=services.now)
    return [
        await read_draft(session, draft.side, draft.earlier.id) if draft.earlier else None
        for draft in setup.planned
    ]


def _text(services: CompareServices, draft: SideDraft | None) -> str:
    """The text of a draft; one of the greatest length where it is not written yet, none where it declines."""
    return _longest_answer(services) if draft is None else draft.text


def _longest_answer(services: CompareServices) -> str:
    return "words and " * (services.settings.limits.answer.words.max // 2)


def _stage(
    services: CompareServices,
    stage: str,
    kind: str,
    endpoint: Endpoint,
    recorded: int,
    jobs: Sequence[NewJob],
    typical_completion: int,
    *,
    calls: int | None = None,
) -> StageEstimate:
    settings, ledger = services.settings.model, services.ledger
    sample = RequestSample(
        endpoint.price,
        longer_cap=settings.longer_cap,
        rounds=settings.repairs,
        most_tokens=services.most_tokens(endpoint),
    )
    for job in jobs:
        if not sample.is_full:
            sample.add(job)
    estimate = sample.estimate(
        len(jobs) if calls is None else calls,
        seen=ledger.calls.tokens_seen(endpoint.model, kind),
        typical_completion=typical_completion,
    )
    return StageEstimate(stage, endpoint.model, recorded, estimate)
