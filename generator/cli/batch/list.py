"""The `batch list` command: every batch in the ledger."""

import typer

from generator.cli.batch.output import batch_object, say_batches
from generator.cli.terminal.options import JSON, OUTPUT_DIR, open_services
from generator.cli.terminal.output import say_json
from generator.workflows.batch.lookup import list_batches


def list_all(context: typer.Context, output_dir: str = OUTPUT_DIR, as_json: bool = JSON) -> int:
    """List every batch in the ledger, with the status that was recorded last.

    Example: generator batch list --json
    """
    with open_services(context, output_dir=output_dir) as services:
        rows = list_batches(services)
        if as_json:
            say_json({"batches": [batch_object(services.batches, row) for row in rows]})
        else:
            say_batches(services.batches, rows)
    return 0
