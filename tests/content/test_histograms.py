"""The lengths of descriptions as bars: prefix counted, white space at the ends not, and what the limits allow."""

from collections import Counter

from generator.content.histograms import length_bars, length_bin, length_label
from generator.content.limits import SeoLimits

LIMITS = SeoLimits(description_prefix="Read - ", description_total=160, description_min=80)


def label(description):
    return length_label(length_bin(description, LIMITS))


def test_a_length_is_that_which_searchers_see():
    assert label("x" * 153) == label("  " + "x" * 153 + "\n") == "141–160"
    assert label("x" * 154) == "161–180"
    assert (label(""), label("x" * 1000)) == ("1–20", "over 400")


def test_bars_are_allowed_where_a_part_of_them_is():
    shown = length_bars(Counter({100: 1, 140: 4, 160: 2}), LIMITS)
    assert [bar.label for bar in shown if bar.within] == ["81–100", "101–120", "121–140", "141–160"]
    assert [(bar.label, bar.articles, bar.share) for bar in shown if bar.articles] == [
        ("101–120", 1, 0.25),
        ("141–160", 4, 1.0),
        ("161–180", 2, 0.5),
    ]
