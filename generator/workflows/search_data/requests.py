"""The requests and outcomes of the commands for search data."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from generator.content.search_data.competing import CompetingPages
from generator.content.search_data.exports import Export
from generator.content.search_data.opportunity import Opportunity
from generator.content.search_data.totals import SearchTotals


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """Which files are imported, and for which dates.

    Args:
        first_day, last_day: as YYYY-MM-DD; None where the files say their dates.
    """

    files: tuple[Path, ...]
    first_day: str | None = None
    last_day: str | None = None


@dataclass(frozen=True, slots=True)
class ImportedExport:
    """One imported table.

    Args:
        export: None where it was imported before.
        pages, queries: how many different ones it has.
        totals: of all its rows.
        unpublished: how many of its pages have no published file.
    """

    kind: str
    first_day: str
    last_day: str
    rows: int
    is_cut: bool
    pages: int
    queries: int
    totals: SearchTotals
    unpublished: int
    export: Export | None


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """What was imported. ``notes`` say what was left out or guessed."""

    imported: tuple[ImportedExport, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PageFigures:
    """A page with its totals, and its opportunity where its position is known."""

    path: str
    totals: SearchTotals
    opportunity: Opportunity | None


@dataclass(frozen=True, slots=True)
class SearchDataOverview:
    """What is imported.

    Args:
        exports: the newest dates first.
        used: the export that totals of pages are taken from; None without one.
        totals: of all its pages.
        top: its pages with most impressions.
    """

    exports: tuple[Export, ...]
    used: Export | None
    totals: SearchTotals
    pages: int
    top: tuple[PageFigures, ...]


@dataclass(frozen=True, slots=True)
class CompetingOutcome:
    """The queries for which several pages compete, and the export that shows it."""

    export: Export
    found: Sequence[CompetingPages]


Suggestion = Literal["merge", "rewrite", "withdraw"]


@dataclass(frozen=True, slots=True)
class SilentPage:
    """A published page that nobody was shown.

    Args:
        suggestion: what a person might do with it; nothing is done.
        reason: why that.
        other: the page to merge it into; None for other suggestions.
    """

    path: str
    question: str
    suggestion: Suggestion
    reason: str
    other: str | None = None


@dataclass(frozen=True, slots=True)
class SilentOutcome:
    """The pages that nobody was shown from ``first_day`` to ``last_day``, of ``examined`` that were published before."""

    first_day: str
    last_day: str
    examined: int
    pages: tuple[SilentPage, ...]


@dataclass(frozen=True, slots=True)
class UnansweredQuestion:
    """A question that people type and no page answers.

    Args:
        totals: of all queries that ask it.
        queries: how many do.
        subject: of the page that Google shows for it, or of the nearest one; empty where there is none.
        shown: the path of the page that Google shows for it most; None where the export does not say it.
        nearest: the question of the nearest page, with its similarity; None where no page is near.
    """

    question: str
    totals: SearchTotals
    queries: int
    subject: str
    shown: str | None
    nearest: tuple[str, float] | None


@dataclass(frozen=True, slots=True)
class UnansweredOutcome:
    """The questions that no page answers, most impressions first, and how many questions were examined."""

    export: Export
    examined: int
    found: tuple[UnansweredQuestion, ...]
