"""What is plainly bad is not shown again."""

import pytest

from generator.content.quotable import is_fit, speaks_of_itself

GOOD = "Warm air rises because it is less dense than the air around it. " * 8


@pytest.mark.parametrize(
    "text",
    [
        f"I cannot answer this question. {GOOD}",
        f"I’m sorry, that is unclear. {GOOD}",
        f"{GOOD} Based on the gathered information, it rains.",
        f"{GOOD} As an AI language model I say so.",
        f"The provided text does not tell. {GOOD}",
        GOOD + "and then it",
        GOOD + "\n```\nopen",
        "Too short.",
    ],
)
def test_unfit_answers(text):
    assert not is_fit(text, len(text.split()))


@pytest.mark.parametrize(
    "ending", ["", "It rose (a little).", 'He said "yes."', "$$\nx\n$$", "**All of it.**"]
)
def test_fit_answers(ending):
    text = GOOD + ending
    assert is_fit(text.strip(), len(text.split()))
    assert not speaks_of_itself(text)
