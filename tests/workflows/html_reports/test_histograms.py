"""Bins and bars of histograms: every number is in the bin whose label has it."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from generator.workflows.html_reports.histograms import HistogramBar, HistogramBins


@given(st.integers(1, 50), st.integers(1, 30), st.integers(0, 2_000))
def test_a_number_is_in_the_bin_that_its_label_names(width, bins, value):
    scale = HistogramBins(width, last=width * bins)
    label = scale.label(scale.bin_of(value))
    if label.startswith("over "):
        assert value > width * bins
    else:
        lowest, _, highest = label.partition("–")
        assert int(lowest) <= value <= int(highest or lowest)


def test_bars_go_from_the_first_to_the_last_and_end_within_the_limits():
    scale = HistogramBins(20, last=60)
    counts = Counter(map(scale.bin_of, (25, 30, 61, 900)))
    assert scale.bars(counts, least=30, most=60) == (
        HistogramBar("21–40", 2, 1.0, within=True),
        HistogramBar("41–60", 0, 0.0, within=True),
        HistogramBar("over 60", 2, 1.0, within=False),
    )


def test_two_histograms_side_by_side_have_the_same_bars():
    scale = HistogramBins(1, last=19)
    one, other = Counter({3: 1}), Counter({5: 2})
    labels = [
        [bar.label for bar in scale.bars(a, least=4, most=5, beside=b)]
        for a, b in ((one, other), (other, one))
    ]
    assert labels == [["3", "4", "5"]] * 2


def test_no_counts_have_no_bars():
    assert HistogramBins(20, last=60).bars(Counter(), least=1, most=2) == ()
