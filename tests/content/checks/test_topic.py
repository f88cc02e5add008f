"""An answer to another question is told from its words; a narrower one from the country that it keeps to."""

import pytest

from generator.content.checks import CheckContext, check_view, view_of_document
from generator.content.frontmatter import patch, read
from tests.support.broken_files import TEXT

PARTIES = "What is the definition of political parties and their role in the political system?"
CANADA = (
    r"In the Canadian political system, political parties shape governance, and minor ones widen the choice.\n\n"
    r"1. **Bloc Québécois**: It speaks for Quebec in the Canadian parliament.\n\n"
    r"2. **Green Party of Canada**: It puts the environment first.\n\n"
    r"3. **People's Party**: It was founded in Canada in 2018.\n\n"
    r"Minor parties define what Canada debates."
)


def codes(question: str, answer: str, profile="published") -> set[str]:
    document = read(patch(TEXT, {"question": question, "answer": answer}).encode())
    return {item.code for item in check_view(view_of_document(document), CheckContext(), profile)}


@pytest.mark.parametrize("profile", ["draft", "published"])
def test_parties_of_one_country_do_not_answer_what_parties_are(profile):
    assert "one-country" in codes(PARTIES, CANADA, profile)


@pytest.mark.parametrize(
    "question",
    [
        "What is the role of minor parties in Canada?",
        "What are the parties in the Canadian political system?",
        "What role do parties play in the House of Commons?",
    ],
)
def test_a_question_that_names_a_country_or_anything_else_may_be_answered_with_one(question):
    assert "one-country" not in codes(question, CANADA)


def test_one_example_of_a_country_is_no_narrowing():
    answer = CANADA.replace("Canadian parliament", "parliament").replace("founded in Canada", "founded")
    answer = answer.replace("what Canada debates", "what is debated")
    assert "one-country" not in codes(PARTIES, answer)


def test_an_introduction_without_the_words_of_the_question_is_on_another_topic():
    assert "off-topic" in codes("How do volcanoes erupt under glaciers?", CANADA)
    assert "off-topic" not in codes(PARTIES, CANADA)


def test_words_that_come_later_are_enough():
    later = CANADA + r"\n\nVolcanoes erupt under glaciers."
    assert "off-topic" not in codes("How do volcanoes erupt under glaciers?", later)


def test_a_file_without_points_is_judged_by_its_beginning():
    assert "off-topic" in codes("How do volcanoes erupt?", "Parties shape governance. " * 60)
