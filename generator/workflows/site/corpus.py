"""Brings the index of published articles up to date with the content folder, and says what could not be read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from generator.content.display import plural
from generator.workflows.ports import HasCorpus, HasSettings

if TYPE_CHECKING:
    from generator.store.corpus.rows import IndexState, RefreshReport
    from generator.workflows.engine.progress import Progress


class CorpusServices(HasSettings, HasCorpus, Protocol):
    """What bringing the index up to date takes."""


def refresh_corpus(
    services: CorpusServices, progress: Progress, *, needs_folder: bool = True
) -> RefreshReport:
    """Index what changed, and note what cannot be read.

    Args:
        needs_folder: note a missing content folder; False where the caller says so itself.
    """
    with progress.bar("indexing") as show:
        report = services.index.refresh(lambda done, total: show(done, total))
    if report.missing and needs_folder:
        progress.note(
            f"note: there is no content folder {services.settings.content_dir}; working without a corpus"
        )
    if report.unreadable:
        first = report.unreadable[0]
        progress.note(
            f"note: {plural(len(report.unreadable), 'published file')} cannot be read, the first: {first.path}: {first.reason}"
        )
    if report.sources is not None and report.sources.unreadable:
        first = report.sources.unreadable[0]
        progress.note(
            f"note: {plural(len(report.sources.unreadable), 'source')} cannot be read, the first: {first.path}: {first.reason}"
        )
    return report


@dataclass(frozen=True)
class IndexOutcome:
    """What bringing the index up to date did, and what the index holds now. ``rebuilt``: all files were read again."""

    report: RefreshReport
    state: IndexState
    rebuilt: bool

    @property
    def needs_person(self) -> bool:
        """Whether a published file or a source cannot be read."""
        sources = self.report.sources
        return bool(self.report.unreadable or (sources is not None and sources.unreadable))


def index_corpus(services: HasCorpus, progress: Progress, *, rebuild: bool = False) -> IndexOutcome:
    """Index what changed; what cannot be read is in the outcome.

    Args:
        rebuild: throw the index away and read every file again.

    Raises:
        StorageError: the index cannot be written.
    """
    with progress.bar("indexing") as show:
        work = services.index.rebuild if rebuild else services.index.refresh
        report = work(lambda done, total: show(done, total))
    return IndexOutcome(report, services.index.state(), rebuilt=rebuild or report.rebuilt)
