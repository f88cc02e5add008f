"""The use case of ``list --published``: which published pages a person has read, and which are to be looked at again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from generator.content.claims.dated_facts import dated_facts
from generator.content.evidence.release import Release
from generator.errors import UsageError
from generator.workflows.ports import HasCorpus, HasLedger, HasPublications, HasSettings
from generator.workflows.site.corpus import refresh_corpus

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.content.evidence.release import ReleaseKind
    from generator.store.corpus.rows import ArticleRow
    from generator.store.ledger.publications import PageRelease
    from generator.workflows.engine.progress import Progress

_NOT_RECORDED = Release("unknown")


@dataclass(frozen=True, slots=True)
class PageReviewRequest:
    """Which published pages are listed. A field that is None or False does not filter.

    Args:
        reviewed_before: never read, or approved after reading before this date, YYYY-MM-DD.
        dated: says something that is bound to a time.
        released: the kind of the release of its present text; unknown also for pages that this program did not publish.
        subject: the name of the subject.
        limit, offset: at most so many (all if None), without the first ones.
    """

    reviewed_before: str | None = None
    dated: bool = False
    released: ReleaseKind | None = None
    subject: str | None = None
    limit: int | None = None
    offset: int = 0


@dataclass(frozen=True, slots=True)
class PageReview:
    """A published page.

    Args:
        path: of its file, below the content folder.
        approval: of its present text; None for a page that this program did not publish.
        dated: the words by which it depends on when it is read; empty where the request does not ask for them.
    """

    path: str
    key: str
    question: str
    subject: str
    approval: PageRelease | None
    dated: tuple[str, ...] = ()

    @property
    def release(self) -> Release:
        """How its present text was released."""
        return self.approval.release if self.approval else _NOT_RECORDED

    @property
    def read_at(self) -> str | None:
        """When a person read it, as the ledger stores times; None where that is not on record."""
        return self.approval.at if self.approval and self.release.kind == "read" else None

    @property
    def note(self) -> str:
        """What a rewrite is asked to do with it; empty for nothing in particular."""
        quoted = ", ".join(f"“{words}”" for words in self.dated)
        return f"Bring up to date what depends on the time: {quoted}" if quoted else ""


@dataclass(frozen=True, slots=True)
class PageReviewList:
    """The listed pages, those that nobody read first, then the ones read longest ago; and how many match."""

    pages: tuple[PageReview, ...]
    total: int


class PageReviewServices(HasSettings, HasLedger, HasPublications, HasCorpus, Protocol):
    """What listing published pages takes."""


def list_page_reviews(
    services: PageReviewServices, request: PageReviewRequest, progress: Progress
) -> PageReviewList:
    """List published pages, without those that were withdrawn.

    Raises:
        UsageError: there is no content folder.
    """
    if refresh_corpus(services, progress, needs_folder=False).missing:
        raise UsageError(f"there is no content folder {services.settings.content_dir}")
    found = sorted(_matching(services, request), key=lambda page: (page.read_at or "", page.path))
    end = None if request.limit is None else request.offset + request.limit
    return PageReviewList(tuple(found[request.offset : end]), len(found))


def _matching(services: PageReviewServices, request: PageReviewRequest) -> Iterator[PageReview]:
    has_ledger = services.has_ledger
    releases = services.publications.releases() if has_ledger else {}
    withdrawn = services.publications.withdrawn_keys() if has_ledger else set()
    folder = None if request.subject is None else services.index.folder_of(request.subject)
    year = int(services.now()[:4])
    for row in services.index.articles():
        if row.key in withdrawn or folder not in (None, row.subject_slug):
            continue
        dated = _dated(services, row, year) if request.dated else ()
        page = PageReview(row.path, row.key, row.question, row.subject, releases.get(row.path), dated)
        if _is_wanted(page, request):
            yield page


def _is_wanted(page: PageReview, request: PageReviewRequest) -> bool:
    if request.dated and not page.dated:
        return False
    if request.released not in (None, page.release.kind):
        return False
    before = request.reviewed_before
    return before is None or page.read_at is None or page.read_at < before


def _dated(services: PageReviewServices, row: ArticleRow, year: int) -> tuple[str, ...]:
    return dated_facts(row.question, services.index.answer(row.key) or "", year=year)
