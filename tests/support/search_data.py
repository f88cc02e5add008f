"""Search data for tests: figures of pages and of their queries, imported as exports of the API."""

from pathlib import Path

from generator.content.search_data.totals import SearchTotals
from generator.services import Services
from generator.workflows.engine.progress import NoProgress
from generator.workflows.search_data.import_exports import import_search_data
from generator.workflows.search_data.requests import ImportOutcome, ImportRequest
from tests.support.console_exports import FIRST_DAY, LAST_DAY, ORIGIN

Figures = tuple[int, int, float]
"""Clicks, impressions and position."""


def address_of(key: str) -> str:
    """The address of the page of ``subject/slug``."""
    return f"{ORIGIN}/learn/{key.replace('/', '/questions/')}"


def import_files(
    services: Services, *files: Path, first_day: str | None = FIRST_DAY, last_day: str | None = LAST_DAY
) -> ImportOutcome:
    """Import exports, by default for the dates of the made ones, at a time when no date of a test is in the future."""
    now, services.now = services.now, lambda: "2091-01-01T00:00:00.000+00:00"
    try:
        return import_search_data(services, ImportRequest(files, first_day, last_day), NoProgress())
    finally:
        services.now = now


def import_pages(
    services: Services,
    folder: Path,
    pages: dict[str, Figures],
    *,
    first_day: str = FIRST_DAY,
    last_day: str = LAST_DAY,
) -> ImportOutcome:
    """Import figures by ``subject/slug``."""
    lines = [f"{address_of(key)},{clicks},{shown},{at}" for key, (clicks, shown, at) in pages.items()]
    file = folder / f"pages-{first_day}.csv"
    file.write_text("\n".join(["page,clicks,impressions,position", *lines]) + "\n", encoding="utf-8")
    return import_files(services, file, first_day=first_day, last_day=last_day)


def import_queries(services: Services, folder: Path, rows: list[tuple[str, str, Figures]]) -> ImportOutcome:
    """Import figures by ``subject/slug`` and query."""
    lines = [f'{address_of(key)},"{query}",{c},{i},{p}' for key, query, (c, i, p) in rows]
    file = folder / "queries.csv"
    file.write_text("\n".join(["page,query,clicks,impressions,position", *lines]) + "\n", encoding="utf-8")
    return import_files(services, file)


def totals(figures: Figures) -> SearchTotals:
    """Figures as totals."""
    return SearchTotals(*figures)
