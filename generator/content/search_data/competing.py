"""Finds pages that compete: Google shows several of them for one query, so that one good page might serve better."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations, groupby

from generator.content.search_data.totals import PageQuery

LEAST_IMPRESSIONS = 10
"""Of a page for a query: with fewer, it is hardly shown for it."""
LEAST_SHARE = 0.1
"""Of the impressions of the query: below, the page is not a rival of the one that is shown."""


@dataclass(frozen=True, slots=True)
class CompetingPages:
    """Several pages that are shown for one query, the one with most impressions first."""

    query: str
    pages: tuple[PageQuery, ...]

    @property
    def impressions(self) -> int:
        """Of all these pages for the query."""
        return sum(page.totals.impressions for page in self.pages)

    @property
    def contested(self) -> int:
        """The impressions of all pages but the first: what the size of the problem is."""
        return self.impressions - self.pages[0].totals.impressions


def competing_pages(
    rows: Iterable[PageQuery], *, least_impressions: int = LEAST_IMPRESSIONS
) -> list[CompetingPages]:
    """The queries for which several pages compete, most contested impressions first.

    Args:
        rows: in the order of their queries.
        least_impressions: of a page for the query.
    """
    found = []
    for query, group in groupby(rows, key=lambda row: row.query):
        pages = sorted(group, key=lambda row: (-row.totals.impressions, row.path))
        least = max(least_impressions, LEAST_SHARE * sum(row.totals.impressions for row in pages))
        rivals = tuple(row for row in pages if row.totals.impressions >= least)
        if len(rivals) > 1:
            found.append(CompetingPages(query, rivals))
    return sorted(found, key=lambda item: (-item.contested, item.query))


def competing_pairs(competing: Iterable[CompetingPages]) -> dict[tuple[str, str], int]:
    """The pairs of pages that compete for any query, with their contested impressions, most first.

    The contested impressions of a pair are those of the less shown page, added up over its queries. The paths of a pair
    are in alphabetical order.
    """
    pairs: defaultdict[tuple[str, str], int] = defaultdict(int)
    for item in competing:
        for one, other in combinations(item.pages, 2):
            paths = (min(one.path, other.path), max(one.path, other.path))
            pairs[paths] += min(one.totals.impressions, other.totals.impressions)
    return dict(sorted(pairs.items(), key=lambda pair: (-pair[1], pair[0])))
