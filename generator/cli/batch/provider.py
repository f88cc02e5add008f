"""The `batch status`, `batch collect` and `batch cancel` commands: batches at a provider."""

import sys
from functools import partial

import typer

from generator.cli.batch.output import batch_object, say_batches, show_collected, state_of
from generator.cli.terminal.exit_codes import INTERRUPTED
from generator.cli.terminal.next_steps import command_line
from generator.cli.terminal.options import (
    CONTENT_DIR,
    JSON,
    NO_CANARY,
    OUTPUT_DIR,
    REPAIR_CONCURRENCY,
    REPAIR_LIVE,
    check_finite,
    open_services,
)
from generator.cli.terminal.output import TerminalProgress, notes, say, say_json
from generator.content.display import plural
from generator.model.batch.api import FINAL
from generator.store.ledger.batches.rows import AT_PROVIDER
from generator.workflows.batch.collect import collect_batches
from generator.workflows.batch.requests import EVERY_SECONDS, CollectRequest, LiveRepairRequest
from generator.workflows.batch.status import batch_status, cancel_batch


def status(
    context: typer.Context,
    watch: bool = typer.Option(False, "--watch", help="Repeat until no batch is running."),
    every: float = typer.Option(
        EVERY_SECONDS, "--every", min=0.1, metavar="SECONDS", help="Time between two repetitions."
    ),
    output_dir: str = OUTPUT_DIR,
    as_json: bool = JSON,
) -> int:
    """Ask the provider for the status of the batches.

    Example: generator batch status --watch
    """
    with open_services(context, output_dir=output_dir) as services:
        outcome = batch_status(
            services,
            TerminalProgress(quiet=as_json),
            watch=watch,
            every_seconds=every,
            argv=sys.argv[1:],
            on_wait=lambda running: None if as_json else say_batches(services.batches, running),
        )
        notes(outcome.notes)
        if as_json:
            rows = [batch_object(services.batches, row) for row in outcome.batches]
            say_json({"batches": rows, "waiting": outcome.waiting})
        else:
            open_rows = [row for row in outcome.batches if row.state not in ("collected", "cancelled")]
            say_batches(services.batches, open_rows)
            for state, count in outcome.waiting.items():
                say(f"{plural(count, 'job')} {state}")
            if any(row.state in AT_PROVIDER and row.status in FINAL for row in outcome.batches):
                say(f"Next: {command_line(context, 'batch', 'collect', output_dir=output_dir)}")
    return INTERRUPTED if outcome.interrupted else int(outcome.needs_person)


def collect(
    context: typer.Context,
    ids: list[str] = typer.Argument(
        None, metavar="[ID]...", help="The batches to collect; all that are outstanding by default."
    ),
    wait: bool = typer.Option(
        False, "--wait", help="Repeat until nothing is outstanding, follow-up batches included."
    ),
    every: float = typer.Option(
        EVERY_SECONDS, "--every", min=0.1, metavar="SECONDS", help="Time between two repetitions."
    ),
    repair_live: bool = REPAIR_LIVE,
    max_cost: float = typer.Option(
        None,
        "--max-cost",
        min=0,
        metavar="USD",
        callback=check_finite,
        help="A new cap for the batches of each list, or for --repair-live.",
    ),
    concurrency: int = REPAIR_CONCURRENCY,
    no_canary: bool = NO_CANARY,
    output_dir: str = OUTPUT_DIR,
    content_dir: str = CONTENT_DIR,
    as_json: bool = JSON,
) -> int:
    """Check the answers that came back, make drafts of them, and send requests for further replies.

    The unanswered questions of a batch that was cancelled or refused return to
    the queue: run the same draft command to ask them again.

    Example: generator batch collect --wait
    """
    request = CollectRequest(
        tuple(ids or ()),
        every_seconds=every if wait else None,
        repair_live=LiveRepairRequest(concurrency, max_cost, not no_canary) if repair_live else None,
        max_cost=max_cost,
        canary=not no_canary,
        argv=tuple(sys.argv[1:]),
    )
    with open_services(context, output_dir=output_dir, content_dir=content_dir) as services:
        outcome = collect_batches(services, request, TerminalProgress(quiet=as_json))
        next_command = partial(command_line, context, output_dir=output_dir, content_dir=content_dir)
        return show_collected(services.batches, outcome, next_command=next_command, as_json=as_json)


def cancel(
    context: typer.Context,
    name: str = typer.Argument(
        ..., metavar="ID", help="The provider's id of the batch, or its number in batch list."
    ),
    output_dir: str = OUTPUT_DIR,
    as_json: bool = JSON,
) -> int:
    """Cancel a batch. The requests answered by then are charged, and collected as usual.

    If the batch has ended and answers are missing, their questions return to
    the queue, and what they may have cost stays charged.

    Example: generator batch cancel batch_abc123
    """
    with open_services(context, output_dir=output_dir) as services:
        done = cancel_batch(services, name, TerminalProgress(quiet=as_json), argv=sys.argv[1:])
        batch = done.batch
        if as_json:
            say_json(batch_object(services.batches, batch))
        else:
            say(f"batch {batch.id}: {state_of(batch)}")
            if batch.state in ("created", "collected"):
                say(f"Next: {command_line(context, 'batch', 'collect', output_dir=output_dir)}")
            elif done.returned_to_queue:
                say(
                    f"{plural(done.returned_to_queue, 'question')} returned to the queue:"
                    " run the command that sent or exported the list again to ask them again"
                )
    return 0
