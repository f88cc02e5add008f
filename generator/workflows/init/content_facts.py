"""Reads what an existing content folder says of its site."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.content.frontmatter import read
from generator.content.markdown.answer import decode, parse
from generator.content.site.site_facts import ArticleFacts, SiteFacts, site_facts
from generator.content.text import word_count
from generator.errors import FrontMatterError, StorageError, UsageError
from generator.store.corpus.files import scan
from generator.store.files import read_article

if TYPE_CHECKING:
    from pathlib import Path

    from generator.workflows.engine.progress import Progress

_SAMPLE_CHARS = 400


@dataclass(frozen=True, slots=True)
class ContentFacts:
    """What the articles of a folder tell; ``unreadable`` are the files that are no articles, by path."""

    site: SiteFacts
    unreadable: tuple[str, ...]


def read_content_facts(folder: Path, progress: Progress) -> ContentFacts:
    """Read all articles of a content folder. Nothing is written.

    Raises:
        UsageError: the folder does not exist, or has no article ``<subject-slug>/<slug>.md`` that can be read.
    """
    if not folder.is_dir():
        raise UsageError(f"--from {folder} is no folder")
    found = scan(folder)
    unreadable = [item.path for item in found.unreadable]
    articles: list[ArticleFacts] = []
    with progress.bar("reading") as show:
        for number, path in enumerate(found.files, start=1):
            facts = _facts(folder, path)
            if facts is None:
                unreadable.append(path)
            else:
                articles.append(facts)
            show(number, len(found.files))
    if not articles:
        raise UsageError(f"--from {folder} has no articles: they are expected at <subject-slug>/<slug>.md")
    return ContentFacts(site_facts(articles), tuple(unreadable))


def _facts(folder: Path, path: str) -> ArticleFacts | None:
    try:
        data = read_article(folder / path)
        document = read(data) if data is not None else None
    except (FrontMatterError, StorageError):
        return None
    if document is None:
        return None
    answer = decode(document.get("answer", ""))
    parsed = parse(answer)
    number = document.get("id", "")
    subject_slug, _, name = path.partition("/")
    return ArticleFacts(
        folder=subject_slug,
        slug=name.removesuffix(".md"),
        id=int(number) if number.isascii() and number.lstrip("-").isdecimal() else None,
        author=document.get("author", ""),
        subject=document.get("subject", ""),
        seo_title=document.get("seo.title", ""),
        url=document.get("url", ""),
        canonical=document.get("canonical", ""),
        is_hidden=document.is_hidden,
        words=word_count(answer),
        points=len(parsed.points) if parsed else 0,
        body=document.body.strip(),
        text=answer[:_SAMPLE_CHARS],
    )
