"""Rules find claims of every kind, each with its exact words and place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.content.claims.claim import place_claim
from generator.content.claims.find import find_claims


def found(text, kind):
    return [claim.words for claim in find_claims({"introduction": text}) if claim.kind == kind]


@pytest.mark.parametrize(
    ("kind", "sentence", "words"),
    [
        ("date", "The purchase was made in 1803.", ["1803"]),
        ("date", "It fell on 9 November 1989 and on March 3, 1848.", ["9 November 1989", "March 3, 1848"]),
        ("date", "Rome burned in AD 64 and Sulla died in 78 BC.", ["AD 64", "78 BC"]),
        ("date", "It spread in the nineteenth century and in the 1920s.", ["nineteenth century", "1920s"]),
        ("date", "The war lasted from 1914–1918.", ["1914–1918"]),
        ("figure", "The heart beats 60 to 100 times a minute.", ["60 to 100 times"]),
        ("figure", "Water boils at 100 °C and light needs 8.3 minutes.", ["100 °C", "8.3 minutes"]),
        ("figure", "It cost $15 million, and about 828,000 square miles changed hands.",
         ["$15 million", "about 828,000 square miles"]),
        ("figure", "Humans have forty-six chromosomes.", ["forty-six chromosomes"]),
        ("figure", "Some 4% of adults are affected.", ["4%"]),
        ("figure", "Its mass is $9.8\\,\\text{kg}$ there.", ["9.8\\,\\text{kg}"]),
        ("dose", "Give 15 mg/kg per day or 500 mg twice daily.", ["15 mg/kg per day", "500 mg twice daily"]),
        ("law", "Article 5 of the Treaty binds them, and so does the Fourteenth Amendment.",
         ["Article 5 of the Treaty", "Fourteenth Amendment"]),
        ("law", "The Clean Air Act of 1970 followed Donoghue v Stevenson.",
         ["Clean Air Act of 1970", "Donoghue v Stevenson"]),
        ("quotation", "He wrote: “I think, therefore I am” in French.", ["“I think, therefore I am”"]),
        ("rank", "Jupiter is the largest planet of all.", ["the largest planet"]),
        ("rank", "Smoking is the main cause of it.", ["the main cause"]),
        ("definition", "Osmosis is the movement of water through a membrane.", ["Osmosis"]),
        ("definition", "A lever is a rigid bar on a fulcrum.", ["lever"]),
        ("name", "It was Isaac Newton who read, and in it Newton formulated three laws.", ["Newton"]),
        ("name", "The drug was discovered by Alexander Fleming.", ["Alexander Fleming"]),
        ("name", "It follows Piaget's theory of stages.", ["Piaget"]),
    ],
)  # fmt: skip
def test_each_kind_is_found_word_for_word(kind, sentence, words):
    assert found(sentence, kind) == words


@pytest.mark.parametrize(
    "sentence",
    [
        "How many bones does a hand have in 2006?",
        "This is a way to learn.",
        "There are two main types of levers.",
        "Practice is a crucial part of learning.",
        "In the first place, it helps.",
        "Officials were chosen by lot.",
        "Let $2x + 1$ be the sum.",
        "Call `f(100, 2006)` here.",
    ],
)
def test_what_claims_nothing_is_left_alone(sentence):
    assert find_claims({"introduction": sentence}) == []


def test_a_claim_has_its_place_in_the_field():
    text = "A start.\n\n- It began in 1803.\n- It cost $15 million.\n\n| a | 12 kg |\n| - | - |"
    for claim in find_claims({"points[0].body": text}):
        assert text[claim.start : claim.end] == claim.words
        assert text[claim.sentence_start : claim.sentence_end] == claim.sentence
    assert [claim.sentence for claim in find_claims({"x": text})] == [
        "It began in 1803.",
        "It cost $15 million.",
        "12 kg",
    ]


def test_the_identity_changes_with_the_sentence_and_not_with_its_line_breaks_or_place():
    (first,) = find_claims({"a": "It began in 1803."})
    (moved,) = find_claims({"b": "Well.\n\nIt began\nin 1803."})
    (edited,) = find_claims({"a": "It ended in 1803."})
    assert first.identity == moved.identity != edited.identity
    twice = find_claims({"a": "From 1803 on, 1803 counts."})
    assert len({claim.identity for claim in twice}) == 2


def test_words_of_a_model_are_placed_or_dropped():
    texts = {"introduction": "Rome fell.", "conclusion": "It began\nin 1803, they say."}
    claim = place_claim(texts, "date", "began in 1803", "introduction")
    assert claim is not None
    assert (claim.field, claim.words, claim.with_blank) == (
        "conclusion",
        "began\nin 1803",
        "It ____, they say.",
    )
    assert place_claim(texts, "date", "in 1804") is None
    assert place_claim(texts, "date", "egan in") is None
    assert place_claim(texts, "date", "  ") is None


@given(st.text(alphabet="ab1 .\n-|*$`“”ABC%", max_size=80))
def test_no_text_breaks_the_rules(text):
    for claim in find_claims({"x": text}):
        assert text[claim.start : claim.end] == claim.words
        assert text[claim.sentence_start : claim.sentence_end] == claim.sentence
        assert claim.words in claim.sentence
