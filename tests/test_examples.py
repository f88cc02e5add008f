"""The small corpus of the demo is as good as what we would publish: canonical, linked, without doubles."""

from pathlib import Path

import pytest

from generator.content.article import Article
from generator.content.frontmatter import read, render
from tests.support.published_articles import link_to

EXAMPLES = Path(__file__).parents[1] / "examples" / "content" / "learn"
FILES = sorted(EXAMPLES.glob("*/*.md"))


@pytest.fixture(scope="module")
def articles() -> dict[Path, Article]:
    return {path: read(path.read_bytes()).article() for path in FILES}


def test_there_are_enough_articles_to_draft_from() -> None:
    assert len(FILES) >= 24


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_an_example_file_is_canonical_and_in_its_place(path: Path, articles: dict[Path, Article]) -> None:
    article = articles[path]
    assert render(article).encode() == path.read_bytes()
    assert path == EXAMPLES / article.key.path


def test_ids_and_descriptions_are_unique(articles: dict[Path, Article]) -> None:
    assert len({article.id for article in articles.values()}) == len(FILES)
    assert len({article.seo.page_description for article in articles.values()}) == len(FILES)


def test_related_links_lead_to_other_examples(articles: dict[Path, Article]) -> None:
    links = {link_to(article) for article in articles.values()}
    for article in articles.values():
        assert 2 <= len(article.related) == len(set(article.related))
        assert set(article.related) <= links - {link_to(article)}
