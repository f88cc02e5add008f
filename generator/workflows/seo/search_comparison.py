"""What ``seo report`` says of the search data: pages with new texts, before and after, beside those that were held out."""

from __future__ import annotations

import datetime
import random
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Protocol

from generator.content.search_data.experiment import Days, PageChange, compare_groups
from generator.content.search_data.totals import SearchTotals
from generator.workflows.ports import HasProposals, HasSearchData, HasSettings

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from generator.content.search_data.experiment import Comparison
    from generator.content.search_data.exports import Export, ExportKind
    from generator.store.ledger.seo.hold_outs import HoldOut

_SEED = 20_260_801
"""Of the bootstrap: the same data gives the same intervals."""


class ComparisonServices(HasSettings, HasProposals, HasSearchData, Protocol):
    """The services that comparing search data needs."""


@dataclass(frozen=True, slots=True)
class SearchComparison:
    """The search data of pages with applied proposals.

    Args:
        before, after: the exports that are compared; None where there is none.
        comparison: None where an export is missing, or no page has new texts between the two.
        hold_out: the experiment; None without one.
        left_out: how many pages are missing in an export that is not complete.
        missing: what a person must do for a comparison; empty where there is one.
        left_hold_out: how many pages were held out until a rewrite of them was published; they are in no group.
    """

    before: Export | None
    after: Export | None
    comparison: Comparison | None
    hold_out: HoldOut | None
    left_out: int
    missing: str
    left_hold_out: int = 0

    def as_dict(self) -> dict[str, Any]:
        """The comparison as an object for JSON; rates and changes are shares, 1 is all."""
        found = self.comparison
        return {
            "before": _dates(self.before),
            "after": _dates(self.after),
            "hold_out": None if self.hold_out is None else asdict(self.hold_out),
            "comparison": None if found is None else asdict(found),
            "conclusion": None if found is None else found.conclusion,
            "left_out": self.left_out,
            "missing": self.missing,
            "left_hold_out": self.left_hold_out,
        }


def compare_search_data(services: ComparisonServices) -> SearchComparison | None:
    """Compare the newest export with one from before the texts were applied; None where nothing is imported.

    With a hold-out, the export before ends before the experiment began, at the latest on that day, and the pages with
    new texts are those of the experiment.
    """
    exports = [export for export in services.search_data.exports() if export.kind != "queries"]
    if not exports:
        return None
    hold_out = services.proposals.hold_outs.latest()
    left_hold_out = 0 if hold_out is None else len(services.proposals.hold_outs.rewritten(hold_out))
    before, after = _exports(exports, None if hold_out is None else hold_out.started_at[:10])
    if before is None or after is None:
        return SearchComparison(before, after, None, hold_out, 0, _missing(hold_out, before), left_hold_out)
    applied = {
        path
        for path, (first, last) in services.proposals.applied_days().items()
        if before.last_day <= first and last < after.first_day
    }
    held_out: set[str] | None = None
    if hold_out is not None:
        pages = services.proposals.hold_outs.pages(hold_out)
        applied &= {path for path, is_held_out in pages.items() if not is_held_out}
        held_out = {path for path, is_held_out in pages.items() if is_held_out}
    if not applied:
        missing = f"no proposal was applied between {before.last_day} and {after.first_day}"
        return SearchComparison(before, after, None, hold_out, 0, missing, left_hold_out)
    changes = _Changes(services, before, after)
    found_applied = changes.of(applied)
    found_held_out = None if held_out is None else changes.of(held_out)
    rng = random.Random(_SEED)
    comparison = compare_groups(
        found_applied,
        found_held_out,
        Days(_days(before), _days(after)),
        services.settings.search.rates,
        lambda count: rng.choices(range(count), k=count),
    )
    wanted = len(applied) + len(held_out or ())
    left_out = wanted - len(found_applied) - len(found_held_out or ())
    return SearchComparison(before, after, comparison, hold_out, left_out, "", left_hold_out)


class _Changes:
    """The totals of pages in two exports. A page that a complete export does not have was not shown."""

    def __init__(self, services: HasSearchData, before: Export, after: Export) -> None:
        data = services.search_data
        self._totals = [data.page_totals(export) for export in (before, after)]
        self._complete = [data.counts_every_page(export) for export in (before, after)]

    def of(self, paths: Iterable[str]) -> dict[str, PageChange]:
        """The changes of pages by path, without those of which an export says nothing."""
        found = {}
        for path in sorted(paths):
            sides = [
                totals.get(path, SearchTotals(0, 0, None) if complete else None)
                for totals, complete in zip(self._totals, self._complete, strict=True)
            ]
            if sides[0] is not None and sides[1] is not None:
                found[path] = PageChange(sides[0], sides[1])
        return found


def _exports(exports: Sequence[Export], started: str | None) -> tuple[Export | None, Export | None]:
    """The exports before and after, of the same kind.

    Args:
        exports: those with the newest dates first.
        started: the day on which the experiment began; None without one.
    """
    kinds: tuple[ExportKind, ...] = ("pages", "page_queries")
    pairs = [_pair([export for export in exports if export.kind == kind], started) for kind in kinds]
    for before, after in sorted(pairs, key=lambda pair: pair[1].last_day if pair[1] else "", reverse=True):
        if before is not None and after is not None:
            return before, after
    return next((pair for pair in pairs if pair != (None, None)), (None, None))


def _pair(exports: Sequence[Export], started: str | None) -> tuple[Export | None, Export | None]:
    after = next((export for export in exports if started is None or export.first_day > started), None)
    if started is not None:
        return next((export for export in exports if export.last_day <= started), None), after
    first_day = after.first_day if after else ""
    return next((export for export in exports if export.last_day < first_day), None), after


def _missing(hold_out: HoldOut | None, before: Export | None) -> str:
    if before is None:
        when = "before the hold-out began" if hold_out else "before the newest one"
        return f"import an export with dates from {when}"
    return "import an export with dates from after the hold-out began"


def _days(export: Export) -> int:
    first, last = (datetime.date.fromisoformat(day) for day in (export.first_day, export.last_day))
    return (last - first).days + 1


def _dates(export: Export | None) -> dict[str, Any] | None:
    return (
        None
        if export is None
        else {"first_day": export.first_day, "last_day": export.last_day, "kind": export.kind}
    )
