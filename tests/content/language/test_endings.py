"""A text is finished where its last sentence is, whatever mark of a proof's end follows."""

import pytest

from generator.content.language.endings import unfinished_reason


@pytest.mark.parametrize("mark", ["", " ∎", " □", "\n\n■"])
@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("So $\\sqrt{2}$ is irrational.", None),
        ("So $\\sqrt{2}$ is", "stops in the middle of a sentence"),
        ("So it is irrational", "ends without a full stop"),
    ],
)
def test_the_mark_of_a_proof_s_end_counts_for_nothing(text, reason, mark):
    assert unfinished_reason(text + mark) == reason
