"""Proposed descriptions: those that say nearly the same are found, a page and its copies left out."""

import pytest

from tests.support.proposals import NOW, TEXT, record


def duplicates(proposals, text, key="biology/other", question="Another question?"):
    found = proposals.descriptions.near(text, 0.7, key=key, question=question, frequency=len)
    return [item.text for item in found]


def test_an_echo_is_found_whatever_the_order_of_its_words(proposals):
    record(proposals)
    text = "Leaves pull water by transpiration, while roots take it up by osmosis and push it upwards."
    assert duplicates(proposals, text) == [TEXT]
    assert (
        duplicates(proposals, "Roots hold the soil together and so keep the rain from washing it away.") == []
    )


def test_neither_the_page_itself_nor_a_copy_of_its_question_duplicates(proposals):
    row = record(proposals)
    assert duplicates(proposals, TEXT, key=row.key) == []
    assert duplicates(proposals, TEXT, question=row.question.upper()) == []


@pytest.mark.parametrize("state", ["rejected", "skipped"])
def test_what_will_not_reach_the_site_does_not_count_as_an_echo(proposals, state):
    proposals.decide(record(proposals), state, who="Ada", now=NOW)
    assert duplicates(proposals, TEXT) == []


def test_an_edited_text_is_found_by_its_new_words(proposals):
    proposals.edit(
        record(proposals), "Stems carry sugar from the leaves to the fruit.", [], who="Ada", now=NOW
    )
    assert duplicates(proposals, TEXT) == []
    assert len(duplicates(proposals, "Stems carry sugar from leaves to fruit.")) == 1
