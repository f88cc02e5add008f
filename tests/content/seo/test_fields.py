"""The search fields: parsing, checks, and which answers can be described."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.content.checks import CheckContext
from generator.content.limits import Limits
from generator.content.seo.fields import (
    FIELDS,
    basis,
    check_seo,
    parse_seo,
    salvage_seo,
    says_nothing_new,
    seo_rules,
    shown_length,
)
from generator.content.seo.material import MAX_CHARS, excerpt, nothing_to_describe
from generator.content.site.site import Site

LIMITS = Limits()


def test_a_reply_gives_only_the_requested_fields_and_they_are_cleaned():
    content = '{"page_description": " \\"Roots\\ndrink.\\" ", "page_keywords": ["Roots", "roots", "water."]}'
    assert parse_seo(content, ["page_keywords"]) == {"page_keywords": "Roots, water"}
    assert parse_seo(content, ["page_description"]) == {"page_description": "Roots drink."}


def test_a_number_with_commas_is_one_keyword():
    content = '{"page_description": null, "page_keywords": ["15,000 crore", "budget"]}'
    assert parse_seo(content, ["page_keywords"]) == {"page_keywords": "15000 crore, budget"}
    assert shown_length("page_keywords", "15,000 crore, budget", Site()) == 2


def test_null_and_empty_fields_are_left_out():
    assert (
        parse_seo('{"page_description": null, "page_keywords": []}', ["page_description", "page_keywords"])
        == {}
    )


def test_a_description_is_measured_with_the_sites_prefix():
    text = "x" * 122
    assert shown_length("page_description", text, Site()) == LIMITS.seo.shown_lengths.max == 160


def test_only_the_given_fields_are_checked():
    texts = {"page_description": "This content is short.", "page_keywords": "a, a"}
    context = CheckContext(question="Why?", limits=LIMITS)
    found = check_seo(texts, context, "draft", fields=["page_keywords"])
    assert found
    assert {item.field for item in found} == {"page_keywords"}


def test_the_published_rules_on_these_fields_are_listed():
    assert {"description-too-long", "description-self-reference", "keyword-twice"} <= seo_rules().keys()


def test_the_basis_separates_its_parts():
    assert basis("ab", "c", "") != basis("a", "bc", "")


def test_white_space_and_case_are_nothing_new():
    assert says_nothing_new("Roots drink.", "roots  DRINK")
    assert not says_nothing_new("a,b", "a, b")


@given(
    st.text(min_size=1, max_size=60),
    st.sampled_from(["", " ", "\n\n"]),
    st.integers(min_value=1, max_value=300),
)
def test_an_excerpt_is_a_beginning_within_its_limit(text, separator, times):
    answer = separator.join([text] * times)
    part = excerpt(answer)
    assert len(part) <= MAX_CHARS
    assert answer.strip().startswith(part)
    assert part == answer.strip() or len(answer.strip()) > MAX_CHARS


def test_an_answer_with_a_refusal_at_its_end_can_be_described():
    answer = "Roots take up water by osmosis, and the plant lifts it to the leaves. " * 6
    assert nothing_to_describe(answer + "I cannot provide exact figures.") is None
    assert nothing_to_describe("I cannot answer this question. " + answer) == "the answer is a refusal"


def test_an_answer_of_a_few_words_is_not_another_language():
    assert nothing_to_describe("Zinc sulphate heptahydrate.") is None


@pytest.mark.parametrize(
    ("content", "texts"),
    [
        ('{"page_description": "Whole.", "page_keywords": ["a", "b', {"page_description": "Whole."}),
        ('{"page_description": "Whole."', {"page_description": "Whole."}),
        ('Sure: {"page_keywords": "a, b", "page_des', {"page_keywords": "a, b"}),
        ('{"page_description": "Not who', {}),
        ('{"page_keywords": ["a", "b"', {}),
        ('{"page_description": 7, "page_keywords"', {}),
        ("{", {}),
        ("[1", {}),
        ("", {}),
    ],
)
def test_a_reply_that_ends_in_the_middle_gives_only_its_complete_texts(content, texts):
    assert salvage_seo(content, FIELDS) == texts
