"""What search data says of single pages, for those who decide on them; and the pages by their opportunity."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Protocol

from generator.content.search_data.opportunity import by_opportunity, opportunity_of
from generator.content.search_data.totals import sum_totals
from generator.errors import UsageError
from generator.workflows.ports import HasSearchData, HasSettings
from generator.workflows.search_data.requests import PageFigures, SearchDataOverview

if TYPE_CHECKING:
    from collections.abc import Callable

    from generator.content.search_data.exports import Export, ExportKind
    from generator.content.search_data.opportunity import Opportunity
    from generator.content.search_data.totals import SearchTotals

_TOP = 20

IMPORT_HINT = "run generator search-data import FILE with an export of Google Search Console"


class FiguresServices(HasSettings, HasSearchData, Protocol):
    """The services that reading search data needs."""


def figures_of(services: FiguresServices, path: str) -> PageFigures | None:
    """What was counted for a page in the newest export; None where it was not shown, or nothing is imported."""
    totals = services.search_data.totals_of(path)
    if totals is None:
        return None
    return PageFigures(path, totals, opportunity_of(totals, services.settings.search.rates))


def figures_by_path(services: FiguresServices) -> Callable[[str], PageFigures | None]:
    """As :func:`figures_of`, for many pages: the export is read once, when the first page is asked for."""

    @cache
    def pages() -> dict[str, SearchTotals]:
        return services.search_data.page_totals()

    def found(path: str) -> PageFigures | None:
        totals = pages().get(path)
        if totals is None:
            return None
        return PageFigures(path, totals, opportunity_of(totals, services.settings.search.rates))

    return found


def clicks_by_path(services: HasSearchData) -> dict[str, int]:
    """The clicks of each page in the newest export; empty where nothing is imported."""
    return {path: totals.clicks for path, totals in services.search_data.page_totals().items()}


def opportunities(services: FiguresServices) -> dict[str, Opportunity]:
    """The pages that get fewer clicks than is usual at their position, those that miss most first.

    Raises:
        UsageError: no export with pages and positions is imported.
    """
    pages = services.search_data.page_totals()
    if not any(totals.position is not None for totals in pages.values()):
        raise UsageError(f"there is no search data with the positions of pages: {IMPORT_HINT}")
    return by_opportunity(pages, services.settings.search.rates)


def newest_export(services: HasSearchData, *kinds: ExportKind, needs: str) -> Export:
    """The newest export of one of these kinds.

    Args:
        needs: what the export must have, for the message.

    Raises:
        UsageError: none is imported.
    """
    export = services.search_data.newest(*kinds)
    if export is None:
        raise UsageError(f"there is no search data with {needs}: {IMPORT_HINT} that has it")
    return export


def search_data_overview(services: FiguresServices) -> SearchDataOverview:
    """What is imported, with the pages that were shown most."""
    data = services.search_data
    pages = data.page_totals()
    most = sorted(pages.items(), key=lambda pair: (-pair[1].impressions, pair[0]))[:_TOP]
    rates = services.settings.search.rates
    return SearchDataOverview(
        exports=tuple(data.exports()),
        used=data.newest_of_pages(),
        totals=sum_totals(pages.values()),
        pages=len(pages),
        top=tuple(PageFigures(path, totals, opportunity_of(totals, rates)) for path, totals in most),
    )
