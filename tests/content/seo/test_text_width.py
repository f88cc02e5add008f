"""The width of a text in pixels, and the part of it that fits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.content.seo.text_width import fitting, width


@pytest.mark.parametrize(
    ("text", "per_mille"),
    [
        # Adobe's font metrics of Helvetica, which Arial has too.
        ("i", 222),
        ("a", 556),
        ("M", 833),
        ("W", 944),
        (" ", 278),
        ("Hamburg", 722 + 556 + 833 + 556 + 556 + 333 + 556),
        ("0123456789", 5560),
        ("@", 1015),
        ("…", 1000),
        ("—", 1000),
        ("é", 556),
        ("ß", 611),
    ],
)
def test_widths_are_those_of_the_fonts_metrics(text, per_mille):
    assert width(text, 1000) == pytest.approx(per_mille, abs=0.6 * len(text))


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("ế", "e"),  # composed, with marks that the table lacks
        ("e\u0301", "e"),  # decomposed
        ("soft\u00adware", "software"),
        ("zero\u200bwidth", "zerowidth"),
        ("ก", "0"),  # a script that the table lacks
        ("\u00a0", " "),
    ],
)
def test_marks_and_invisible_characters_have_no_width_of_their_own(text, same):
    assert width(text, 14) == pytest.approx(width(same, 14))


def test_wide_characters_are_squares():
    assert width("漢字😀", 14) == pytest.approx(3 * 14)


@given(st.text(max_size=200), st.integers(40, 900))
def test_the_fitting_part_is_within_the_limit_and_says_that_it_is_cut(text, limit):
    result = fitting(text, 14, limit)
    assert width(result, 14) <= limit
    assert result == text or result.endswith("…")
    assert text.startswith(result.removesuffix("…").rstrip() if result != text else text)


def test_a_text_is_cut_between_words_as_late_as_possible():
    text = "Enzymes speed up, again and again"
    assert fitting(text, 14, width(text, 14)) == text
    assert fitting(text, 14, width("Enzymes speed up, …", 14)) == "Enzymes speed up …"
    assert fitting(text, 14, width("Enzymes speed up", 14)) == "Enzymes speed …"
    assert fitting("m" * 50, 14, width("mmm …", 14)) == "mmm …"
