"""What depends on the time of reading: questions and sentences that say so, and recent years; history does not."""

import pytest

from generator.content.claims.dated_facts import dated_facts

QUESTION = "How do vaccines work?"


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("As of 2023, two vaccines are approved.", ("As of 2023", "2023")),
        ("The current guidelines recommend three doses.", ("current guidelines",)),
        ("In May 2024 the agency changed its advice.", ("May 2024",)),
        ("Sales are expected to double by 2031.", ("2031",)),
        ("Edward Jenner used cowpox in 1796, and smallpox was gone in 1980.", ()),
        ("A trial of 2011 had 400 people.", ()),
        ("An electric current flows through the wire.", ()),
        ("The speed is 2024 km per hour.", ()),
        ("- In 2022 it was rare.\n- In 2022 it was cheap.", ("2022",)),
    ],
)
def test_the_words_that_depend_on_the_time_are_named_once(sentence, found):
    assert dated_facts(QUESTION, sentence, year=2026) == found


def test_a_question_about_the_present_is_dated_whatever_its_answer_says():
    question = "What are the latest guidelines on vaccines?"
    assert dated_facts(question, "Three doses.", year=2026) == ("latest",)


def test_what_was_recent_becomes_history():
    assert dated_facts(QUESTION, "In 2022 it was rare.", year=2032) == ()
