"""From which share on two answers are one depends on what their questions ask."""

import pytest

from generator.content.duplicates.answers import overlap, shingles
from generator.content.duplicates.same_answer import is_copied_answer, is_same_answer
from tests.support.duplicate_site import answer

ENZYMES = "How do enzymes speed up reactions?"
NEAR = "How do enzymes speed up chemical reactions?"
CELLS = "Why do cells need mitochondria?"
CAUSES, EFFECTS = "What are the causes of inflation?", "What are the effects of inflation?"


@pytest.mark.parametrize(
    ("share", "question", "other", "same", "copied"),
    [
        (0.19, ENZYMES, NEAR, False, False),
        (0.21, ENZYMES, NEAR, True, True),
        (0.21, ENZYMES, CELLS, False, False),
        (0.27, ENZYMES, CELLS, True, True),
        (0.49, CAUSES, EFFECTS, False, False),
        (0.51, CAUSES, EFFECTS, False, True),
    ],
)
def test_the_share_that_makes_two_answers_one(share, question, other, same, copied):
    assert is_same_answer(share, question, other) is same
    assert is_copied_answer(share, question, other) is copied


def test_a_part_of_an_answer_counts_half():
    one, other = shingles(answer(1, count=5)), shingles(answer(1, count=60))
    assert 0.45 < overlap(one, other).share <= 0.5
    assert overlap(one, one).share == 1
    assert overlap(one, shingles("")).share == 0
