"""The kind of a question is told from its words."""

import pytest

from generator.content.questions.kinds import kind_of


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Why is the sky blue?", "why"),
        ("What caused the fall of the Western Roman Empire?", "why"),
        ("For what reasons did Rome expand?", "why"),
        ("How do enzymes speed up reactions?", "mechanism"),
        ("How did the British Empire achieve a global reach?", "mechanism"),
        ("What is the process of DNA transcription?", "mechanism"),
        ("How does symmetry simplify graph analysis?", "mechanism"),
        ("How do algorithms contribute to AI problem-solving?", "mechanism"),
        ("How to write a lab report?", "procedure"),
        ("How do you construct a truth table?", "procedure"),
        ("What are the steps for installing a C compiler?", "procedure"),
        ("How is fabric strength tested?", "procedure"),
        ("How do mitosis and meiosis differ?", "compare"),
        ("What is the difference between a virus and a bacterium?", "compare"),
        ("TCP vs UDP", "compare"),
        ("What are the layers of the atmosphere?", "list"),
        ("Name five noble gases.", "list"),
        ("Which factors affect demand?", "list"),
        ("How is a z score calculated?", "calculate"),
        ("Prove that the square root of 2 is irrational.", "calculate"),
        ("Find the derivative of x^2.", "calculate"),
        ("Discuss the legacy of the Meiji Restoration.", "discuss"),
        ("What is the significance of the green light in The Great Gatsby?", "discuss"),
        ("To what extent did the press cause the Reformation?", "discuss"),
        ("What is opportunity cost?", "define"),
        ("Define entropy.", "define"),
        ("Who was Ada Lovelace?", "define"),
        ("Explain the concept of inertia.", "define"),
        ("光合成とは", "mechanism"),
        ("", "mechanism"),
    ],
)
def test_the_kind_of_a_question(question, kind):
    assert kind_of(question) == kind
