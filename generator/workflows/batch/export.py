"""The `batch export` command: writes the requests of a question list to files, without calling anything."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from generator.errors import UsageError
from generator.store.ledger.batches.rows import BatchOrder
from generator.workflows.batch.requests import SentOutcome
from generator.workflows.batch.services import ListBatchServices
from generator.workflows.batch.session import recover_files, run_batches
from generator.workflows.drafting.list_reading import read_list
from generator.workflows.drafting.plan import plan_list, prepare_corpus

if TYPE_CHECKING:
    from collections.abc import Callable

    from generator.workflows.drafting.plan_report import PlanReport
    from generator.workflows.drafting.requests import PlanRequest
    from generator.workflows.engine.progress import Progress

DEFAULT_MODE = "json_schema"


@dataclass(frozen=True)
class ExportRequest:
    """What to write.

    Args:
        target: the request file, as the user named it; it must not exist yet.
        plan: the list; None for the due requests of all lists that were exported before.
        model: the model that will answer; None for that of the settings.
        split: write several files, each within a provider's limits.
        mode: how the requests ask for JSON; None for a JSON schema.
    """

    target: str
    plan: PlanRequest | None = None
    model: str | None = None
    split: bool = False
    mode: str | None = None
    argv: tuple[str, ...] = ()


def export_requests(
    services: ListBatchServices,
    request: ExportRequest,
    progress: Progress,
    *,
    on_planned: Callable[[PlanReport], None] = lambda _: None,
) -> SentOutcome:
    """Write the due requests of a list, or of all exported lists, to files.

    Args:
        on_planned: is given the plan before anything is written.

    Raises:
        UsageError: the file exists, or its folder cannot be written.
    """
    path = _new_file(request.target)
    endpoint = services.file_endpoint(request.model)
    rows: dict[str, int] = {}
    needs_person = False
    with services.run("batch export", list(request.argv)) as run:
        recover_files(services, run, progress)
        orders = [order for order in services.batches.orders_due() if order.endpoint is None]
        if request.plan is not None:
            prepare_corpus(services, endpoint, progress, announce=False)
            listed = read_list(services, request.plan.questions, progress)
            plan = plan_list(services, request.plan, listed, endpoint, run, progress)
            on_planned(plan)
            rows = {str(kind): count for kind, count in plan.counts.items()}
            needs_person = plan.needs_person
            orders = [BatchOrder(run.id, "answer", None, request.mode or DEFAULT_MODE, None)]
            services.batches.order_jobs(orders[0], now=services.now())
        done = run_batches(
            services,
            None,
            run,
            progress,
            lambda coordinator: coordinator.export(orders, path, split=request.split),
        )
    return SentOutcome(
        endpoint=endpoint,
        report=done.session.coordinator.report,
        rows=rows,
        needs_person=needs_person,
        interrupted=done.interruption.interrupted,
        error=done.interruption.error,
    )


def _new_file(target: str) -> Path:
    """Where a file is to be written that does not exist yet.

    Raises:
        UsageError: it exists, or its folder is missing or cannot be written.
    """
    path = Path(target).resolve()
    try:
        exists = path.exists()
    except OSError as error:
        raise UsageError(f"{target}: {error.strerror or error}") from error
    if exists:
        raise UsageError(f"{target} exists already")
    if not path.parent.is_dir():
        raise UsageError(f"{target}: there is no folder {str(path.parent)!r}")
    if not os.access(path.parent, os.W_OK | os.X_OK):
        raise UsageError(f"{target}: the folder {str(path.parent)!r} cannot be written")
    return path
