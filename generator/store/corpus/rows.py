"""What the corpus index hands out: rows, hits, passages, examples, reports. Plain immutable values."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from generator.content.article import RelatedArticle, link_texts
from generator.content.site import Site
from generator.content.slugs import ArticleKey
from generator.content.subjects import SubjectList
from generator.store.corpus.files import Unreadable


class ArticleRow(NamedTuple):
    """One published article as the index knows it, without its answer."""

    rowid: int
    key: str
    path: str
    id: int | None
    question: str
    subject: str
    subject_slug: str
    slug: str
    title: str
    keywords: str
    words: int
    no_index: bool
    fit: bool
    """Whether it may be shown again: as an example, a passage or a link."""
    sha256: str

    @classmethod
    def made(cls, values: Sequence[object]) -> "ArticleRow":
        """The row from the values of ``ROW_COLUMNS``."""
        row = cls._make(values)
        return row._replace(no_index=bool(row.no_index), fit=bool(row.fit))

    def url(self, site: Site) -> str:
        """The address of its page: that of its place, whatever its file says, since the site serves by place."""
        return site.address_of(ArticleKey(self.subject_slug, self.slug))

    def link(self, site: Site, subjects: SubjectList) -> RelatedArticle:
        """The row as a related article of another, as an audit would have it; an article without an id has 0."""
        title, subject = link_texts(self.title, self.subject, subjects)
        return RelatedArticle(id=self.id or 0, title=title, subject=subject, url=self.url(site))


ROW_COLUMNS = ", ".join("article." + name for name in ArticleRow._fields)


class Hit(NamedTuple):
    """An article found for a question. ``score`` is BM25's (higher is better), ``similarity`` 0 to 1."""

    row: ArticleRow
    score: float
    similarity: float
    named: bool = True
    """Whether question, headings, keywords or description name a term of it, not the answer's text alone."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of the team's sources that goes along with a question; ``id`` is s1, s2, …"""

    id: str
    key: str
    title: str
    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Example:
    """A published article shown to the model as an example; the answer is Markdown with real line breaks."""

    key: str
    question: str
    answer_markdown: str


@dataclass(frozen=True, slots=True)
class SourceCounts:
    """What a refresh did with the sources."""

    added: int
    updated: int
    removed: int
    unreadable: tuple[Unreadable, ...]
    missing: bool
    """Whether the folder that is set is not there."""


@dataclass(frozen=True, slots=True)
class RefreshReport:
    """What a refresh did."""

    added: int
    updated: int
    removed: int
    unreadable: tuple[Unreadable, ...]
    seconds: float
    missing: bool = False
    """Whether there is no content folder: the corpus is empty."""
    rebuilt: bool = False
    """Whether a damaged index was thrown away first."""
    sources: SourceCounts | None = None
    """What was done with the sources; None when no folder of sources is set."""


@dataclass(frozen=True, slots=True)
class IndexState:
    """What is indexed, how fresh and how large it is."""

    articles: int
    subjects: dict[str, int]
    unreadable: int
    sources: int
    passages: int
    """Chunks of sources."""
    unreadable_sources: int
    changed_at: str
    """When the index last changed, as ISO 8601 in UTC."""
    pending: int
    """Article files that a refresh would read or forget."""
    bytes: int
