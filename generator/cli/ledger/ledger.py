"""The commands on the ledger: ``generator status``, ``why``, ``backup`` and ``verify``."""

from pathlib import Path

import typer

from generator.cli.ledger.output import history_object, say_history, show_checked, show_status
from generator.cli.terminal.next_steps import command_line
from generator.cli.terminal.options import JSON, OUTPUT_DIR, open_services
from generator.cli.terminal.output import encodable, say, say_json
from generator.workflows.ledger.backup import back_up_ledger
from generator.workflows.ledger.history import draft_histories
from generator.workflows.ledger.status import ledger_status
from generator.workflows.ledger.verify import verify_ledger


def status(context: typer.Context, output_dir: str = OUTPUT_DIR, as_json: bool = JSON) -> int:
    """Count drafts by state, and show the cost and the failures by cause.

    Example: generator status --json
    """
    with open_services(context, output_dir=output_dir) as services:
        next_command = command_line(context, "draft", "QUESTIONS", output_dir=output_dir)
        show_status(ledger_status(services), next_command=next_command, as_json=as_json)
        return 0


def why(
    context: typer.Context,
    name: str = typer.Argument(..., metavar="SLUG", help="subject/slug, a slug, or the question itself."),
    output_dir: str = OUTPUT_DIR,
    as_json: bool = JSON,
) -> int:
    """Show the history of a draft: question, prompt, model, calls, cost, passages, decisions.

    Example: generator why psychology/what-is-operant-conditioning
    """
    with open_services(context, output_dir=output_dir) as services:
        histories = draft_histories(services, encodable(name))
        if as_json:
            found = list(map(history_object, histories))
            say_json(found[0] if len(found) == 1 else found)
        else:
            for history in histories:
                say_history(history)
        return 0


def backup(
    context: typer.Context,
    file: str = typer.Argument(..., metavar="FILE", help="File of the copy; must not exist."),
    output_dir: str = OUTPUT_DIR,
) -> int:
    """Make a consistent copy of the ledger, also during a run.

    Example: generator backup ledger-copy.sqlite3
    """
    target = Path(file)
    with open_services(context, output_dir=output_dir) as services:
        say(f"{target}: {back_up_ledger(services, target):,} bytes")
        return 0


def verify(context: typer.Context, output_dir: str = OUTPUT_DIR, as_json: bool = JSON) -> int:
    """Check the ledger: run SQLite's integrity check and recompute every stored hash.

    Exit code 1: the ledger is damaged; 2: it cannot be opened. Nothing is
    changed.

    Example: generator verify
    """
    with open_services(context, output_dir=output_dir) as services:
        checked = verify_ledger(services)
        show_checked(checked, as_json=as_json)
        return int(checked.needs_person)
