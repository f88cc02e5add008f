"""Which descriptions a search result cuts inside a sentence."""

import pytest

from generator.content.checks import RULES, CheckContext
from generator.content.limits import Limits, SeoLimits
from generator.content.seo.fields import check_seo

FITS = "Enzymes lower the activation energy of a reaction, so that it runs fast enough for a cell to live."


def cut(text, profile="draft", seo=None):
    context = CheckContext(question="How do enzymes work?", limits=Limits(seo=seo or SeoLimits()))
    found = check_seo({"page_description": text}, context, profile, fields=["page_description"])
    return [item for item in found if item.code == "description-cut"]


def test_a_sentence_that_is_shown_whole_is_no_finding():
    assert cut(FITS) == []


def test_a_sentence_that_is_cut_is_a_warning_at_the_part_that_is_not_shown():
    text = FITS.removesuffix(".") + " and to grow well."
    (found,) = cut(text)
    assert (found.severity, found.field) == ("warning", "page_description")
    assert text[found.start : found.end] == " well."
    assert "923 pixels" in found.message and "“and to grow”" in found.message
    assert "about 103 characters" in found.message


def test_a_cut_between_two_sentences_is_no_finding():
    sentence = (
        "Enzymes lower the activation energy of the reactions of a cell, and heat destroys most of them."
    )
    assert cut(f"{sentence} Counterproductively.") == []
    assert len(cut(f"{sentence} So does acid, mostly.")) == 1


def test_width_counts_not_the_number_of_characters():
    narrow = (
        "Still, it will fill till it is full; little by little, it will fit its limit until it is at its tip."
    )
    wide = narrow.translate(str.maketrans("il", "mw"))
    assert len(narrow) == len(wide)
    assert cut(narrow) == [] != cut(wide)


def test_what_is_published_keeps_its_description():
    assert cut(FITS + " It is cut here, as nearly all are.", "published") == []
    assert RULES["description-cut"].published is None


@pytest.mark.parametrize("total", [200, 260])
def test_a_prefix_that_leaves_no_room_is_not_the_editors_fault(total):
    seo = SeoLimits(description_prefix="Read more about it on our site: " * 3, description_total=total)
    assert cut(FITS, seo=seo) == []
