"""Prints what search data says, as text or JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from generator.cli.terminal.output import note, notes, say, say_json, say_line, table
from generator.content.display import plural
from generator.content.search_data.wording import totals_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.content.search_data.competing import CompetingPages
    from generator.content.search_data.exports import Export
    from generator.content.search_data.totals import SearchTotals
    from generator.workflows.search_data.requests import (
        CompetingOutcome,
        ImportedExport,
        ImportOutcome,
        PageFigures,
        SearchDataOverview,
        SilentOutcome,
        UnansweredOutcome,
        UnansweredQuestion,
    )

KIND_NAMES = {"pages": "pages", "queries": "queries", "page_queries": "queries by page"}
CUT = "cut off at its most rows: what is missing means nothing"
_MOST_LINES = 100


def show_imported(outcome: ImportOutcome, *, as_json: bool) -> None:
    """Print what was imported."""
    if as_json:
        imported = [_imported_object(item) for item in outcome.imported]
        say_json({"imported": imported, "notes": list(outcome.notes)})
        return
    notes(outcome.notes)
    for item in outcome.imported:
        say(_imported_line(item))
        if item.is_cut:
            say(f"  {CUT}")
        if item.unpublished:
            say(f"  {plural(item.unpublished, 'page')} without a published file")


def show_overview(overview: SearchDataOverview, *, as_json: bool) -> None:
    """Print the exports, the totals of the newest one, and its first pages."""
    if as_json:
        say_json(
            {
                "exports": [asdict(export) for export in overview.exports],
                "used": overview.used.id if overview.used else None,
                "pages": overview.pages,
                "totals": totals_object(overview.totals),
                "top": [figures_object(item) for item in overview.top],
            }
        )
        return
    if not overview.exports:
        say("nothing is imported: generator search-data import FILE")
        return
    table(
        [_export_cells(export, overview) for export in overview.exports],
        header=("", "id", "what", "from", "to", "rows", "imported", "file", ""),
    )
    if overview.used is not None:
        say()
        say(f"* {plural(overview.pages, 'page')} shown: {totals_line(overview.totals)}")
        table(
            [(*_totals_cells(item.totals), *_missed_cells(item), item.path) for item in overview.top],
            header=("clicks", "impressions", "CTR", "position", "usual CTR", "missed clicks", "page"),
        )


def show_removed(export: Export, *, as_json: bool) -> None:
    """Print the export that was deleted."""
    if as_json:
        say_json({"removed": asdict(export)})
        return
    say(
        f"removed: export {export.id}, {KIND_NAMES[export.kind]}, {_dates(export)}, {plural(export.rows, 'row')} of"
        f" {export.source}"
    )


def show_competing(outcome: CompetingOutcome, limit: int | None, *, as_json: bool) -> None:
    """Print the queries for which pages compete, the first ``limit``."""
    found = outcome.found[:limit]
    if as_json:
        say_json({"export": asdict(outcome.export), "competing": [_competing_object(item) for item in found]})
        return
    for item in found if limit else found[:_MOST_LINES]:
        say_line(f"{item.query}: {item.impressions:,} impressions")
        table([(*_totals_cells(page.totals), page.path) for page in item.pages], indent="  ")
    say(f"{plural(len(outcome.found), 'query')} with competing pages, {_dates(outcome.export)}")


def show_silent(outcome: SilentOutcome, *, as_json: bool) -> None:
    """Print the pages that nobody was shown, each with its proposal."""
    if as_json:
        say_json(asdict(outcome))
        return
    table([(page.suggestion, page.path, page.reason) for page in outcome.pages])
    say(
        f"{len(outcome.pages):,} of {plural(outcome.examined, 'page')} that were published before were shown to nobody"
        f" from {outcome.first_day} to {outcome.last_day}"
    )


def show_unanswered(outcome: UnansweredOutcome, *, as_json: bool) -> None:
    """Print the questions that no page answers."""
    if as_json:
        questions = [_unanswered_object(item) for item in outcome.found]
        say_json({"export": asdict(outcome.export), "examined": outcome.examined, "questions": questions})
        return
    if outcome.found:
        table(
            [
                (*_totals_cells(item.totals), item.question, item.subject)
                for item in outcome.found[:_MOST_LINES]
            ],
            header=("clicks", "impressions", "CTR", "position", "question", "subject"),
        )
    if len(outcome.found) > _MOST_LINES:
        note(f"... and {len(outcome.found) - _MOST_LINES:,} more; --csv FILE has all of them")
    say(
        f"{len(outcome.found):,} of {plural(outcome.examined, 'question')} that people type have no page,"
        f" {_dates(outcome.export)}"
    )


def figures_object(figures: PageFigures) -> dict[str, Any]:
    """The figures of a page as JSON; rates are 0 to 1."""
    found = figures.opportunity
    return {
        "path": figures.path,
        **totals_object(figures.totals),
        "usual_click_rate": None if found is None else round(found.usual_rate, 4),
        "missed_clicks": None if found is None else round(found.missed_clicks, 1),
    }


def totals_object(totals: SearchTotals) -> dict[str, Any]:
    """Totals as JSON; the click rate is 0 to 1."""
    position = None if totals.position is None else round(totals.position, 2)
    return {**asdict(totals), "position": position, "click_rate": round(totals.click_rate, 4)}


def _imported_object(item: ImportedExport) -> dict[str, Any]:
    return {
        **{name: value for name, value in asdict(item).items() if name not in ("export", "totals")},
        "totals": totals_object(item.totals),
        "imported": item.export is not None,
    }


def _imported_line(item: ImportedExport) -> str:
    counts = [plural(item.pages, "page")] if item.pages else []
    counts += [plural(item.queries, "query")] if item.queries else []
    known = "" if item.export else " (imported before)"
    return (
        f"{KIND_NAMES[item.kind]}, {item.first_day} to {item.last_day}{known}: {plural(item.rows, 'row')},"
        f" {', '.join(counts) or 'nothing of the site'}; {totals_line(item.totals)}"
    )


def _export_cells(export: Export, overview: SearchDataOverview) -> tuple[str, ...]:
    remarks = [CUT] if export.is_cut else []
    remarks += [f"only {export.filters}"] if export.filters else []
    return (
        "*" if overview.used is not None and export.id == overview.used.id else "",
        str(export.id),
        KIND_NAMES[export.kind],
        export.first_day,
        export.last_day,
        f"{export.rows:,}",
        export.imported_at[:10],
        export.source,
        "; ".join(remarks),
    )


def _totals_cells(totals: SearchTotals) -> tuple[str, str, str, str]:
    position = "" if totals.position is None else f"{totals.position:.1f}"
    return f"{totals.clicks:,}", f"{totals.impressions:,}", f"{totals.click_rate:.1%}", position


def _missed_cells(item: PageFigures) -> tuple[str, str]:
    found = item.opportunity
    return ("", "") if found is None else (f"{found.usual_rate:.1%}", f"{found.missed_clicks:,.0f}")


def _competing_object(item: CompetingPages) -> dict[str, Any]:
    pages: Sequence[Any] = [{"path": page.path, **totals_object(page.totals)} for page in item.pages]
    return {"query": item.query, "impressions": item.impressions, "contested": item.contested, "pages": pages}


def _unanswered_object(item: UnansweredQuestion) -> dict[str, Any]:
    nearest = (
        None
        if item.nearest is None
        else {"question": item.nearest[0], "similarity": round(item.nearest[1], 3)}
    )
    return {
        "question": item.question,
        "subject": item.subject,
        **totals_object(item.totals),
        "queries": item.queries,
        "shown": item.shown,
        "nearest": nearest,
    }


def _dates(export: Export) -> str:
    return f"{export.first_day} to {export.last_day}"
