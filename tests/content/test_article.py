"""Articles are composed from question, subject and texts, and reject values that the schema does not allow."""

import datetime

import pytest
from pydantic import ValidationError

from generator.content.article import Article, RelatedArticle, Seo
from generator.content.site.site import Site
from generator.content.slugs import ArticleKey


def composed(**changes: object) -> Article:
    fields: dict[str, object] = {
        "site": Site(),
        "id": 7,
        "date": datetime.date(2026, 1, 31),
        "question": "Why is the sky blue?",
        "subject": "Physics",
        "answer": "Because.",
        "description": "Why.",
        "keywords": ("sky", "blue light"),
    }
    return Article.compose(**(fields | changes))  # type: ignore[arg-type]


def test_names_and_titles_are_derived() -> None:
    article = composed()
    assert article.title == article.question == "Why is the sky blue?"
    assert article.file_name == "why-is-the-sky-blue.md"
    assert article.url == "/learn/physics/questions/why-is-the-sky-blue"
    assert article.seo == Seo(
        title="QuickTakes | Physics", page_description="Why.", page_keywords="sky, blue light"
    )
    assert article.key == ArticleKey("physics", "why-is-the-sky-blue")
    assert article.score == -1.0


def test_at_most_five_related_articles() -> None:
    link = RelatedArticle(id=8, title="Why?", subject="Physics", url="/learn/physics/questions/why")
    assert len(composed(related=[link] * 5).related) == 5
    with pytest.raises(ValidationError):
        composed(related=[link] * 6)


@pytest.mark.parametrize("score", [float("nan"), float("inf")])
def test_a_score_is_finite(score: float) -> None:
    with pytest.raises(ValidationError):
        Article.model_validate(composed().model_dump() | {"score": score})
