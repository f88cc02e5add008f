"""Near-duplicates are found among proposed descriptions, without those of the article itself."""

import pytest

from tests.support.proposals import NOW, TEXT, record


def duplicates(proposals, text, key="biology/other"):
    found = proposals.descriptions.near(text, 0.7, key=key, frequency=len)
    return [item.text for item in found]


def test_a_near_duplicate_is_found_in_any_order_of_words(proposals):
    record(proposals)
    text = "Leaves pull water by transpiration, while roots take it up by osmosis and push it upwards."
    assert duplicates(proposals, text) == [TEXT]
    assert (
        duplicates(proposals, "Roots hold the soil together and so keep the rain from washing it away.") == []
    )


def test_the_article_itself_is_not_a_duplicate_and_a_copy_of_its_question_is(proposals):
    row = record(proposals)
    assert duplicates(proposals, TEXT, key=row.key) == []
    assert duplicates(proposals, TEXT, key=f"copy/{row.key.partition('/')[2]}") == [TEXT]


@pytest.mark.parametrize("state", ["rejected", "skipped"])
def test_a_proposal_that_will_not_be_published_is_not_a_duplicate(proposals, state):
    proposals.decide(record(proposals), state, who="Ada", now=NOW)
    assert duplicates(proposals, TEXT) == []


def test_an_edited_text_is_found_by_its_new_words(proposals):
    proposals.edit(
        record(proposals), "Stems carry sugar from the leaves to the fruit.", [], who="Ada", now=NOW
    )
    assert duplicates(proposals, TEXT) == []
    assert len(duplicates(proposals, "Stems carry sugar from leaves to fruit.")) == 1
