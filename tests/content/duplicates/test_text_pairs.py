"""Texts that are nearly the same are found among many, by the words they share."""

from hypothesis import given
from hypothesis import strategies as st

from generator.content.duplicates.text_pairs import NearPair, near_pairs

TIDE = "Water rises twice a day because the pull of the moon differs from one side to the other"


def test_texts_that_share_most_words_are_a_pair():
    texts = [
        TIDE,
        "Keels hold a boat upright",
        TIDE.replace("rises", "climbs"),
        TIDE.replace("twice a day", "rarely"),
    ]
    assert [(pair.first, pair.second) for pair in near_pairs(texts)] == [(0, 2)]


def test_order_case_and_marks_make_no_difference():
    (pair,) = near_pairs(["One two, three four five.", "five FOUR three two one"])
    assert pair == NearPair(0, 1, 1.0)


def test_old_texts_are_not_compared_with_each_other():
    texts = ["one two three", "three two one", "two one three"]
    assert [(pair.first, pair.second) for pair in near_pairs(texts, since=2)] == [(0, 2)]


def test_texts_without_words_are_never_alike():
    assert list(near_pairs(["", "…", "—"])) == []


def share(one: str, other: str) -> float:
    a, b = set(one.split()), set(other.split())
    return len(a & b) / len(a | b)


@given(st.lists(st.lists(st.sampled_from("abcdefghij"), min_size=1).map(" ".join), max_size=12))
def test_every_text_with_a_near_one_before_it_is_found(texts):
    expected = {
        number: max(share(text, other) for other in texts[:number])
        for number, text in enumerate(texts)
        if any(share(text, other) >= 0.75 for other in texts[:number])
    }
    assert {pair.second: pair.share for pair in near_pairs(texts, threshold=0.75)} == expected
