"""The use case of ``related``: finds the articles to link to, and explains why similar articles are excluded."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from generator.content.duplicates.questions import compare, signature, similarity
from generator.content.frontmatter import read
from generator.content.markdown.line_breaks import decode
from generator.errors import UsageError
from generator.workflows.links.requests import ExcludedCandidate, LinkCandidate, RelatedOutcome
from generator.workflows.ports import HasCorpus, HasDrafts, HasLedger, HasSettings
from generator.workflows.site.article_names import find_published, plain_name, single_match
from generator.workflows.site.corpus import refresh_corpus

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.store.corpus.index import CorpusIndex
    from generator.store.corpus.rows import ArticleRow, Hit
    from generator.workflows.engine.progress import Progress
    from generator.workflows.links.requests import RelatedRequest

_MOST_SEARCHED = 30


class RelatedServices(HasSettings, HasLedger, HasDrafts, HasCorpus, Protocol):
    """The services that finding related articles needs."""


class RelatedQuery(NamedTuple):
    """What related articles are searched for: a published article or a draft (with its ``key``), or a question."""

    question: str
    subject: str = ""
    answer: str = ""
    """Markdown with real line breaks."""
    keywords: str = ""
    key: str | None = None


def find_related(services: RelatedServices, request: RelatedRequest, progress: Progress) -> RelatedOutcome:
    """Update the index, then find the articles to link to.

    Raises:
        UsageError: the question is empty, no article and no draft has the name, or several have it.
    """
    refresh_corpus(services, progress)
    query = _query(services, request)
    own = () if query.key is None else (query.key,)
    hits = services.index.related(
        query.question,
        query.subject,
        answer=query.answer,
        keywords=query.keywords,
        limit=request.limit,
        exclude=own,
    )
    return RelatedOutcome(
        query.question,
        query.key,
        tuple(
            LinkCandidate(hit.row, hit.score, similarity(query.question, hit.row.question)) for hit in hits
        ),
        tuple(_excluded(services.index, query, own, hits)),
    )


def _query(services: RelatedServices, request: RelatedRequest) -> RelatedQuery:
    if request.name is None:
        if not request.question or not request.question.strip():
            raise UsageError("--question is empty")
        return RelatedQuery(request.question, request.subject or "")
    row = _published(services, request.name, request.subject)
    if row is not None:
        answer = services.index.answer(row.key) or ""
        return RelatedQuery(row.question, row.subject_slug, answer, row.keywords, row.key)
    return _draft(services, request.name)


def _published(services: RelatedServices, name: str, subject: str | None) -> ArticleRow | None:
    rows = find_published(services.index, name, services.settings)
    if subject is not None:
        folder = services.index.folder_of(subject)
        rows = [row for row in rows if row.subject_slug == folder]
    return single_match(rows, name, "articles")


def _draft(services: RelatedServices, name: str) -> RelatedQuery:
    plain = plain_name(name, services.settings)
    row = single_match(services.drafts.named(plain) if services.has_ledger else [], plain, "drafts")
    data = services.drafts.data(row) if row is not None else None
    if row is None or data is None:
        raise UsageError(f"no published article and no draft is named {name!r}")
    document = read(data)
    return RelatedQuery(
        document.get("question", ""),
        document.get("subject", ""),
        decode(document.get("answer", "")),
        document.get("seo.page_keywords", ""),
        row.key,
    )


def _excluded(
    index: CorpusIndex, query: RelatedQuery, own: tuple[str, ...], chosen: Sequence[Hit]
) -> list[ExcludedCandidate]:
    """The articles with the most similar questions that cannot be linked to beside the chosen ones."""
    found: list[ExcludedCandidate] = []
    keys = {hit.row.key for hit in chosen}
    for hit in index.search(query.question, limit=_MOST_SEARCHED, exclude=own):
        if hit.row.key not in keys and (reason := _exclusion_reason(index, hit, chosen)) is not None:
            found.append(ExcludedCandidate(hit.row, hit.similarity, reason))
    return found


def _exclusion_reason(index: CorpusIndex, hit: Hit, chosen: Sequence[Hit]) -> str | None:
    """Why the article cannot be linked to, or None if it is only less similar."""
    row = hit.row
    if row.no_index:
        return "hidden from search engines"
    if row.canonical:
        return f"its canonical address is {row.canonical}"
    if index.is_never_indexed(row):
        return "hidden from search engines: the site does not list its subject"
    if not row.fit:
        return "its answer is refused, cut off or too short, or it refers to itself"
    if row.id is None:
        return "it has no id"
    if hit.similarity >= index.link_similarity_limit:
        return f"asks nearly the same ({hit.similarity:.2f})"
    own = signature(row.question)
    duplicate = next(
        (
            other
            for other in chosen
            if compare(own, signature(other.row.question)) >= index.link_similarity_limit
        ),
        None,
    )
    return None if duplicate is None else f"asks nearly the same as {duplicate.row.key}"
