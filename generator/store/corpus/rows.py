"""The results of the corpus index: rows, hits, passages, reports. Immutable values."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from generator.content.article import RelatedArticle, link_texts
from generator.content.site.site import Site
from generator.content.site.subjects import SubjectList
from generator.content.slugs import ArticleKey
from generator.store.corpus.files import Unreadable


class ArticleRow(NamedTuple):
    """One published article as the index stores it, without its answer."""

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
    """Whether it is suitable as a passage or a link."""
    sha256: str
    canonical: str
    """The address of another page that the file names as its canonical one; empty without one."""

    @classmethod
    def from_values(cls, values: Sequence[object]) -> "ArticleRow":
        """The row with the values of ``ROW_COLUMNS``."""
        row = cls._make(values)
        return row._replace(no_index=bool(row.no_index), fit=bool(row.fit))

    def url(self, site: Site) -> str:
        """The address of its page. It follows from the file's path, not from its content."""
        return site.address_of(ArticleKey(self.subject_slug, self.slug))

    def link(self, site: Site, subjects: SubjectList) -> RelatedArticle:
        """The row as a related article of another one, in the form that the audit requires; without an id it has 0."""
        title, subject = link_texts(self.title, self.subject, subjects)
        return RelatedArticle(id=self.id or 0, title=title, subject=subject, url=self.url(site))


ROW_COLUMNS = ", ".join("article." + name for name in ArticleRow._fields)


class Hit(NamedTuple):
    """An article found for a question.

    ``score`` orders the hits of one list (higher is better); ``similarity`` of the two questions is 0 to 1.
    """

    row: ArticleRow
    score: float
    similarity: float
    found_in_lead: bool = True
    """Whether its question, headings, keywords or description contain a term of the question, not only its answer."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A chunk of the team's sources that is sent with a question; ``id`` is s1, s2, …"""

    id: str
    key: str
    title: str
    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class SourceCounts:
    """How many source documents a refresh added, updated and removed."""

    added: int
    updated: int
    removed: int
    unreadable: tuple[Unreadable, ...]
    missing: bool
    """Whether the folder of the settings does not exist."""


@dataclass(frozen=True, slots=True)
class RefreshReport:
    """How many articles a refresh added, updated and removed, and which files are unreadable."""

    added: int
    updated: int
    removed: int
    unreadable: tuple[Unreadable, ...]
    seconds: float
    missing: bool = False
    """Whether the content folder does not exist, so the corpus is empty."""
    rebuilt: bool = False
    """Whether a damaged index was deleted before."""
    sources: SourceCounts | None = None
    """The same for source documents; None where the settings name no folder of sources."""


@dataclass(frozen=True, slots=True)
class IndexState:
    """What is indexed, when it last changed, and what a refresh would change."""

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
    """How many article files a refresh would read or remove from the index."""
    bytes: int
    """The size of the index on disk."""
