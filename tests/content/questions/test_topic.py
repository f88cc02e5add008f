"""What a question is about, and whether a text takes it up."""

import pytest

from generator.content.language.countries import countries_in
from generator.content.questions.topic import topic_share, topic_words


@pytest.mark.parametrize(
    ("question", "text", "missing"),
    [
        ("What is the role of enzymes in digestion?", "Enzymes break food down in the gut.", ["digestion"]),
        ("What is the role of enzymes in digestion?", "A digestive enzyme splits starch.", []),
        ("How do feedback systems maintain homeostasis?", "Stocks fell.", ["feedback", "systems", "maintain", "homeostasis"]),
        ("What is DSED?", "Disinhibited Social Engagement Disorder is a disorder of childhood.", []),
        ("How do SLPs work?", "Speech-language pathologists treat speech.", []),
        ("How is colour perceived?", "Color is perceived by cones.", []),
        ("What is $x^2$ in algebra?", "Algebra writes it as a product.", []),
    ],
)  # fmt: skip
def test_words_of_the_topic_that_a_text_lacks(question, text, missing):
    found = topic_share(question, text)
    assert found is not None
    assert topic_words(question, found.missing) == missing


@pytest.mark.parametrize(
    "question", ["什么是光合作用？", "Что такое фотосинтез?", "", "Why?", "What is $x$?"]
)
def test_a_question_without_words_that_can_be_compared_gives_no_share(question):
    assert topic_share(question, "Photosynthesis makes sugar.") is None


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("In the Canadian political system", {"Canada"}),
        ("The U.S. Congress and the UK's Parliament", {"United States", "United Kingdom"}),
        ("Americans vote; let us see", {"United States"}),
        ("South African law", {"South Africa"}),
        ("an Indiana court, a polish", set()),
        ("New Zealand's farms", {"New Zealand"}),
    ],
)
def test_countries_by_name_and_adjective(text, names):
    assert countries_in(text) == names
