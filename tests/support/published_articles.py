"""Articles in the content folder, as they were before anything was drafted."""

import datetime
from collections.abc import Sequence
from pathlib import Path

from generator.content.article import Article, RelatedArticle
from generator.content.markdown.answer import compose, encode
from generator.content.site.site import Site
from tests.support.article_files import put_article
from tests.support.replies import GOOD


def article(
    question: str,
    subject: str = "Biology",
    *,
    id: int = 1,
    related: Sequence[RelatedArticle] = (),
    site: Site | None = None,
) -> Article:
    """A published article that answers with the good text."""
    points = [(point["heading"], point["body"]) for point in GOOD["points"]]
    return Article.compose(
        site=site or Site(),
        id=id,
        date=datetime.date(2024, 12, 3),
        question=question,
        subject=subject,
        answer=encode(compose(GOOD["introduction"], points, GOOD["conclusion"])),
        description=GOOD["page_description"],
        keywords=GOOD["page_keywords"],
        related=related,
    )


def link_to(article: Article) -> RelatedArticle:
    """How other articles link to this one."""
    return RelatedArticle(id=article.id, title=article.title, subject=article.subject, url=article.url)


def publish_by_hand(folder: Path, *articles: Article) -> None:
    """Put articles into the content folder below ``folder``."""
    for item in articles:
        put_article(folder / "content", item)
