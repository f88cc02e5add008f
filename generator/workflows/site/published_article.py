"""Reads one published article by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from generator.content.frontmatter import read
from generator.errors import UsageError
from generator.store.files import read_article
from generator.workflows.ports import HasCorpus, HasSettings
from generator.workflows.site.article_names import find_published, single_match
from generator.workflows.site.corpus import refresh_corpus

if TYPE_CHECKING:
    from generator.content.frontmatter import Document
    from generator.workflows.engine.progress import Progress


class ArticleServices(HasSettings, HasCorpus, Protocol):
    """The services that reading a published article needs."""


def published_article(services: ArticleServices, name: str, progress: Progress) -> Document:
    """The published article with this name: ``subject/slug``, a slug, an address or a path.

    Raises:
        UsageError: no article has this name, or several have.
        StorageError, FrontMatterError: its file cannot be read.
    """
    refresh_corpus(services, progress)
    row = single_match(find_published(services.index, name, services.settings), name, "articles")
    data = read_article(services.settings.content_dir / row.path) if row is not None else None
    if data is None:
        raise UsageError(f"no published article is named {name!r}")
    return read(data)
