"""Finds the near duplicates of a new description among those of the site."""

import pytest

from generator.store.corpus.descriptions import SiteDescriptions
from generator.store.corpus.index import CorpusIndex
from tests.support.seo_pages import GOOD, KEY, TURNED, page


@pytest.fixture
def site(tmp_path):
    page(tmp_path, description=GOOD)
    index = CorpusIndex(tmp_path / "index.sqlite3", tmp_path / "content")
    index.refresh()
    opened = SiteDescriptions(index)
    yield opened
    opened.close()
    index.close()


def test_the_article_itself_does_not_count_and_a_copy_of_it_does(site):
    assert site.near(TURNED, 0.7, key="biology/other") == [(KEY, GOOD, 1.0)]
    assert site.near(TURNED, 0.7, key=KEY) == []
    assert site.near(TURNED, 0.7, key="physics/how-do-enzymes-speed-up-reactions") == [(KEY, GOOD, 1.0)]


def test_only_similarities_from_the_threshold_on_count(site):
    text = TURNED.replace("activation", "free")
    (found,) = site.near(text, 0.7, key="biology/other")
    assert 0.7 <= found.similarity < 0.95
    assert site.near(text, 0.95, key="biology/other") == []


def test_other_texts_and_empty_ones_have_no_near_duplicates(site):
    for text in ("Roots take up water.", ""):
        assert site.near(text, 0.7, key="biology/other") == []


def test_all_descriptions_are_read(site):
    assert [(text.key, text.description) for text in site.all()] == [(KEY, GOOD)]
