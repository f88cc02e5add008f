"""Near-duplicates among many descriptions: each with the earlier ones, without copies of one question."""

from contextlib import closing

from hypothesis import given
from hypothesis import strategies as st

from generator.content.duplicates.descriptions import similarity, terms
from generator.store.corpus import description_pairs
from generator.store.corpus.description_pairs import DescriptionPairs
from tests.support.seo_pages import GOOD, TURNED

ROOTS = "Roots take up water by osmosis and lift it to the leaves."


def near(*texts, threshold=0.7, since=0, questions=None):
    """For each text with near duplicates, the numbers of these earlier texts."""
    with closing(DescriptionPairs()) as pairs:
        for number, text in enumerate(texts):
            pairs.add(str(number), text, question=questions[number] if questions else f"Why {number}?")
        return {
            int(said.page): [int(other.page) for other in others]
            for said, others in pairs.near(threshold, since=since)
        }


def test_each_description_comes_with_its_earlier_near_duplicates():
    assert near(GOOD, ROOTS, TURNED, GOOD, "") == {2: [0], 3: [0, 2]}


def test_copies_of_a_question_do_not_count():
    assert near(GOOD, TURNED, GOOD, questions=["Why?", "How?", "why"]) == {1: [0], 2: [1]}


def test_pages_without_a_question_are_not_copies():
    assert near(GOOD, TURNED, questions=["", ""]) == {1: [0]}


def test_old_texts_are_not_compared_with_each_other():
    assert near(GOOD, TURNED, GOOD, since=2) == {2: [0, 1]}


@given(
    st.lists(st.lists(st.sampled_from("abcdefghij"), max_size=10).map(" ".join), max_size=12),
    st.sampled_from([0.55, 0.7, 0.9]),
)
def test_every_pair_is_found(texts, threshold):
    texts = [" ".join(f"{letter}1" for letter in text.split()) for text in texts]
    expected = {
        number: earlier
        for number, text in enumerate(texts)
        if (
            earlier := [
                n
                for n, other in enumerate(texts[:number])
                if similarity(terms(text), terms(other)) >= threshold
            ]
        )
    }
    assert near(*texts, threshold=threshold) == expected


def test_a_search_that_leaves_out_descriptions_is_not_complete(monkeypatch):
    def completeness(texts):
        with closing(DescriptionPairs()) as pairs:
            for number, text in enumerate(texts):
                pairs.add(str(number), text, group=str(number))
            list(pairs.near(0.7))
            return pairs.is_complete

    assert completeness([GOOD, TURNED, GOOD, ROOTS])
    monkeypatch.setattr(description_pairs, "MAX_TEXTS_PER_TERM", 1)
    assert not completeness([GOOD, TURNED, GOOD, ROOTS])
