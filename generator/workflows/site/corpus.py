"""Updates the index of published articles from the content folder, and reports the files that cannot be read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from generator.content.display import plural
from generator.workflows.ports import HasCorpus, HasSettings

if TYPE_CHECKING:
    from generator.store.corpus.rows import IndexState, RefreshReport
    from generator.workflows.engine.progress import Progress


class CorpusServices(HasSettings, HasCorpus, Protocol):
    """The services that updating the index needs."""


def refresh_corpus(
    services: CorpusServices, progress: Progress, *, needs_folder: bool = True
) -> RefreshReport:
    """Index the files that changed, and write a note about files that cannot be read.

    Args:
        needs_folder: whether to write a note if there is no content folder. False if the caller reports that.
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
            f"note: {plural(len(report.unreadable), 'published file')} cannot be read,"
            f" the first: {first.path}: {first.reason}"
        )
    if report.sources is not None and report.sources.unreadable:
        first = report.sources.unreadable[0]
        progress.note(
            f"note: {plural(len(report.sources.unreadable), 'source')} cannot be read,"
            f" the first: {first.path}: {first.reason}"
        )
    return report


@dataclass(frozen=True)
class IndexOutcome:
    """The result of updating the index, and the content of the index now. ``rebuilt``: all files were read again."""

    report: RefreshReport
    state: IndexState
    rebuilt: bool

    @property
    def needs_person(self) -> bool:
        """Whether a published file or a source cannot be read."""
        sources = self.report.sources
        return bool(self.report.unreadable or (sources is not None and sources.unreadable))


def index_corpus(services: HasCorpus, progress: Progress, *, rebuild: bool = False) -> IndexOutcome:
    """Index the files that changed. The outcome lists the files that cannot be read.

    Args:
        rebuild: discard the index and read every file again.

    Raises:
        StorageError: the index cannot be written.
    """
    with progress.bar("indexing") as show:
        update = services.index.rebuild if rebuild else services.index.refresh
        report = update(lambda done, total: show(done, total))
    return IndexOutcome(report, services.index.state(), rebuilt=rebuild or report.rebuilt)
