"""The use case of ``search-data silent``: published questions that nobody was shown for months, as proposals.

Absence from an export means nothing where the export was cut off or filtered, or names no page without a named query;
such exports only show which pages were seen.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Protocol

from generator.content.display import plural
from generator.content.search_data.coverage import covered_since, months_before
from generator.errors import UsageError
from generator.workflows.ports import HasCorpus, HasSearchData, HasSettings
from generator.workflows.search_data.figures import IMPORT_HINT
from generator.workflows.search_data.requests import SilentOutcome, SilentPage
from generator.workflows.site.corpus import refresh_corpus

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.content.search_data.exports import Export
    from generator.store.corpus.rows import ArticleRow
    from generator.store.corpus.search_data import SearchData
    from generator.workflows.engine.progress import Progress


class SilentServices(HasSettings, HasCorpus, HasSearchData, Protocol):
    """The services that finding silent pages needs."""


def find_silent(services: SilentServices, months: int, progress: Progress) -> SilentOutcome:
    """The indexable pages, published before, that Google showed to nobody in the last months. Nothing is changed.

    Args:
        months: up to the newest day of the search data.

    Raises:
        UsageError: no complete exports cover so many months without a gap.
    """
    refresh_corpus(services, progress)
    exports = services.search_data.exports()
    first, last = _window(services.search_data, exports, months)
    seen = {
        path
        for export in exports
        if export.kind != "queries" and first <= export.last_day and export.first_day <= last
        for path, totals in services.search_data.page_totals(export).items()
        if totals.impressions
    }
    rows = [row for row in services.index.published_before(first) if not services.index.is_never_indexed(row)]
    silent = [row for row in rows if row.path not in seen]
    pages = []
    with progress.bar("comparing") as show:
        for number, row in enumerate(silent, start=1):
            pages.append(_proposal(services, row, seen))
            show(number, len(silent))
    return SilentOutcome(first, last, len(rows), tuple(pages))


def _window(data: SearchData, exports: Sequence[Export], months: int) -> tuple[str, str]:
    """The first and the last day of the months. Raises UsageError where complete exports do not cover them."""
    complete = [export for export in exports if data.counts_every_page(export)]
    covered = covered_since(
        (datetime.date.fromisoformat(export.first_day), datetime.date.fromisoformat(export.last_day))
        for export in complete
    )
    if covered is None:
        cut = any(export.is_cut for export in exports)
        why = (
            "the exports are cut off at their most rows, where a missing page means nothing"
            if cut
            else "no export has every page that was shown"
        )
        raise UsageError(
            f"it is not known which pages nobody was shown: {why}; {IMPORT_HINT} by page from its API or from BigQuery"
        )
    first = months_before(covered[1], months) + datetime.timedelta(days=1)
    if first < covered[0]:
        raise UsageError(
            f"complete exports cover only {covered[0]} to {covered[1]} without a gap, less than"
            f" {plural(months, 'month')}: import earlier ones, or give fewer --months"
        )
    return first.isoformat(), covered[1].isoformat()


def _proposal(services: SilentServices, row: ArticleRow, seen: set[str]) -> SilentPage:
    near = [
        (other, similarity)
        for other, similarity in services.index.near_duplicates(row.question)
        if other.key != row.key
    ]
    if near:
        other, similarity = max(near, key=lambda pair: (pair[0].path in seen, pair[1], pair[0].key))
        shown = "is shown" if other.path in seen else "is not shown either"
        reason = f"{other.path} answers the same question ({similarity:.2f}) and {shown}"
        return SilentPage(row.path, row.question, "merge", reason, other.path)
    if not row.fit:
        return SilentPage(row.path, row.question, "withdraw", "its answer refuses, is cut off or is empty")
    return SilentPage(row.path, row.question, "rewrite", "no other page answers its question")
