"""The use case of ``search-data unanswered``: questions that people type and no page answers, as a question list."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Protocol, TextIO

from generator.content.duplicates.question_index import QuestionIndex
from generator.content.search_data.totals import SearchTotals, sum_totals
from generator.content.search_data.typed_questions import question_of
from generator.content.slugs import slug
from generator.errors import SlugError
from generator.workflows.ports import HasCorpus, HasSearchData, HasSettings
from generator.workflows.search_data.figures import newest_export
from generator.workflows.search_data.requests import UnansweredOutcome, UnansweredQuestion
from generator.workflows.site.corpus import refresh_corpus

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.content.search_data.exports import Export
    from generator.store.corpus.search_data import SearchData
    from generator.workflows.engine.progress import Progress

LEAST_IMPRESSIONS = 10
LIST_COLUMNS = ("question", "subject", "impressions", "clicks", "position", "shown page", "nearest question")


class UnansweredServices(HasSettings, HasCorpus, HasSearchData, Protocol):
    """The services that finding unanswered questions needs."""


def find_unanswered(
    services: UnansweredServices,
    progress: Progress,
    *,
    least_impressions: int = LEAST_IMPRESSIONS,
    limit: int | None = None,
) -> UnansweredOutcome:
    """The questions among the queries of the newest export that no published page answers, most impressions first.

    Several queries that ask the same are one question. A page answers it where the two questions are so near that
    ``draft`` would at least ask a model about them (``duplicates.ask_from``).

    Args:
        least_impressions: of a question.
        limit: the most questions; None for no limit.

    Raises:
        UsageError: no export with queries is imported.
    """
    refresh_corpus(services, progress)
    export = newest_export(services, "page_queries", "queries", needs="queries")
    shown = _shown_pages(services.search_data, export)
    asked = {
        question: items
        for question, items in _questions(services, export).items()
        if sum_totals(items.values()).impressions >= least_impressions
    }
    ordered = sorted(asked.items(), key=lambda pair: (-sum_totals(pair[1].values()).impressions, pair[0]))
    found: list[UnansweredQuestion] = []
    examined = 0
    with progress.bar("comparing") as show:
        for question, items in ordered:
            if limit is not None and len(found) >= limit:
                break
            examined += 1
            unanswered = _unanswered(services, question, items, shown)
            if unanswered is not None:
                found.append(unanswered)
            show(examined, len(ordered))
    return UnansweredOutcome(export, examined, tuple(found))


def write_question_list(found: UnansweredOutcome, file: TextIO) -> None:
    """Write the questions as a CSV that ``draft`` takes; its other columns are shown in review."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(LIST_COLUMNS)
    for item in found.found:
        position = "" if item.totals.position is None else f"{item.totals.position:.1f}"
        nearest = "" if item.nearest is None else f"{item.nearest[0]} ({item.nearest[1]:.2f})"
        writer.writerow(
            (
                item.question,
                item.subject,
                item.totals.impressions,
                item.totals.clicks,
                position,
                item.shown or "",
                nearest,
            )
        )


def _questions(services: UnansweredServices, export: Export) -> dict[str, dict[str, SearchTotals]]:
    """The queries that are questions, with their totals, by the question that is shown most among those that ask the same."""
    index: QuestionIndex[str] = QuestionIndex(services.settings.duplicates.similarity)
    found: dict[str, dict[str, SearchTotals]] = {}
    totals = services.search_data.query_totals(export)
    for query in sorted(totals, key=lambda name: (-totals[name].impressions, name)):
        question = question_of(query)
        if question is None:
            continue
        same = index.nearest(question)
        if same is None:
            index.add(question, question)
        found.setdefault(question if same is None else same.key, {})[query] = totals[query]
    return found


def _shown_pages(data: SearchData, export: Export) -> dict[str, str]:
    """The page that Google shows most for each query; empty where the export does not say it."""
    most: dict[str, tuple[int, str]] = {}
    if export.kind == "page_queries":
        for row in data.page_queries(export):
            candidate = (row.totals.impressions, row.path)
            if candidate > most.get(row.query, (-1, "")):
                most[row.query] = candidate
    return {query: path for query, (_, path) in most.items()}


def _unanswered(
    services: UnansweredServices, question: str, items: Mapping[str, SearchTotals], shown: Mapping[str, str]
) -> UnansweredQuestion | None:
    """The question with what is known about it; None where a page answers it."""
    index, duplicates = services.index, services.settings.duplicates
    answered_from = duplicates.similarity if duplicates.ask_from is None else duplicates.ask_from
    if _has_slug(services, question) or index.near_duplicates(question, threshold=answered_from):
        return None
    query = max(items, key=lambda name: (items[name].impressions, name))
    page = shown.get(query)
    row = index.get(page.removesuffix(".md")) if page else None
    hit = next(iter(index.search(question, limit=1)), None)
    nearest = row or (hit.row if hit else None)
    return UnansweredQuestion(
        question=question,
        totals=sum_totals(items.values()),
        queries=len(items),
        subject=nearest.subject if nearest else "",
        shown=page,
        nearest=(hit.row.question, hit.similarity) if hit and hit.similarity else None,
    )


def _has_slug(services: UnansweredServices, question: str) -> bool:
    """Whether an article has the slug of the question: queries lack the signs that slugs lack too."""
    try:
        return bool(services.index.find_slug(slug(question)))
    except SlugError:
        return False
