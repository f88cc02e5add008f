"""Speech that a text quotes is told from its own words."""

import pytest

from generator.content.language.phrases import CHAT, REFUSAL, has_ai_phrases


@pytest.mark.parametrize(
    "text",
    [
        'The patient may say, "It hurts when I move. Please let me know if I need help."',
        "A nurse can answer: “I am happy to help you. Let me know if it hurts.”",
        "Patient: Please let me know when it is over.",
        "- **Client**: I cannot provide for my children.",
        "He cried «I cannot find my keys» and left.",
    ],
)
def test_quoted_speech_is_not_that_of_an_assistant(text: str) -> None:
    assert CHAT.first_in(text) is None and REFUSAL.first_in(text) is None
    assert not has_ai_phrases(text)


@pytest.mark.parametrize(
    "text",
    [
        'The word "tide" is old. Please let me know if you need more.',
        "“Tide” is a word.\n\nI cannot answer this question.",
        '"Tides" rise.\nFeel free to ask!',
        "Note: I cannot answer this question.",
    ],
)
def test_an_assistant_is_found_beside_quotations(text: str) -> None:
    assert CHAT.first_in(text) or REFUSAL.first_in(text)
    assert has_ai_phrases(text)
