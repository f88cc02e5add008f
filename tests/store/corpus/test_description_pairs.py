"""Near-duplicates among descriptions: found in any order of words, copies of one question left out."""

from generator.store.corpus.description_pairs import EchoIndex
from generator.store.corpus.descriptions import SiteDescriptions
from generator.store.corpus.index import CorpusIndex
from tests.support.seo_pages import GOOD, KEY, QUESTION, page

TURNED = "By holding the substrate in the active site until its bonds give way, enzymes lower a reaction's activation energy."


def test_each_text_is_told_the_earlier_one_that_it_echoes():
    index = EchoIndex()
    try:
        assert index.add("one", GOOD, kin="a") is None
        assert index.add("two", "Roots take up water by osmosis and lift it to the leaves.", kin="b") is None
        assert index.add("three", TURNED, kin="c") == ("one", GOOD)
        assert index.add("four", GOOD, kin="a") == ("three", TURNED)
        assert index.add("five", "", kin="d") is None
    finally:
        index.close()


def test_the_sites_own_descriptions_are_searched_without_the_page_and_its_copies(tmp_path):
    page(tmp_path, description=GOOD)
    index = CorpusIndex(tmp_path / "index.sqlite3", tmp_path / "content")
    site = SiteDescriptions(index)
    try:
        index.refresh()
        assert site.echoes(TURNED, key="biology/other", question="Another?") == [GOOD]
        assert site.echoes(TURNED, key=KEY, question="Another?") == []
        assert site.echoes(TURNED, key="physics/copy", question=QUESTION.upper()) == []
        assert site.echoes("Roots take up water.", key="biology/other", question="Another?") == []
        assert site.echoes("", key="biology/other", question="Another?") == []
        assert [(text.key, text.description) for text in site.all()] == [(KEY, GOOD)]
    finally:
        site.close()
        index.close()
