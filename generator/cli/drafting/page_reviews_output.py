"""Prints published pages with their reviews: as a table, as CSV and names that ``rewrite --list`` takes, or as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Literal

from generator.cli.terminal.output import note, say, say_json, say_line, table
from generator.content.display import plural
from generator.content.tables.csv_cells import csv_row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.workflows.review.views.page_reviews import PageReview, PageReviewList

ListForm = Literal["table", "csv", "names", "json"]

_COLUMNS = ("path", "subject", "released", "read_by", "read_at", "published_at", "note")
_MARK = "\ufeff"  # tells Excel that the text is UTF-8
_DAY = 10


def show_page_reviews(listed: PageReviewList, form: ListForm) -> None:
    """Print the pages."""
    if form == "json":
        say_json({"total": listed.total, "pages": [_object(page) for page in listed.pages]})
        return
    if form == "names":
        for page in listed.pages:
            say_line(page.path)
    elif form == "csv":
        say(_MARK + csv_row(_COLUMNS))
        for page in listed.pages:
            say(csv_row(_cells(page)))
    else:
        table([_columns(page) for page in listed.pages])
    if listed.total > len(listed.pages):
        note(f"{len(listed.pages):,} of {plural(listed.total, 'page')}: see --limit and --offset")
    elif not listed.pages:
        note("no page matches")


def _columns(page: PageReview) -> tuple[str, ...]:
    read = f"read {page.read_at[:_DAY]}" if page.read_at else "never read"
    return read, page.release.kind, page.key, ", ".join(page.dated)


def _cells(page: PageReview) -> Sequence[str]:
    approval = page.approval
    return (
        page.path,
        page.subject,
        page.release.kind,
        approval.who if approval and page.read_at else "",
        page.read_at or "",
        approval.published_at if approval else "",
        page.note,
    )


def _object(page: PageReview) -> dict[str, Any]:
    approval = page.approval
    return {
        "path": page.path,
        "key": page.key,
        "question": page.question,
        "subject": page.subject,
        "release": asdict(page.release),
        "approved_by": approval.who if approval else None,
        "approved_at": approval.at if approval else None,
        "read_at": page.read_at,
        "published_at": approval.published_at if approval else None,
        "dated": list(page.dated),
    }
