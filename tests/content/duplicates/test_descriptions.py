"""Which descriptions are near duplicates, and that the search among many finds all of them."""

import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.content.duplicates.descriptions import (
    MAX_COMPARED,
    Description,
    near_duplicates,
    similarity,
    terms,
)

TIDE = (
    "This content explains how the pull of the moon raises ocean water on both sides of the spinning globe"
    " twice a day."
)
AXIS = "How reflecting a point across the {} changes its coordinates, with the rule for each quadrant and an example."


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            TIDE,
            "An overview of the moon's pull, raising ocean waters on both sides of a spinning globe twice a day.",
        ),
        (
            TIDE,
            "Twice a day the pull of the moon raises ocean water: this content explains both sides of a spinning"
            " globe.",
        ),
        (AXIS.format("x-axis"), AXIS.format("y-axis")),
    ],
    ids=["another opening and other forms of the words", "another order", "one word"],
)
def test_descriptions_that_differ_only_in_wording_are_near_duplicates(one, other):
    assert similarity(terms(one), terms(other)) >= 0.7


@pytest.mark.parametrize(
    "other",
    [
        "This content explains how the pull of the market raises prices on both sides of the border once a year.",
        "This content explains how the moon was formed when a body as large as Mars struck the young globe.",
    ],
)
def test_a_common_frame_or_a_common_topic_makes_no_near_duplicate(other):
    assert similarity(terms(TIDE), terms(other)) < 0.7


def found_among(texts, text, threshold):
    """The search in a list of texts, by all of their terms, as in the site's index and the ledger."""
    frequency = Counter(term for other in texts for term in terms(other))
    return near_duplicates(
        text,
        threshold,
        frequency=frequency.__getitem__,
        texts_with=lambda term, word: [n for n, other in enumerate(texts) if term in terms(other)],
        descriptions_of=lambda numbers: [Description(str(number), texts[number]) for number in numbers],
    )


TEXTS = st.lists(
    st.sampled_from(
        ["root", "water", "leaf", "stem", "sugar", "light", "cell", "wall", "salt", "heat", "acid", "gene"]
    ),
    max_size=12,
).map(" ".join)


@given(st.lists(TEXTS, max_size=12), TEXTS, st.sampled_from([0.51, 0.55, 0.6, 0.7, 0.75, 0.9, 1.0]))
def test_the_search_finds_what_a_comparison_with_each_text_finds(texts, text, threshold):
    own_terms = terms(text)
    expected = {
        str(n): share
        for n, other in enumerate(texts)
        if (share := similarity(own_terms, terms(other))) >= threshold
    }
    assert {item.page: item.similarity for item in found_among(texts, text, threshold)} == expected


def test_a_rounding_error_of_the_threshold_loses_no_near_duplicate():
    words = [f"word{number}" for number in range(25)]
    assert math.ceil(0.56 * 25) == 15
    assert len(found_among([" ".join(words[:14])], " ".join(words), 0.56)) == 1


def test_texts_without_content_words_have_no_near_duplicates():
    assert found_among(["", "…", "This is it."], "", 0.7) == found_among([TIDE, ""], "of the", 0.7) == []


def test_of_very_many_candidates_those_with_the_most_common_terms_are_compared():
    texts = [f"{TIDE} {number}a {number}b" for number in range(2 * MAX_COMPARED)] + [TIDE]
    found = found_among(texts, TIDE, 0.7)
    assert len(found) == MAX_COMPARED
