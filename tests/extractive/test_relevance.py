"""What answers a question: passages that name its whole topic and treat what it asks, and no others."""

import pytest

from generator.extractive.prompt_reader import QuotedPassage
from generator.extractive.relevance import asked, title_asks_the_same


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("How does friction slow a moving object?", "How does friction act on a moving object?"),
        ("How does a monopoly set its price and output?", "How does a monopoly choose its price and output?"),
        ("Describe the exocrine and endocrine functions of the pancreas.", "How does the pancreas function as both an endocrine and exocrine gland?"),
        ("How do skeletal, cardiac, and smooth muscles differ?", "What are the main differences between smooth, cardiac, and skeletal muscle tissues?"),
        ("Can you explain Newton's Law of Gravitation in mathematical terms?", "What is the mathematical formulation of Newton's Law of Gravitation?"),
    ],
)  # fmt: skip
def test_the_same_question_in_other_words(question: str, title: str) -> None:
    assert title_asks_the_same(asked(question, ()), title)


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("How is the compounding interest formula derived and applied?", "How are chemical formulas used to name compounds?"),
        ("How do political conditions affect exchange rates?", "How do respiratory conditions affect the rate of gas exchange?"),
        ("What is the function of the cerebral cortex in sensory processing?", "What role does the thalamus play in sensory input processing?"),
        ("What are the key principles of effective speech delivery?", "How do different types of speech delivery affect a speaker's effectiveness?"),
        ("What were the significant inventions of the Industrial Revolution?", "How did the Industrial Revolution affect the knitting industry?"),
        ("What is the definition of political parties?", "What are the major political parties in Canada?"),
        ("What are the conditions for constructive interference to occur?", "What are the conditions for destructive interference to occur?"),
        ("What is discrimination?", "What are the effects of discrimination?"),
        ("What are the main components involved in blood circulation?", "How is blood circulation regulated in the cardiovascular system?"),
        ("What are the types of network security threats?", "What are the best practices for network security?"),
        ("What does Article 19 of the convention say?", "What does Article 2 of the convention say?"),
        ("What are the causes of inflation?", "What are the effects of inflation?"),
    ],
)  # fmt: skip
def test_another_question(question: str, title: str) -> None:
    assert not title_asks_the_same(asked(question, ()), title)


def test_an_abbreviation_stands_for_its_name_and_the_name_for_it() -> None:
    passage = QuotedPassage("s1", "source", "Scales", "The Numerical Rating Scale (NRS) runs from 0 to 10.")
    assert not asked("How is the Numerical Rating Scale used?", [passage]).missing("The NRS is read aloud.")
    assert not asked("How is the NRS used?", [passage]).missing("A numerical rating scale is read aloud.")
    assert asked("How is the NRS used?", ()).missing("A numerical rating scale is read aloud.")
