"""The ``generator report`` command: what runs drafted, cost and found, as a page, as text or as JSON."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from generator.cli.terminal.options import JSON, OUTPUT_DIR, date_of, open_services
from generator.cli.terminal.output import TerminalProgress, say, say_json, table
from generator.content.display import dollars, in_words
from generator.errors import UsageError
from generator.store.ledger.runs.figures import Period
from generator.workflows.report.figures import quantile
from generator.workflows.report.page import write_report_page
from generator.workflows.report.report import report_runs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.workflows.report.figures import RunReport


def report(
    context: typer.Context,
    run: int = typer.Argument(None, metavar="RUN", min=1, help="The number of a run; all runs without it."),
    since: str = typer.Option(None, "--since", metavar="YYYY-MM-DD", help="Only calls since this day (UTC)."),
    html: Path = typer.Option(
        None, "--html", metavar="FILE", help="Write one self-contained page with charts."
    ),
    output_dir: str = OUTPUT_DIR,
    as_json: bool = JSON,
) -> int:
    """Report what runs drafted, cost and found: states, tokens, latency, faults, findings, claims, decisions.

    Example: generator report --since 2026-11-01 --html report.html
    """
    if run is not None and since is not None:
        raise UsageError("give a run or --since, not both")
    day = date_of(since)
    period = Period(run, day.isoformat() if day else None)
    with open_services(context, output_dir=output_dir) as services:
        found = report_runs(services, period, TerminalProgress(quiet=as_json))
        if html is not None:
            write_report_page(found, services.settings, html)
    if as_json:
        say_json(_object(found))
    else:
        _say(found)
        if html is not None:
            say(f"written to {html}")
    return 0


def _object(found: RunReport) -> dict[str, Any]:
    shown = asdict(found)
    shown["cost_usd"] = _usd(shown.pop("cost"))
    shown["cost_of_accepted_usd"] = _usd(shown.pop("cost_of_accepted"))
    shown["tokens"]["cached_share"] = found.tokens.cached_share
    for name in ("slowest", "dearest"):
        for row in shown[name]:
            row["cost_usd"] = _usd(row.pop("cost"))
    shown["lengths"] = {
        "words": _quantiles(found.lengths.words),
        "descriptions": _quantiles(found.lengths.descriptions),
    }
    if shown["latency"]:
        del shown["latency"]["seconds"]
    shown["runs"] = [run._asdict() for run in found.runs]
    return shown


def _quantiles(values: Sequence[int]) -> dict[str, float] | None:
    """The 5th, 50th and 95th percentile; None without values."""
    ordered = sorted(values)
    shares = {"p5": 0.05, "median": 0.5, "p95": 0.95}
    return {name: quantile(ordered, share) for name, share in shares.items()} if ordered else None


def _usd(nano: int | None) -> float | None:
    return None if nano is None else nano / 1e9


def _say(found: RunReport) -> None:
    rows = [(in_words(state), f"{count:,}") for state, count in found.states.items()]
    rows += [
        ("calls", f"{found.calls:,}"),
        ("retries", f"{found.retries:,}"),
        ("repairs", f"{found.repairs:,}"),
    ]
    rows += [
        (f"calls: {in_words(name)}", f"{count:,}") for name, count in found.outcomes.items() if name != "ok"
    ]
    table(rows)
    share = found.tokens.cached_share
    cached = f" ({share:.0%} cached)" if share else ""
    say(f"tokens: {found.tokens.prompt:,} in{cached}, {found.tokens.completion:,} out")
    if found.latency is not None:
        say(f"latency: median {found.latency.median:.1f} s, 95 % within {found.latency.p95:.1f} s")
    cost = "unknown" if found.cost is None else dollars(found.cost)
    each = (
        ""
        if found.cost_of_accepted is None
        else f", {dollars(found.cost_of_accepted)} for each accepted article"
    )
    say(f"cost: {cost}{each}")
