"""What commands share: their common options, and opening the services of the settings in force."""

import datetime
import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer

from generator.config import load_settings
from generator.content.dates import parse_date
from generator.errors import UsageError
from generator.model.requests import MODES
from generator.services import Services

OUTPUT_DIR = typer.Option(
    None, "--output-dir", metavar="DIR", help="Drafts and ledger; overrides config.yaml."
)
CONTENT_DIR = typer.Option(
    None, "--content-dir", metavar="DIR", help="Published articles; overrides config.yaml."
)


def finite(value: float | None) -> float | None:
    """Refuse amounts of money that are none: --max-cost takes inf and nan for numbers."""
    if value is not None and not math.isfinite(value):
        raise typer.BadParameter(f"{value} is no amount of money")
    return value


SUBJECT = typer.Option(None, "--subject", metavar="NAME", help="The subject of rows that name none.")
LIMIT = typer.Option(None, "--limit", min=1, metavar="N", help="Ask for at most N questions.")
DATE = typer.Option(None, "--date", metavar="YYYY-MM-DD", help="The articles' date; today by default.")
NEAR = typer.Option("hold", "--near", metavar="hold|skip|allow", help="What to do with near duplicates.")
MODEL = typer.Option(None, "--model", metavar="NAME", help="The model to ask; overrides config.yaml.")
CONCURRENCY = typer.Option(None, "--concurrency", min=1, max=4096, metavar="N", help="Calls in flight.")
MAX_COST = typer.Option(
    None, "--max-cost", min=0, metavar="USD", callback=finite, help="Spend no more than this."
)
REPAIR_LIVE = typer.Option(
    False, "--repair-live", help="Ask at once, at the full price, for what needs another reply."
)
REPAIR_COST = typer.Option(
    None,
    "--max-cost",
    min=0,
    metavar="USD",
    callback=finite,
    help="Spend no more than this on --repair-live.",
)
REPAIR_CONCURRENCY = typer.Option(
    None, "--concurrency", min=1, max=4096, metavar="N", help="Calls in flight, with --repair-live."
)
MODE = typer.Option(
    None,
    "--mode",
    metavar="json_schema|json_object|plain",
    help="How a batch asks for JSON; as the endpoint is known to want it by default.",
)
OFFLINE = typer.Option(False, "--offline", help="Use the offline model, whatever key is set.")
PLAN = typer.Option(False, "--plan", help="Call nothing; say what would happen and what it would cost.")
BATCH = typer.Option(
    False, "--batch", help="Send all requests as batches, at their price, and exit: generator batch collect."
)
COMMIT = typer.Option(False, "--commit", help="Commit just these files; nothing is pushed.")
JSON = typer.Option(False, "--json", help="One JSON object on stdout.")
REVIEWER = typer.Option(
    None, "--reviewer", metavar="NAME", help="Who decides; config.yaml or git by default."
)
DRAFTS = typer.Argument(None, metavar="SLUG...", help="subject/slug, a slug, or the question itself.")
EARLIER = typer.Option(
    False,
    "--earlier",
    help="Pass over what cannot be taken back any more, such as what is published or applied.",
)


def date_of(text: str | None) -> datetime.date | None:
    """The value of ``--date``.

    Raises:
        UsageError: it is no date of the form YYYY-MM-DD.
    """
    date = None if text is None else parse_date(text)
    if text is not None and date is None:
        raise UsageError(f"--date {text!r} is no date of the form YYYY-MM-DD")
    return date


def check_mode(mode: str | None, batch: bool = True) -> None:
    """Refuse a ``--mode`` that does not exist, or that has no use.

    Raises:
        UsageError: it does not exist, or the run is not by batch.
    """
    if mode is not None and mode not in MODES:
        raise UsageError(f"--mode takes {', '.join(MODES)}, not {mode!r}")
    if mode is not None and not batch:
        raise UsageError("--mode is for --batch; live calls find out by themselves")


@contextmanager
def open_services(
    context: typer.Context, *, output_dir: str | None = None, content_dir: str | None = None
) -> Iterator[Services]:
    """The services of the settings in force, closed at the end."""
    config: str | None = context.obj
    settings = load_settings(Path(config) if config else None, folder=Path.cwd())
    folders = {
        name: Path(value).resolve()
        for name, value in (("output_dir", output_dir), ("content_dir", content_dir))
        if value is not None
    }
    services = Services(settings.model_copy(update=folders))
    try:
        yield services
    finally:
        services.close()
