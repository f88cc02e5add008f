"""Prints drafts as CSV for a spreadsheet, with every column of the question lists under its own name."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from generator.cli.terminal.output import note, say
from generator.content.tables.csv_cells import csv_row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.workflows.review.views.draft_list import DraftList, ListedDraft

_COLUMNS = (
    "question", "subject", "state", "key", "errors", "warnings", "model", "edited", "reason", "updated_at", "path",
    "score", "checks", "replaces", "released",
)  # fmt: skip
_MARK = "\ufeff"  # tells Excel that the text is UTF-8


def show_table(listed: DraftList) -> None:
    """Print the drafts as CSV, no cell as a formula. A column of a list that is named like one of the drafts' gets `` (list)`` appended."""
    names = _kept_names(listed.drafts)
    labels = [f"{name} (list)" if name.casefold() in _COLUMNS else name for name in names]
    say(_MARK + _line([*_COLUMNS, *labels]))
    for item in listed.drafts:
        kept = item.details.kept if item.details else {}
        say(_line([*(_value(item, name) for name in _COLUMNS), *(kept.get(name) for name in names)]))
    if listed.total > len(listed.drafts):
        note(f"{len(listed.drafts):,} of {listed.total:,} drafts: see --limit and --offset")


def _value(item: ListedDraft, name: str) -> Any:
    """The value of a column; None for a score or a release that there is not."""
    if name == "released":
        return item.release.kind if item.release else None
    value = getattr(item.row, name)
    return None if name in ("score", "checks") and value < 0 else value


def _kept_names(drafts: Sequence[ListedDraft]) -> list[str]:
    """The names of all columns of the lists, in the order in which they are first seen."""
    return list(dict.fromkeys(name for item in drafts if item.details for name in item.details.kept))


def _line(cells: Sequence[Any]) -> str:
    return csv_row(map(_cell, cells))


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
