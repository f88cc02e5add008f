"""The search result of an article: pattern, prefix and cut."""

from hypothesis import given
from hypothesis import strategies as st

from generator.content.limits import SeoLimits
from generator.content.seo.search_result import search_result, shown
from generator.content.site import Site


def test_a_search_result_has_the_sites_title_and_prefix():
    result = search_result(
        Site(),
        SeoLimits(),
        title="Why?",
        subject="Physics",
        url="/learn/physics/questions/why",
        description="d" * 125,
    )
    assert result.title_shown == "Student Question : Why? | Physics | QuickTakes"
    assert result.description.startswith("Get the full answer from QuickTakes - d")
    assert (result.description_chars, result.description_room) == (163, -3)
    assert len(result.description_shown) <= 160
    assert result.host == "quicktakes"
    assert result.address == "learn › physics › questions › why"


def test_braces_in_a_title_are_not_placeholders():
    result = search_result(Site(), SeoLimits(), title="{subject} {0}", subject="S", url="", description="")
    assert result.title == "Student Question : {subject} {0} | S | QuickTakes"


@given(st.text(max_size=300), st.integers(20, 200))
def test_the_shown_text_is_within_the_limit(text, limit):
    result = shown(text, limit)
    assert len(result) <= limit
    assert result == text or result.endswith("…")


def test_a_text_is_cut_between_words():
    assert shown("Enzymes speed up reactions", 20) == "Enzymes speed up …"
    assert shown("Enzymes speed up, again and again", 19) == "Enzymes speed up …"
