"""Writes an article where it belongs in a content folder."""

from pathlib import Path

from generator.content.article import Article
from generator.content.frontmatter import render


def put_article(content: Path, article: Article) -> Path:
    """Write an article into a content folder; returns its file."""
    file = content / article.key.path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(render(article).encode())
    return file
