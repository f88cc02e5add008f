"""Charts as SVG: well-formed, with axes, units and values, and with nothing unescaped."""

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.workflows.html_reports.charts import Limits, bars, histogram, stacked_columns

NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=60)
VALUES = st.lists(st.floats(0, 1e9, allow_subnormal=False), min_size=1, max_size=40)


def texts(svg):
    return [element.text for element in ElementTree.fromstring(svg).iter() if element.tag == "text"]


def columns(svg):
    return [element for element in ElementTree.fromstring(svg).iter() if element.tag == "rect"]


@given(st.dictionaries(NAMES, st.floats(0, 1e12, allow_subnormal=False), max_size=20), NAMES)
def test_bars_are_well_formed_whatever_the_names(counts, unit):
    svg = bars("title", counts, unit=unit)
    assert svg == "" or len(columns(svg)) == len(counts)


@given(VALUES)
def test_a_histogram_counts_every_value_once(values):
    svg = histogram("title", values, unit="s")
    counted = [int(re.search(r": ([\d,]+)$", bar[0].text)[1].replace(",", "")) for bar in columns(svg)]
    assert sum(counted) == len(values) and len(counted) <= 60


@pytest.mark.parametrize("value", [0, 1, 277, 0.003])
def test_equal_values_are_one_column(value):
    assert sum(": 3" in bar[0].text for bar in columns(histogram("t", [value] * 3, unit="s"))) == 1


def test_limits_are_lines_with_their_values_even_outside_the_values():
    shown = texts(histogram("t", [277, 280], unit="words", limits=Limits(200, 550)))
    assert {"limit 200", "limit 550", "words"} <= set(shown)


def test_the_label_of_a_limit_at_the_right_edge_stands_left_of_its_line():
    svg = histogram("t", [277, 280], unit="words", limits=Limits(200, 550))
    anchors = dict(re.findall(r'text-anchor="(\w+)">limit (\d+)<', svg)[i][::-1] for i in range(2))
    assert anchors == {"200": "start", "550": "end"}


def test_columns_are_stacked_and_named():
    page = stacked_columns("t", ["a", "b"], {"drafted": [3, 0], "<b>": [1, 2]}, unit="articles")
    svg, legend = page.split("</svg>")[0] + "</svg>", page.split("</svg>")[1]
    labels = [bar[0].text for bar in columns(svg)]
    assert labels == ["a, drafted: 3", "a, <b>: 1", "b, <b>: 2"]
    assert "<b>" not in legend and "&lt;b&gt;" in legend
    assert "articles" in texts(svg)


def test_many_labels_are_thinned_out():
    labels = [f"day {number}" for number in range(100)]
    shown = [
        text
        for text in texts(stacked_columns("t", labels, {"x": [1] * 100}, unit="n").split("<ul")[0])
        if "day" in text
    ]
    assert 6 <= len(shown) <= 13
