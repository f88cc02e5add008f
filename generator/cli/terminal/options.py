"""Options that several commands share, and opening the services for the settings in force."""

import datetime
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import typer

from generator.config import Settings, load_settings
from generator.content.dates import parse_date
from generator.content.states import DRAFT_STATES, DraftState
from generator.errors import UsageError
from generator.events import emit
from generator.model.requests import MODES
from generator.services import GOLDEN_INDEX_NAME, INDEX_NAME, Services
from generator.workflows.ledger.verify import damage_named

OUTPUT_DIR = typer.Option(
    None, "--output-dir", metavar="DIR", help="Folder of drafts and ledger; overrides config.yaml."
)
CONTENT_DIR = typer.Option(
    None, "--content-dir", metavar="DIR", help="Folder of published articles; overrides config.yaml."
)


def check_finite(value: float | None) -> float | None:
    """Refuse inf and nan, which typer accepts as numbers."""
    if value is not None and not math.isfinite(value):
        raise typer.BadParameter(f"{value} is not an amount of money")
    return value


SUBJECT = typer.Option(None, "--subject", metavar="NAME", help="Subject for rows without a subject.")
LIMIT = typer.Option(None, "--limit", min=1, metavar="N", help="Ask for at most N questions.")
SHEET = typer.Option(
    None, "--sheet", metavar="NAME", help="Sheet of a workbook; the first visible one by default."
)
DATE = typer.Option(None, "--date", metavar="YYYY-MM-DD", help="Date of the articles; today by default.")
NEAR = typer.Option("hold", "--near", metavar="hold|skip|allow", help="What to do with near duplicates.")
MODEL = typer.Option(None, "--model", metavar="NAME", help="The model to ask; overrides config.yaml.")
CONCURRENCY = typer.Option(None, "--concurrency", min=1, max=4096, metavar="N", help="Concurrent calls.")
MAX_COST = typer.Option(
    None, "--max-cost", min=0, metavar="USD", callback=check_finite, help="Maximum cost of the calls."
)
REPAIR_LIVE = typer.Option(
    False, "--repair-live", help="Send follow-up requests as live calls, at full price."
)
REPAIR_COST = typer.Option(
    None,
    "--max-cost",
    min=0,
    metavar="USD",
    callback=check_finite,
    help="Maximum cost of --repair-live.",
)
REPAIR_CONCURRENCY = typer.Option(
    None, "--concurrency", min=1, max=4096, metavar="N", help="Concurrent calls, with --repair-live."
)
_MODES = "json_schema|json_object|plain"
MODE = typer.Option(
    None,
    "--mode",
    metavar=_MODES,
    help="How a batch asks for JSON; by default the mode known to work for the endpoint.",
)
JSON_MODE = typer.Option(
    None,
    "--json-mode",
    metavar=_MODES,
    help="How a batch asks for JSON; by default the mode known to work for the endpoint.",
)
FILE_MODE = typer.Option(
    None, "--mode", metavar=_MODES, help="How the requests ask for JSON; json_schema by default."
)
OFFLINE = typer.Option(False, "--offline", help="Use the offline model, even if a key is set.")
PLAN = typer.Option(False, "--plan", help="Show what would be done and its cost; no calls.")
BATCH = typer.Option(
    False, "--batch", help="Send all requests as batches and exit; then run generator batch collect."
)
CANARY = typer.Option(
    None,
    "--canary/--no-canary",
    help="Ask the first 20 to 100 alone, and stop where nearly all fail alike; --no-canary never stops for that."
    " By default, unless the last run was healthy; with --batch, only if given.",
)
NO_CANARY = typer.Option(False, "--no-canary", help="Ask again even where nearly all answers failed alike.")
COMMIT = typer.Option(False, "--commit", help="Commit only these files; nothing is pushed.")
BRANCH = typer.Option(
    None,
    "--branch",
    metavar="NAME",
    help="Preview: commit the changes to this branch, and leave files and ledger as they are.",
)
DESPITE_GIT = typer.Option(
    False,
    "--despite-git",
    help="Write even if the branch is behind its remote, or files have uncommitted changes of others.",
)
JSON = typer.Option(False, "--json", help="One JSON object on stdout.")
REVIEWER = typer.Option(
    None, "--reviewer", metavar="NAME", help="Name of the reviewer; from config.yaml or git by default."
)
STATES = typer.Option((), "--state", metavar="STATE", help="All drafts in this state.")
PUBLISHED = typer.Option(
    (), "--published", metavar="PATH", help="Published files, a subject's folder, or the content folder."
)
DRAFTS = typer.Argument(None, metavar="SLUG...", help="subject/slug, a slug, or the question itself.")
EARLIER = typer.Option(
    False,
    "--earlier",
    help="Skip decisions that cannot be undone any more, and undo the newest one that can.",
)


