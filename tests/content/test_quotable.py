"""What is plainly bad is not shown again."""

import pytest

from generator.content.quotable import is_damaged, is_fit, speaks_of_itself

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


def test_damage_is_raw_tex_or_an_unpaired_dollar():
    assert is_damaged(r"so \(x\)") and is_damaged("costs $5 now") and is_damaged(r"\[x\]")
    assert not is_damaged("$x$ and $y$") and not is_damaged(r"costs \$5")
