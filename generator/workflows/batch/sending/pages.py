"""The `claims check --batch` and `judge --batch` commands: plan what a model is asked about pages, and send it as batches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from generator.errors import UsageError
from generator.workflows.batch.sending.lists import order_of, send_orders
from generator.workflows.batch.services import ListBatchServices
from generator.workflows.batch.session import recover_files
from generator.workflows.claims import check
from generator.workflows.claims.job_maker import KIND as CLAIMS
from generator.workflows.claims.requests import CheckReport
from generator.workflows.judge import judge
from generator.workflows.judge.job_maker import KIND as JUDGE
from generator.workflows.judge.requests import JudgeReport
from generator.workflows.ports import HasPublications

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.config import Examination
    from generator.services import Endpoint
    from generator.store.ledger.batches.rows import BatchOrder
    from generator.store.ledger.runs.runs import Run
    from generator.workflows.batch.requests import SentOutcome
    from generator.workflows.claims.requests import CheckRequest
    from generator.workflows.engine.progress import Progress
    from generator.workflows.judge.requests import JudgeRequest


class PageBatchServices(ListBatchServices, HasPublications, Protocol):
    """What sending checks of claims or the judge's jobs takes."""


def send_claims(
    services: PageBatchServices, request: CheckRequest, progress: Progress, *, mode: str | None = None
) -> SentOutcome:
    """Plan the check of pages, and send its requests as batches; ``generator batch collect`` goes on with them.

    Args:
        mode: how the requests ask for JSON; None for the mode that the endpoint is known to support.

    Raises:
        UsageError: there is no provider of batches, or a cap is set and the model has no known price.
    """
    report = CheckReport()
    pages = check.read_pages(services, request, report, progress)
    endpoint = _provider(services, "claims", check.endpoint_of(services, request, progress))
    with services.run("claims check", list(request.argv)) as run:
        recover_files(services, run, progress)
        check.plan_check(services, pages, endpoint, run, progress)
        order = order_of(services, endpoint, run, kind=CLAIMS, mode=mode, max_cost=request.max_cost)
        return _send(services, endpoint, run, order, progress, pages=len(pages), notes=report.notes)


def send_judging(
    services: PageBatchServices, request: JudgeRequest, progress: Progress, *, mode: str | None = None
) -> SentOutcome:
    """Plan the judging of pages, and send its requests as batches. Arguments and errors as :func:`send_claims`."""
    report = JudgeReport()
    pages = judge.read_pages(services, request, report, progress)
    endpoint = _provider(services, "judge", judge.endpoint_of(services, request, progress))
    with services.run("judge", list(request.argv)) as run:
        recover_files(services, run, progress)
        judge.plan_judging(services, pages, endpoint, run, progress)
        order = order_of(services, endpoint, run, kind=JUDGE, mode=mode, max_cost=request.max_cost)
        return _send(services, endpoint, run, order, progress, pages=len(pages), notes=report.notes)


def _send(
    services: PageBatchServices,
    endpoint: Endpoint,
    run: Run,
    order: BatchOrder,
    progress: Progress,
    *,
    pages: int,
    notes: Sequence[str],
) -> SentOutcome:
    """Send what is planned; the notes on pages that were left out make the outcome one that needs a person."""
    for note in notes:
        progress.note(note)
    rows = {"pages": pages}
    return send_orders(services, endpoint, run, [order], progress, rows=rows, needs_person=bool(notes))


def _provider(services: PageBatchServices, examination: Examination, endpoint: Endpoint | None) -> Endpoint:
    """The endpoint of an examination, which must be the one that ``batch collect`` asks.

    Raises:
        UsageError: it is none, the offline model, or another one.
    """
    if endpoint is None:
        raise UsageError("--batch needs a real endpoint, and the rules need none")
    if endpoint.backend == "offline":
        raise UsageError("--batch needs a real endpoint, and the offline model is none")
    if services.has_model_endpoint and endpoint.base_url != services.endpoint().base_url:
        raise UsageError(
            "--batch works only at the endpoint of model.base_url, where batch collect asks;"
            f" {examination}.base_url is another"
        )
    return endpoint
