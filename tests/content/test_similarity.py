"""Which questions count as the same, and which only look so."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.content.similarity import THRESHOLD, VETO, similarity

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
def test_the_same_question_in_other_words(one, other):
    assert similarity(one, other) >= THRESHOLD


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_another_question_in_like_words(one, other):
    assert similarity(one, other) < THRESHOLD


@given(st.text(), st.text())
def test_it_is_symmetric_and_between_0_and_1(one, other):
    assert 0 <= similarity(one, other) <= 1
    assert similarity(one, other) == similarity(other, one)


@given(st.text())
def test_a_question_is_like_itself(text):
    assert similarity(text, text.upper()) == 1 or similarity(text, text) == 1


def test_a_veto_caps_what_shares_every_word():
    assert similarity("Does A cause B in mice?", "Does A not cause B in mice?") <= VETO
