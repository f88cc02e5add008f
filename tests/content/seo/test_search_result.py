"""The search result of an article: pattern, prefix and cut."""

from generator.content.limits import SeoLimits
from generator.content.seo.search_result import search_result
from generator.content.seo.text_width import DESCRIPTION_SIZE, DESCRIPTION_WIDTH, TITLE_SIZE, width
from generator.content.site.site import Site
from tests.support.good_descriptions import GOOD_DESCRIPTIONS


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
    assert result.host == "quicktakes"
    assert result.address == "learn › physics › questions › why"


def test_braces_in_a_title_are_not_placeholders():
    result = search_result(Site(), SeoLimits(), title="{subject} {0}", subject="S", url="", description="")
    assert result.title == "Student Question : {subject} {0} | S | QuickTakes"


def test_the_shown_parts_are_those_that_fit_the_pixels_of_a_desktop_and_of_a_phone():
    words = " ".join(["Enzymes lower the activation energy of reactions."] * 3)
    result = search_result(
        Site(), SeoLimits(), title="Why? " * 20, subject="Physics", url="", description=words
    )
    for text, size, pixels in (
        (result.title_shown, TITLE_SIZE, 600),
        (result.description_shown, DESCRIPTION_SIZE, 920),
        (result.description_shown_on_phone, DESCRIPTION_SIZE, 680),
    ):
        assert text.endswith(" …")
        assert pixels - 100 < width(text, size) <= pixels
    assert min(result.description_width, result.title_width) > 920
    assert result.title_fixed == round(width("Student Question :  | Physics | QuickTakes", TITLE_SIZE))


def test_nine_of_ten_descriptions_of_the_length_that_fits_are_shown_whole():
    seo = SeoLimits()
    joined = " ".join(GOOD_DESCRIPTIONS)
    texts = [joined[start : start + seo.description_fitting] for start in range(0, 4000, 100)]
    whole = [width(seo.description_prefix + text, DESCRIPTION_SIZE) <= DESCRIPTION_WIDTH for text in texts]
    assert sum(whole) >= 0.9 * len(whole)


def test_a_long_prefix_does_not_make_the_target_smaller_than_its_minimum():
    seo = SeoLimits(description_prefix="Read more on the site of the school: " * 3, description_total=260)
    assert seo.description_fitting < seo.description_target.min == seo.description_target.max
