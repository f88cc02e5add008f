"""Passages decide claims without a model only where a sentence says just the same, or differs in one thing."""

import pytest

from generator.content.claims.claim import Claim
from generator.content.claims.compare import SourcePassage, verdict_by_rules
from generator.content.claims.find import find_claims
from generator.content.claims.numbers import quantities
from generator.content.claims.values import agrees, can_be_asked

PASSAGE = "In 1803, France sold the vast Louisiana Territory to the United States for $15 million."


def claims_of(text):
    return find_claims({"introduction": text})


def verdicts(text, *passages, proves=True):
    given = [SourcePassage(f"s{n}", "Handbook", each, proves) for n, each in enumerate(passages, 1)]
    return [verdict_by_rules(claim, given) for claim in claims_of(text)]


def names_of(text, *passages, **options):
    return {verdict.name if verdict else None for verdict in verdicts(text, *passages, **options)}


def test_the_same_sentence_supports_even_from_a_passage_that_proves_nothing():
    verdict = verdicts(PASSAGE, "Before.\n\n" + PASSAGE.replace(" vast", "\nvast"), proves=False)[0]
    assert (verdict.name, verdict.basis, verdict.passage) == ("supported", "exact", "s1")
    assert verdict.quote == PASSAGE


def test_the_same_facts_in_fewer_words_are_supported_by_a_source():
    text = "In 1803 France sold the Louisiana Territory to the United States for $15 million."
    verdict = verdicts(text, PASSAGE)[0]
    assert (verdict.name, verdict.basis, verdict.quote) == ("supported", "rule", PASSAGE)
    assert names_of(text, PASSAGE, proves=False) == {None}


@pytest.mark.parametrize(
    "text",
    [
        "In 1803, France never sold the Louisiana Territory to the United States for $15 million, they say.",
        "In 1803, the United States sold the vast Louisiana Territory to France for $15 million.",
        "In 1803, France bought the vast Louisiana Territory from the United States for $15 million.",
        "In 1803, France may have sold the vast Louisiana Territory to the United States for $15 million.",
        "In 1803, France sold it.",
    ],
)
def test_less_than_the_same_is_never_supported(text):
    assert "supported" not in names_of(text, PASSAGE)


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("1803", "1805"),
        ("$15 million", "$50 million"),
        ("sold", "never sold"),
        ("United States", "United Kingdom"),
    ],
)
def test_one_changed_figure_date_name_or_negation_is_contradicted_with_what_is_right(wrong, right):
    found = [verdict for verdict in verdicts(PASSAGE.replace(wrong, right), PASSAGE) if verdict]
    assert found and {verdict.name for verdict in found} == {"contradicted"}
    assert {verdict.quote for verdict in found} == {PASSAGE}


def test_a_changed_unit_is_contradicted():
    found = verdicts(
        "Adults need 15 grams of zinc salts each morning.",
        "Adults need 15 milligrams of zinc salts each morning.",
    )
    assert [verdict.name for verdict in found] == ["contradicted"]


def test_a_passage_that_supports_wins_over_one_that_contradicts():
    assert names_of(PASSAGE, PASSAGE.replace("1803", "1805"), PASSAGE) == {"supported"}


def test_two_differences_decide_nothing():
    changed = PASSAGE.replace("1803", "1805").replace("$15", "$50")
    assert names_of(changed, PASSAGE) == {None}


def test_numbers_are_read_in_words_digits_and_scales():
    values = [
        (str(item.value.normalize().__format__("f")), item.unit)
        for item in quantities("1,200 km, 3.5 million people, twenty-one days, $15 million, 4%")
    ]
    assert values == [("1200", "km"), ("3500000", "peopl"), ("21", "dai"), ("15000000", "$"), ("4", "%")]


@pytest.mark.parametrize(
    ("kind", "words", "answer", "same"),
    [
        ("date", "1803", "1803", True),
        ("date", "in 1803", "1804", False),
        ("figure", "13 million km", "13,000,000 kilometres", True),
        ("figure", "15 grams", "15 milligrams", False),
        ("figure", "15 grams", "15", True),
        ("name", "Isaac Newton", "Newton", True),
        ("name", "Isaac Newton", "Robert Hooke", False),
        ("figure", "at least one feed", "at least one option", True),
        ("figure", "15 °C", "15 °F", False),
        ("figure", "30 days", "30 weeks", False),
    ],
)
def test_an_answer_agrees_with_the_words_that_it_did_not_see(kind, words, answer, same):
    assert agrees(Claim(kind, words, words, "a", 0, len(words), 0), answer) is same


@pytest.mark.parametrize(
    ("kind", "words", "can"),
    [
        ("date", "1803", True),
        ("date", "the early years of his reign", False),
        ("figure", "13 million km", True),
        ("dose", "two tablets of 500 mg", True),
        ("law", "the Act of 1928", True),
        ("law", "Magna Carta", True),
        ("law", "the common law of theft", False),
        ("name", "Isaac Newton", True),
        ("name", "*The Night Café*", False),
        ("name", "**van Gogh**", False),
        ("name", "women see a struggle", False),
        ("name", "Exposure therapy for phobias", False),
        ("definition", "pairs a neutral stimulus with a natural trigger", False),
        ("rank", "the largest", False),
        ("negation", "is not", False),
    ],
)
def test_only_a_value_is_asked_for_without_showing_it(kind, words, can):
    """A phrase can be said in other words, so that another answer says nothing against it."""
    assert can_be_asked(Claim(kind, words, words, "a", 0, len(words), 0)) is can
