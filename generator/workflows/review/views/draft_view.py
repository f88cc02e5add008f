"""Collects everything that a reviewer sees of one draft: fields, findings, search result, history, similar article."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from generator.content.checks.places import findings_in_file
from generator.content.frontmatter import read
from generator.content.keywords import split_keywords
from generator.content.markdown.answer import decode
from generator.content.seo.search_result import SearchResult, search_result
from generator.errors import FrontMatterError
from generator.workflows.ports import (
    HasDrafts,
    HasLedger,
    HasLots,
    HasPublications,
    HasRevisions,
    HasSettings,
)
from generator.workflows.review.views.rewrite_view import RewriteView, rewrite_view

if TYPE_CHECKING:
    from generator.config import Settings
    from generator.content.findings import Finding
    from generator.content.frontmatter import Document
    from generator.content.frontmatter.document import Related
    from generator.store.corpus.index import CorpusIndex
    from generator.store.ledger.drafts.decisions import DraftDecision
    from generator.store.ledger.drafts.drafts import Drafts
    from generator.store.ledger.drafts.revisions import Revision
    from generator.store.ledger.drafts.rows import DraftRow
    from generator.store.ledger.drafts.versions import Version
    from generator.store.ledger.ledger import Ledger
    from generator.store.ledger.publications import Publication, Withdrawal
    from generator.store.ledger.runs.calls import Cost
    from generator.store.ledger.sampling.judgements import LotJudgement
    from generator.store.ledger.sampling.rows import MemberRow


@dataclass(frozen=True, slots=True)
class DraftView:
    """All details of one draft. ``document`` is None if there is no text or it cannot be read.

    ``answer`` is Markdown with real line breaks. The offsets of a finding are positions in ``answer`` if its field is
    ``answer``, else in the part that its field names. ``findings`` are those that the ledger counts in ``row``.
    ``rewrite`` is the published page of a rewrite, None for a new article. ``lots`` are its memberships in lots,
    and ``judgements`` what reviewers said of it as a draw of one.
    """

    row: DraftRow
    data: bytes | None
    document: Document | None
    answer: str
    keywords: tuple[str, ...]
    related: tuple[Related, ...]
    findings: tuple[Finding, ...]
    search: SearchResult | None
    passages: list[dict[str, Any]]
    versions: tuple[Version, ...]
    decisions: tuple[DraftDecision, ...]
    revisions: tuple[Revision, ...]
    publication: Publication | None
    withdrawal: Withdrawal | None
    prompt_hash: str
    cost: Cost
    rewrite: RewriteView | None = None
    lots: tuple[MemberRow, ...] = ()
    judgements: tuple[LotJudgement, ...] = ()

    @property
    def is_hidden(self) -> bool:
        """Whether the page will be hidden from lists and search engines."""
        return self.document is not None and self.document.is_hidden

    def get(self, path: str) -> str:
        """The value of a field of the article file, empty if there is none."""
        return self.document.get(path, "") if self.document is not None else ""


@dataclass(frozen=True, slots=True)
class SimilarArticle:
    """An article or a draft with nearly the same question.

    ``similarity`` of the questions is 0 to 1. ``draft`` is the number of the draft, None for a published article.
    ``answer`` is Markdown with real line breaks, empty if there is none yet.
    """

    key: str
    question: str
    similarity: float
    draft: int | None
    answer: str


class DraftViewServices(HasSettings, HasLedger, HasDrafts, HasRevisions, HasPublications, HasLots, Protocol):
    """The services that viewing drafts needs."""


class DraftViews:
    """Collects the details of the drafts of one ledger."""

    def __init__(self, services: DraftViewServices) -> None:
        self._settings = services.settings
        self._ledger = services.ledger
        self._drafts = services.drafts
        self._revisions = services.revisions
        self._publications = services.publications
        self._lots = services.lots

    def view(self, row: DraftRow) -> DraftView:
        """The details of a draft from the ledger. Call ``EditImporter.sync`` first to include edits of its file."""
        data = self._drafts.data(row)
        document = _document(data)
        versions = tuple(self._drafts.versions.of(row.id))
        job = self._ledger.jobs.get(row.job)
        stored = next((version.findings for version in versions if version.n == row.version), ())
        answer = _answer(document)
        return DraftView(
            row=row,
            data=data,
            document=document,
            answer=answer,
            keywords=split_keywords(document.get("seo.page_keywords", "")) if document else (),
            related=tuple(document.related) if document else (),
            findings=findings_in_file(stored, answer),
            search=search_result_of(document, self._settings) if document else None,
            passages=job.context.get("passages", []),
            versions=versions,
            decisions=tuple(self._drafts.decisions.of(row.id)),
            revisions=tuple(self._revisions.of(row.id)),
            publication=self._publications.of_draft(row.id),
            withdrawal=self._publications.withdrawal_of(row.key) if row.key else None,
            prompt_hash=job.prompt_hash,
            cost=self._drafts.cost(row),
            rewrite=rewrite_view(
                row, job, document, self._settings.content_dir, self._settings.publish.disclosed_in
            ),
            lots=tuple(self._lots.of_draft(row.id)),
            judgements=tuple(self._lots.judgements.of_draft(row.id)),
        )


def similar_article(
    row: DraftRow, ledger: Ledger, drafts: Drafts, index: CorpusIndex
) -> SimilarArticle | None:
    """The article because of which a near duplicate was not drafted.

    None if the draft is not a near duplicate, or if the article has no address or does not exist any more.
    """
    context = ledger.jobs.get(row.job).context
    key, similarity = context.get("near"), context.get("similarity")
    if key is None or similarity is None:
        return None
    article = index.get(key)
    if article is not None:
        return SimilarArticle(key, article.question, similarity, None, index.answer(key) or "")
    draft = drafts.by_key(key)
    if draft is not None:
        return SimilarArticle(
            key, draft.question, similarity, draft.id, _answer(_document(drafts.data(draft)))
        )
    return None


def search_result_of(
    document: Document, settings: Settings, *, description: str | None = None
) -> SearchResult:
    """The search result of an article file, as a search engine shows it.

    Args:
        description: instead of the file's own; None for that.
    """
    return search_result(
        settings.site,
        settings.limits.seo,
        title=document.get("title", ""),
        subject=document.get("subject", ""),
        url=document.get("url", ""),
        description=document.get("seo.page_description", "") if description is None else description,
    )


def _document(data: bytes | None) -> Document | None:
    try:
        return None if data is None else read(data)
    except FrontMatterError:
        return None


def _answer(document: Document | None) -> str:
    """The answer with real line breaks, empty if there is none."""
    return decode(document.get("answer", "")) if document else ""
