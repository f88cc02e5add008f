"""The ``generator golden`` commands: cases of the golden set."""

from pathlib import Path

import typer

from generator.cli.terminal.options import JSON, OUTPUT_DIR, open_services
from generator.cli.terminal.output import encodable, note, say_json, say_line
from generator.errors import UsageError
from generator.workflows.golden.add import AddRequest, add_case
from generator.workflows.golden.golden_set import EXPECTATIONS


def add(
    context: typer.Context,
    name: str = typer.Argument(..., metavar="SLUG", help="subject/slug, a slug, or the question itself."),
    to: str = typer.Option(
        "golden/questions.csv", "--to", metavar="FILE", help="The golden set, a CSV file."
    ),
    expect: str = typer.Option(
        "answer", "--expect", metavar="answer|decline", help="What a good reply to the question does."
    ),
    facts: str = typer.Option(
        None,
        "--facts",
        metavar="LIST",
        help="What a good answer contains, instead of what the correction shows.",
    ),
    reason: str = typer.Option(
        None, "--reason", metavar="TEXT", help="Why it is a case, instead of the reviewer's words."
    ),
    output_dir: str = OUTPUT_DIR,
    as_json: bool = JSON,
) -> int:
    """Make a case of the golden set of a draft that a reviewer corrected or rejected.

    The row has the question, the reviewer's reason, and as facts the figures,
    dates and names that the reviewer put in, or, with "!", took out. Read it
    before the next generator compare: a rule looks for exactly these words.

    Example: generator golden add biology/why-do-cells-need-mitochondria
    """
    if expect not in EXPECTATIONS:
        raise UsageError(f"--expect takes {' or '.join(EXPECTATIONS)}, not {expect!r}")
    request = AddRequest(encodable(name), Path(to), expect, facts, reason)
    with open_services(context, output_dir=output_dir) as services:
        outcome = add_case(services, request)
    row = outcome.row
    if as_json:
        say_json(
            {
                "file": to,
                "line": row.line,
                "added": row.is_new,
                "case": outcome.values,
                "dropped": list(row.dropped),
                "missing_sources": list(outcome.missing_sources),
            }
        )
    elif not row.is_new:
        say_line(f"{to}:{row.line} has this question already; it is left as it is")
    else:
        say_line(f"added as {to}:{row.line}")
        for column, value in outcome.values.items():
            say_line(f"  {column}: {value}")
    for column in row.dropped:
        note(f"{to} has no column {column}: add it to keep this value")
    for source in outcome.missing_sources:
        note(f"the draft rests on {source}, which is not in the sources folder beside {to}: copy it there")
    return int(bool(row.dropped or outcome.missing_sources))
