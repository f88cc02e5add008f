"""The use case of ``search-data competing``: pages that Google shows for the same query, from the newest export."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.content.search_data.competing import LEAST_IMPRESSIONS, competing_pages, competing_pairs
from generator.workflows.search_data.figures import newest_export
from generator.workflows.search_data.requests import CompetingOutcome

if TYPE_CHECKING:
    from generator.workflows.ports import HasSearchData


def find_competing(
    services: HasSearchData, *, least_impressions: int = LEAST_IMPRESSIONS
) -> CompetingOutcome:
    """The queries for which several pages compete, most contested impressions first.

    Args:
        least_impressions: of a page for a query.

    Raises:
        UsageError: no export with queries by page is imported.
    """
    export = newest_export(services, "page_queries", needs="queries by page (the API or BigQuery has them)")
    rows = services.search_data.page_queries(export)
    return CompetingOutcome(export, competing_pages(rows, least_impressions=least_impressions))


def competing_page_pairs(services: HasSearchData) -> dict[tuple[str, str], int]:
    """The pairs of pages that compete for any query, with their contested impressions, most first.

    Empty where no export with queries by page is imported: for callers that have other candidates too.
    """
    return competing_pairs(competing_pages(services.search_data.page_queries()))
