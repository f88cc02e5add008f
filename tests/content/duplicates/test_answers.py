"""Answers that say nearly the same are found, and others are not."""

from hypothesis import given
from hypothesis import strategies as st

from generator.content.duplicates.answers import Answers, shingles
from tests.support.duplicate_site import answer


def indexed(*texts: str) -> Answers[int]:
    answers: Answers[int] = Answers()
    for number, text in enumerate(texts):
        answers.add(number, shingles(text))
    return answers


def test_equal_answers_share_everything():
    (pair,) = indexed(answer(1), answer(2), answer(1)).alike(0.2)
    assert (pair.one, pair.other) == (0, 2)
    assert pair.overlap == (1.0, 1.0)


def test_answers_with_some_other_sentences_are_alike():
    (pair,) = indexed(answer(1), answer(2), answer(1, changed=4)).alike(0.2)
    assert (pair.one, pair.other) == (0, 2)
    assert 0.4 < pair.overlap.jaccard < 0.6 < pair.overlap.containment < 0.75


def test_a_short_answer_within_a_long_one_is_alike():
    (pair,) = indexed(answer(1, count=5), answer(1, count=30)).alike(0.4)
    assert pair.overlap.jaccard < 0.2 and pair.overlap.containment > 0.9


def test_other_answers_and_answers_without_words_are_not_alike():
    assert list(indexed(answer(1), answer(2), "", "", "The of and.").alike(0.05)) == []


def test_phrases_that_most_answers_have_do_not_count():
    phrase = " Taking everything together, balance matters greatly for long lasting results."
    texts = [answer(seed, count=2) + phrase for seed in range(120)]
    assert list(indexed(*texts).alike(0.05)) == []


def test_case_marks_and_order_of_sentences_make_little_difference():
    text = answer(1)
    turned = "\n".join(reversed(text.upper().replace(".", "!").split("\n\n")))
    assert indexed(text, turned).overlap(0, 1).jaccard > 0.75


@given(st.lists(st.integers(0, 6), min_size=2, max_size=9), st.integers(0, 12))
def test_the_search_finds_what_a_comparison_of_all_pairs_finds(seeds, changed):
    texts = [answer(seed, changed=changed * (number % 2)) for number, seed in enumerate(seeds)]
    answers = indexed(*texts)
    expected = {
        (one, other)
        for one in range(len(texts))
        for other in range(one + 1, len(texts))
        if answers.overlap(one, other).jaccard >= 0.3
    }
    assert expected <= {(pair.one, pair.other) for pair in answers.alike(0.15)}


@given(st.text(max_size=60), st.text(max_size=60))
def test_an_overlap_is_symmetric_and_a_share(one, other):
    answers = indexed(one, other)
    overlap = answers.overlap(0, 1)
    assert overlap == answers.overlap(1, 0)
    assert 0 <= overlap.jaccard <= overlap.containment <= 1
