"""The ``generator doctor`` command: checks project and endpoint, and says what to do."""

import sys

import typer

from generator.cli.doctor_output import show_outcome
from generator.cli.terminal.options import JSON, MAX_COST, MODEL, OUTPUT_DIR, open_services
from generator.cli.terminal.output import TerminalProgress
from generator.workflows.doctor.doctor import examine
from generator.workflows.doctor.requests import DoctorRequest


def doctor(
    context: typer.Context,
    model: str = MODEL,
    max_cost: float = MAX_COST,
    local: bool = typer.Option(False, "--local", help="Check the project alone; no calls, no cost."),
    stored: bool = typer.Option(False, "--stored", help="Show what the last probe found; no calls, no cost."),
    output_dir: str = OUTPUT_DIR,
    as_json: bool = JSON,
) -> int:
    """Check the project and the model's endpoint, and say what works, what does not, and what to do.

    Of the project: key, price, folders, disk, index, ledger, git, prompts and
    clock. The endpoint is probed with a few calls, which are recorded and cost
    a few cents. What they show is kept in the ledger for the endpoint and
    model, and used by every later run: the mode of structured output, the
    parameter of the output cap, the context window, parameters that are
    refused, and those that let the endpoint cache prompts.
    Exit code 0: all is well; 1: a warning, or not all could be checked;
    2: broken.

    Example: generator doctor --max-cost 0.10
    """
    request = DoctorRequest(
        model=model, max_cost=max_cost, stored=stored, local=local, argv=tuple(sys.argv[1:])
    )
    with open_services(context, output_dir=output_dir) as services:
        return show_outcome(examine(services, request, TerminalProgress(quiet=as_json)), as_json=as_json)
