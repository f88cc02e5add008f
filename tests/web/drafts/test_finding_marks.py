"""Marks are at the position of the finding, and nothing else in the article changes."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.web.drafts.finding_marks import FindingPlace, mark_findings
from generator.web.rendering.markdown import render

ARTICLE = (
    "Water **boils** at $100$ degrees.\n\n1. **Heat**: it takes `energy` to boil.\n\n"
    "2. **Table**:\n\n   | a | b |\n   |---|---|\n   | c | d |\n\n"
    "   ```py\n   print(1)\n   ```\n\n$$\nE = mc^2\n$$\n\nIn short, heat."
)


def place(excerpt, number=1, severity="error"):
    start = ARTICLE.index(excerpt)
    return FindingPlace(number, start, start + len(excerpt), severity)


def text_of(html):
    return re.sub(r'<a class="finding-ref.*?</a>|</?mark[^>]*>', "", html)


@pytest.mark.parametrize(
    ("excerpt", "expected"),
    [
        ("degrees", '<mark class="error">degrees</mark><a class="finding-ref error" id="place-1"'),
        ("boils** at", '<strong><mark class="error">boils</mark></strong><mark class="error"> at</mark>'),
        ("$100$", '<mark class="error"><math display="inline">'),
        ("00", '<mark class="error"><math display="inline">'),
        ("1. **Heat", '<mark class="error">Heat</mark>'),
        ("nerg", "energy</mark></code>"),
        ("| c | d", '<mark class="error">c</mark>'),
        ("print", '<pre><code><mark class="error">print'),
        ("E = mc", 'id="place-1"'),
        ("In short, heat.", '<mark class="error">In short, heat.</mark>'),
    ],
)
def test_a_place_is_marked(excerpt, expected):
    html = mark_findings(ARTICLE, [place(excerpt)])
    assert expected in html
    assert text_of(html) == render(ARTICLE)


def test_a_finding_without_extent_gets_its_number_alone():
    html = mark_findings(ARTICLE, [FindingPlace(7, 0, 0, "warning")])
    assert "<mark" not in html
    assert 'href="#finding-7"' in html


def test_overlapping_places_show_the_worst_severity():
    html = mark_findings(ARTICLE, [place("Water **boils** at", 1, "warning"), place("boils", 2, "error")])
    assert '<mark class="error">boils</mark>' in html
    assert '<mark class="warning">Water </mark>' in html


@given(st.lists(st.tuples(st.integers(0, len(ARTICLE) + 5), st.integers(0, 80)), max_size=6))
def test_whatever_the_places_are_the_article_stays_the_same_and_none_is_lost(spans):
    places = [
        FindingPlace(number, start, start + size, "error") for number, (start, size) in enumerate(spans, 1)
    ]
    html = mark_findings(ARTICLE, places)
    assert text_of(html) == render(ARTICLE)
    assert all(f'id="place-{one.number}"' in html for one in places)


@given(st.text(alphabet="ab *_`$|#>-1.\n\\[]()~<&", max_size=60), st.integers(0, 60), st.integers(0, 20))
def test_no_text_is_changed_by_its_marks(text, start, size):
    assert text_of(mark_findings(text, [FindingPlace(1, start, start + size, "error")])) == render(text)


def test_private_characters_in_a_draft_are_not_marks():
    assert "place-" not in mark_findings("a \U000f0002b\U000f0003 c", [])