def date_of(text: str | None) -> datetime.date | None:
    """The value of ``--date``.

    Raises:
        UsageError: it is not a date of the form YYYY-MM-DD.
    """
    date = None if text is None else parse_date(text)
    if text is not None and date is None:
        raise UsageError(f"--date {text!r} is not a date of the form YYYY-MM-DD")
    return date


def states_of(names: Sequence[str]) -> tuple[DraftState, ...]:
    """The values of ``--state``.

    Raises:
        UsageError: one is no state of drafts.
    """
    for name in names:
        if name not in DRAFT_STATES:
            raise UsageError(f"--state {name!r} is not one of {', '.join(DRAFT_STATES)}")
    return tuple(names)  # type: ignore[arg-type]


def check_mode(mode: str | None, batch: bool = True, *, option: str = "--mode") -> None:
    """Refuse a ``--mode`` that does not exist or has no effect.

    Args:
        option: the name under which the command has it.

    Raises:
        UsageError: it does not exist, or the run is not a batch.
    """
    if mode is not None and mode not in MODES:
        raise UsageError(f"{option} takes {', '.join(MODES)}, not {mode!r}")
    if mode is not None and not batch:
        raise UsageError(f"{option} needs --batch; live calls detect the mode")


def check_branch(branch: str | None, *, commit: bool = False, dry_run: bool = False) -> None:
    """Refuse ``--branch`` beside an option that it excludes.

    Raises:
        UsageError: there is one.
    """
    if branch is not None and (commit or dry_run):
        raise UsageError(f"--branch and {'--commit' if commit else '--dry-run'} exclude each other")


@contextmanager
def open_services(
    context: typer.Context,
    *,
    output_dir: str | None = None,
    content_dir: str | None = None,
    golden_sources: Path | None = None,
) -> Iterator[Services]:
    """Open the services for the settings in force, and close them at the end.

    Args:
        output_dir, content_dir: override the settings; None where not given.
        golden_sources: the documents of a golden set, in the place of the team's own; None for the latter. They have
            an index of their own.

    Raises:
        StorageError: the block met an unexpected value, and the ledger is damaged.
    """
    config: str | None = context.obj
    settings = load_settings(Path(config) if config else None, folder=Path.cwd())
    given = (("output_dir", output_dir), ("content_dir", content_dir), ("sources_dir", golden_sources))
    folders = {name: Path(value).resolve() for name, value in given if value is not None}
    services = Services(
        settings.model_copy(update=folders), index_name=GOLDEN_INDEX_NAME if golden_sources else INDEX_NAME
    )
    _log_folders(services.settings, config)
    try:
        with damage_named(services):
            yield services
    finally:
        services.close()


def _log_folders(settings: Settings, config: str | None) -> None:
    emit(
        "project.opened",
        f"content {settings.content_dir}, output {settings.output_dir}",
        config=config,
        content_dir=str(settings.content_dir),
        output_dir=str(settings.output_dir),
        sources_dir=None if settings.sources_dir is None else str(settings.sources_dir),
    )
