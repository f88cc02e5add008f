"""The `batch export`, `batch import` and `batch run` commands: requests and answers as files."""

import shlex
import sys
from functools import partial
from pathlib import Path

import typer

from generator.cli.batch.output import show_collected, show_exported
from generator.cli.drafting.draft import plan_request
from generator.cli.drafting.draft_output import show_rows
from generator.cli.terminal.next_steps import command_line
from generator.cli.terminal.options import (
    CONTENT_DIR,
    DATE,
    FILE_MODE,
    JSON,
    LIMIT,
    NEAR,
    OUTPUT_DIR,
    REPAIR_CONCURRENCY,
    REPAIR_COST,
    REPAIR_LIVE,
    SHEET,
    SUBJECT,
    check_mode,
    open_services,
)
from generator.cli.terminal.output import TerminalProgress, say, say_json
from generator.content.display import plural
from generator.errors import UsageError
from generator.workflows.batch.collect import import_answers
from generator.workflows.batch.export import ExportRequest, export_requests
from generator.workflows.batch.ray_runner import RayRunRequest, run_request_file
from generator.workflows.batch.requests import AnswerSource, LiveRepairRequest


def export(
    context: typer.Context,
    target: str = typer.Argument(..., metavar="REQUESTS", help="The request file; must not exist yet."),
    source: str = typer.Argument(
        None,
        metavar="[SOURCE]",
        help="The question list, or - for standard input; without it, due requests of earlier exports.",
    ),
    subject: str = SUBJECT,
    sheet: str = SHEET,
    limit: int = LIMIT,
    model: str = typer.Option(
        None, "--model", metavar="NAME", help="The model that will answer; overrides config.yaml."
    ),
    date: str = DATE,
    near: str = NEAR,
    split: bool = typer.Option(
        False, "--split", help="Write several files, each of at most 50,000 requests and 200 MB."
    ),
    mode: str = FILE_MODE,
    output_dir: str = OUTPUT_DIR,
    content_dir: str = CONTENT_DIR,
    as_json: bool = JSON,
) -> int:
    """Write the requests of a question list to a file, without calling anything.

    The file has the format of OpenAI's Batch API, which vllm run-batch -i
    REQUESTS -o RESPONSES --model NAME reads too.

    Example: generator batch export requests.jsonl questions.csv --model my-model
    """
    check_mode(mode)
    plan = plan_request(
        "-" if source is None else source, subject, sheet=sheet, limit=limit, date=date, near=near
    )
    request = ExportRequest(
        target,
        plan if source is not None else None,
        model=model,
        split=split,
        mode=mode,
        argv=tuple(sys.argv[1:]),
    )
    next_command = command_line(
        context, "batch", "import", "RESPONSES", output_dir=output_dir, content_dir=content_dir
    )
    with open_services(context, output_dir=output_dir, content_dir=content_dir) as services:
        outcome = export_requests(services, request, TerminalProgress(quiet=as_json), on_planned=show_rows)
        return show_exported(services.batches, outcome, next_command, as_json=as_json)


def import_responses(
    context: typer.Context,
    sources: list[str] = typer.Argument(
        ..., metavar="RESPONSES...", help="Response files, or - for standard input."
    ),
    repair_live: bool = REPAIR_LIVE,
    max_cost: float = REPAIR_COST,
    concurrency: int = REPAIR_CONCURRENCY,
    output_dir: str = OUTPUT_DIR,
    content_dir: str = CONTENT_DIR,
    as_json: bool = JSON,
) -> int:
    """Check answers in the format of OpenAI's Batch API, and make drafts of them.

    Any number of files, in any order; a file may be read twice. generator batch
    export FILE writes the requests for further replies.

    Example: generator batch import responses.jsonl
    """
    live = LiveRepairRequest(concurrency, max_cost) if repair_live else None
    files = [
        AnswerSource(sys.stdin.buffer, "standard input")
        if source == "-"
        else AnswerSource(Path(source), source)
        for source in sources
    ]
    with open_services(context, output_dir=output_dir, content_dir=content_dir) as services:
        collected = import_answers(
            services, files, TerminalProgress(quiet=as_json), live=live, argv=sys.argv[1:]
        )
        next_command = partial(command_line, context, output_dir=output_dir, content_dir=content_dir)
        return show_collected(services.batches, collected, next_command=next_command, as_json=as_json)


def run(
    context: typer.Context,
    requests: str = typer.Argument(..., metavar="REQUESTS", help="A request file that batch export wrote."),
    responses: str = typer.Argument(
        ..., metavar="FOLDER", help="The folder for the response files, one for each part."
    ),
    engine: str = typer.Option("ray", "--engine", metavar="ray", help="What runs the requests."),
    address: str = typer.Option(
        None,
        "--address",
        metavar="ADDRESS",
        help="The cluster (ray://head:10001, auto); a local one by default.",
    ),
    workers: int = typer.Option(
        2, "--workers", min=1, metavar="N", help="Number of workers, over all nodes."
    ),
    part_size: int = typer.Option(1000, "--part", min=1, metavar="N", help="Requests in each part."),
    concurrency: int = typer.Option(
        None, "--concurrency", min=1, max=4096, metavar="N", help="Calls in flight of each worker."
    ),
    vllm_model: str = typer.Option(
        None, "--vllm-model", metavar="NAME", help="Run this model with vllm run-batch on the nodes' GPUs."
    ),
    gpus: float = typer.Option(
        1, "--gpus", min=0, metavar="N", help="GPUs of each worker, with --vllm-model."
    ),
    as_json: bool = JSON,
) -> int:
    r"""Run a request file as a Ray Data job; run it again for the parts that have no response file yet.

    The workers call the endpoint of the settings (API key and base_url), or run
    vLLM. The request file must be readable under the same path on every node.
    Needs pip install quicktakes-generator\[ray].

    Example: generator batch run requests.jsonl responses --engine ray --address auto
    """
    if engine != "ray":
        raise UsageError(f"--engine takes ray, not {engine!r}")
    request = RayRunRequest(
        Path(requests).resolve(),
        Path(responses).resolve(),
        address=address,
        workers=workers,
        part_size=part_size,
        concurrency=concurrency,
        vllm_model=vllm_model,
        gpus=gpus,
    )
    with open_services(context) as services:
        done = run_request_file(services, request, TerminalProgress(quiet=as_json))
    if as_json:
        say_json(
            {
                "requests": done.requests,
                "parts": done.parts,
                "parts_run": done.parts_run,
                "failed": done.failed,
            }
        )
    else:
        say(
            f"{responses}: {plural(done.parts, 'part')}, {done.parts_run:,} run now,"
            f" {plural(done.failed, 'request')} failed"
        )
        say(f"Next: {command_line(context, 'batch', 'import')} {shlex.quote(responses)}/*.jsonl")
    return 1 if done.failed else 0
