"""The `claims check --batch` command: check pages by rules, and send what these do not decide as batches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from generator.errors import UsageError
from generator.workflows.batch.send import order_of, send_order
from generator.workflows.batch.services import ListBatchServices
from generator.workflows.batch.session import recover_files
from generator.workflows.claims.check import endpoint_of, plan_check, read_pages
from generator.workflows.claims.job_maker import KIND
from generator.workflows.claims.requests import CheckReport
from generator.workflows.ports import HasPublications

if TYPE_CHECKING:
    from generator.workflows.batch.requests import SentOutcome
    from generator.workflows.claims.requests import CheckRequest
    from generator.workflows.engine.progress import Progress


class ClaimBatchServices(ListBatchServices, HasPublications, Protocol):
    """What sending the checks of claims takes."""


def send_claims(
    services: ClaimBatchServices, request: CheckRequest, progress: Progress, *, mode: str | None = None
) -> SentOutcome:
    """Plan the check of pages, and send its requests as batches; ``generator batch collect`` goes on with them.

    Args:
        mode: how the requests ask for JSON; None for the mode that the endpoint is known to support.

    Raises:
        UsageError: there is no provider of batches, or a cap is set and the model has no known price.
    """
    report = CheckReport()
    pages = read_pages(services, request, report, progress)
    endpoint = endpoint_of(services, request, progress)
    if endpoint is None:
        raise UsageError("--batch needs a real endpoint, and the rules need none")
    if endpoint.backend == "offline":
        raise UsageError("--batch needs a real endpoint, and the offline model is none")
    if services.has_model_endpoint and endpoint.base_url != services.endpoint().base_url:
        raise UsageError(
            "--batch works only at the endpoint of model.base_url, where batch collect asks; claims.base_url is another"
        )
    with services.run("claims check", list(request.argv)) as run:
        recover_files(services, run, progress)
        plan_check(services, pages, endpoint, run, progress)
        for note in report.notes:
            progress.note(note)
        order = order_of(services, endpoint, run, kind=KIND, mode=mode, max_cost=request.max_cost)
        rows = {"pages": len(pages)}
        return send_order(
            services, endpoint, run, order, progress, rows=rows, needs_person=bool(report.notes)
        )
