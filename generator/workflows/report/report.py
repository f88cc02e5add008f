"""The use case of ``report``: reads the figures of a run, of the time since a date, or of all runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from generator.content.frontmatter import read
from generator.content.markdown.answer import decode
from generator.content.text import word_count
from generator.errors import FrontMatterError, UsageError
from generator.store.ledger.runs.figures import Period
from generator.workflows.ports import HasDrafts, HasLedger, HasSettings
from generator.workflows.report.figures import Lengths, run_report

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.store.ledger.runs.figures import ReportedDraft
    from generator.workflows.engine.progress import Progress
    from generator.workflows.report.figures import RunReport


class ReportServices(HasSettings, HasLedger, HasDrafts, Protocol):
    """The services that a report needs."""


def report_runs(services: ReportServices, period: Period, progress: Progress) -> RunReport:
    """The figures of a period.

    Raises:
        UsageError: nothing was drafted yet, or the period has no call.
        StorageError: the ledger cannot be used.
    """
    if not services.has_ledger:
        raise UsageError("nothing drafted yet: generator draft QUESTIONS")
    figures = services.ledger.figures
    runs = figures.runs(period)
    if not runs:
        known = (
            "generator status counts all" if period.run is None else "see the runs of generator report --json"
        )
        raise UsageError(f"there is no call {_in_words(period)}; {known}")
    drafts = figures.drafts(period)
    return run_report(
        runs=runs,
        calls=figures.calls(period),
        drafts=drafts,
        decisions=figures.decisions([draft.id for draft in drafts]),
        rules=figures.rules([draft.id for draft in drafts]),
        verdicts=figures.verdicts([draft.job for draft in drafts]),
        lengths=_lengths(services, drafts, progress),
        created_at=services.now(),
    )


def _lengths(services: ReportServices, drafts: Sequence[ReportedDraft], progress: Progress) -> Lengths:
    """The lengths of the texts of drafts as they are now."""
    words: list[int] = []
    descriptions: list[int] = []
    site = services.settings.site
    with progress.bar("reading drafts") as show:
        for number, draft in enumerate(drafts, start=1):
            data = services.ledger.blobs.get(draft.sha) if draft.sha is not None else None
            try:
                document = read(data) if data is not None else None
            except FrontMatterError:
                document = None
            if document is not None:
                words.append(word_count(decode(document.get("answer", ""))))
                descriptions.append(len(site.description_of(document.get("seo.page_description", ""))))
            show(number, len(drafts))
    return Lengths(tuple(words), tuple(descriptions))


def _in_words(period: Period) -> str:
    if period.run is not None:
        return f"of run {period.run}"
    return f"since {period.since}" if period.since is not None else "of a model yet"
