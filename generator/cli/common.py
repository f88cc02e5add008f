"""What commands share: opening the workshop of the settings in force."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from generator.cli.output import note

if TYPE_CHECKING:
    from generator.services import Workshop
    from generator.store.corpus.rows import RefreshReport

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
JSON = typer.Option(False, "--json", help="One JSON object on stdout.")
EARLIER = typer.Option(
    False,
    "--earlier",
    help="Pass over what cannot be taken back any more, such as what is published or applied.",
)


@contextmanager
def workshop(
    context: typer.Context, *, output_dir: str | None = None, content_dir: str | None = None
) -> Iterator["Workshop"]:
    """The stores of the settings in force, closed at the end."""
    from generator.config import load_settings
    from generator.services import Workshop

    config: str | None = context.obj
    settings = load_settings(Path(config) if config else None, folder=Path.cwd())
    folders = {
        name: Path(value).resolve()
        for name, value in (("output_dir", output_dir), ("content_dir", content_dir))
        if value is not None
    }
    shop = Workshop(settings.model_copy(update=folders))
    try:
        yield shop
    finally:
        shop.close()


def restore_drafts(shop: "Workshop") -> None:
    """Write the files of drafts again that a killed run did not come to, or somebody removed."""
    from generator.cli.output import plural
    from generator.workflows.drafting.draft_files import restore_missing

    restored = restore_missing(shop.settings.output_dir, shop.drafts)
    if restored:
        note(f"{plural(restored, 'missing draft file')} written again")


def refresh(
    shop: "Workshop", *, quiet: bool = False, drafting: bool = False, offline: bool = False
) -> "RefreshReport":
    """Bring the index up to date with the content folder, showing how far it is.

    Args:
        drafting: whether answers are to rest on the sources.
        offline: whether the offline model will draft: where it has nothing to write from, planning says so instead.

    Raises:
        ConfigError: answers are to rest on sources whose folder is not there.
    """
    from generator.cli.output import meter
    from generator.errors import ConfigError

    with meter("indexing", quiet=quiet) as show:
        report = shop.index.refresh(lambda done, total: show(done, total))
    settings = shop.settings
    if not (offline and _nothing_to_quote(shop)):
        if drafting and settings.sources_dir is not None and not settings.sources_dir.is_dir():
            raise ConfigError(
                f"sources_dir: there is no folder {settings.sources_dir}, and answers are to rest on the documents in it"
            )
        if report.missing:
            note(f"note: there is no content folder {settings.content_dir}; working without a corpus")
    if report.unreadable:
        first = report.unreadable[0]
        note(
            f"note: {len(report.unreadable)} published files cannot be read, the first: {first.path}: {first.reason}"
        )
    if report.sources is not None and report.sources.unreadable:
        first = report.sources.unreadable[0]
        note(
            f"note: {len(report.sources.unreadable)} sources cannot be read, the first: {first.path}: {first.reason}"
        )
    return report


def _nothing_to_quote(shop: "Workshop") -> bool:
    from generator.workflows.drafting.job_maker import nothing_to_quote  # slow to import

    return nothing_to_quote(shop.settings, shop.index) is not None
