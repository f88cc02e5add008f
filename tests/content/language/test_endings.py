"""A text is finished where its last sentence is, whatever mark of a proof's end follows."""

import pytest

from generator.content.language.endings import (
    NO_FULL_STOP,
    only_lacks_full_stop,
    pasted_label,
    unfinished_reason,
)


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


@pytest.mark.parametrize(
    "text",
    [
        "The tide is high. The manner in which these coasts",
        "Glass is brittle, while steel (with carbon",
        "Tides rise. The pull of each",
        "Tides rise. They rise because of the moon's",
        "Tides rise. It happens when",
        "Tides rise – and fall –",
        "1. **Pull**: The pull of the moon and those",
    ],
)
def test_a_text_that_stops_in_a_sentence_is_unfinished(text):
    reason = unfinished_reason(text)
    assert reason is not None
    assert reason != NO_FULL_STOP or not only_lacks_full_stop(text)


@pytest.mark.parametrize(
    "text",
    [
        "The tide is high. It reaches the old harbour twice a day",
        "Tides rise. This allows for a broader understanding",
        "The moon pulls the water, which causes the tide",
    ],
)
def test_a_complete_sentence_lacks_only_its_full_stop(text):
    assert unfinished_reason(text) == NO_FULL_STOP
    assert only_lacks_full_stop(text)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Tides rise.\n\nSEE ALSO: MARINE BIOLOGY", "SEE ALSO: MARINE BIOLOGY"),
        ("Tides rise.\n\n**RELATED TOPICS**", "RELATED TOPICS"),
        ("Tides rise.\n\nNASA", None),
        ("Tides rise.\n\nThe USA and NATO", None),
        ("RELATED TOPICS", None),
    ],
)
def test_a_label_in_capitals_below_the_text_is_recognised(text, label):
    assert pasted_label(text) == label
