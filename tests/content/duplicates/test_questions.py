"""Which questions are near duplicates, and which are only similar in their words."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.content.duplicates.questions import (
    compare,
    defining_stems,
    may_reach,
    signature,
    similarity,
    sketch,
)
from generator.content.duplicates.thresholds import DEFAULT_THRESHOLD, VETO_CAP
from tests.support.made_questions import pairs, questions

SAME = [
    ("What is the role of enzymes in digestion?", "How do enzymes contribute to digestion?"),
    ("What are the three branches of government?", "What are the 3 branches of government?"),
    ("Explain the process of mitosis.", "What is mitosis?"),
    ("How does stress affect sleep?", "What is the effect of stress on sleep?"),
    ("How is sleep affected by stress?", "How does stress affect sleep?"),
    ("What causes earthquakes?", "Why do earthquakes occur?"),
    ("How do children learn to read?", "How does a child learn reading?"),
]
DIFFERENT = [
    ("What are the effects of stress on sleep?", "What are the effects of sleep on stress?"),
    ("How does stress affect sleep?", "How is stress affected by sleep?"),
    ("What are the causes of anaemia?", "What are the effects of anaemia?"),
    ("What is the role of enzymes in digestion?", "What is the role of enzymes in respiration?"),
    ("What happened in 1914?", "What happened in 1939?"),
    ("How do vaccines work?", "Why do vaccines not work?"),
    ("What are the benefits of trade?", "What are the drawbacks of trade?"),
    ("What is acute pain?", "What is chronic pain?"),
    ("Who was Elizabeth I?", "Who was Elizabeth Taylor?"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_same_question_in_other_words_reaches_the_threshold(one, other):
    assert similarity(one, other) >= DEFAULT_THRESHOLD


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_another_question_in_similar_words_does_not_reach_the_threshold(one, other):
    assert similarity(one, other) < DEFAULT_THRESHOLD


@given(st.text(), st.text())
def test_the_similarity_is_symmetric_and_between_0_and_1(one, other):
    assert 0 <= similarity(one, other) <= 1
    assert similarity(one, other) == similarity(other, one)


@given(st.text())
def test_a_question_is_equal_to_itself(text):
    assert similarity(text, text.upper()) == 1 or similarity(text, text) == 1


def test_a_veto_caps_the_similarity_of_questions_with_the_same_words():
    assert similarity("Does A cause B in mice?", "Does A not cause B in mice?") <= VETO_CAP


THRESHOLDS = tuple(hundredths / 100 for hundredths in range(55, 100))


def sketches_may_reach(one: str, other: str, least: float) -> bool:
    """Whether the sketches of two questions do not rule out this similarity."""
    topic = signature(one).topic
    return may_reach(defining_stems(topic), len(topic), sketch(signature(other).topic), least)


@settings(derandomize=True, max_examples=120)
@given(pairs() | st.tuples(questions(), questions()))
def test_a_comparison_with_a_threshold_gives_the_same_result_above_it(pair):
    one, other = map(signature, pair)
    exact = compare(one, other)
    for least in THRESHOLDS:
        quick = compare(one, other, least=least)
        assert quick == exact if exact >= least else quick < least, least


@settings(derandomize=True, max_examples=120)
@given(pairs())
def test_sketches_never_rule_out_a_similar_pair(pair):
    for one, other in (pair, pair[::-1]):
        exact = similarity(one, other)
        assert all(sketches_may_reach(one, other, least) for least in THRESHOLDS if exact >= least)


@given(st.text(), st.text())
def test_comparisons_with_a_threshold_and_sketches_are_right_for_any_text(one, other):
    exact = similarity(one, other)
    for least in (0.6, DEFAULT_THRESHOLD, 0.9):
        quick = compare(signature(one), signature(other), least=least)
        assert quick == exact if exact >= least else quick < least
        assert exact < least or sketches_may_reach(one, other, least)


@pytest.mark.parametrize(("one", "other"), [pair for pair in SAME if similarity(*pair) > 0.78])
def test_sketches_do_not_rule_out_known_near_duplicates(one, other):
    assert sketches_may_reach(one, other, DEFAULT_THRESHOLD) and sketches_may_reach(
        other, one, DEFAULT_THRESHOLD
    )


def test_sketches_rule_out_most_other_questions():
    asked = "How do enzymes contribute to the digestion of proteins?"
    others = [
        f"How does {word} shape the history of {word}land?" for word in ("salt", "trade", "silk", "rice")
    ]
    assert sum(sketches_may_reach(asked, other, DEFAULT_THRESHOLD) for other in others) <= 1
