import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.extractive.shortening import shorten


@pytest.mark.parametrize(
    ("sentence", "limit", "expected"),
    [
        ("Short enough.", 40, "Short enough."),
        ("No final stop here", 40, "No final stop here."),
        (
            "Adhesion is the pull between water and the vessel walls, which keeps the column from breaking.",
            70,
            "Adhesion is the pull between water and the vessel walls.",
        ),
        (
            "The heart keeps blood in two loops; the lungs load it with oxygen on every single round.",
            60,
            "The heart keeps blood in two loops.",
        ),
        ("The empire, which lasted from the first war until the last, grew every year.", 50, None),
        ("Passive methods, such as listening to a lecture, do not build skill.", 50, None),
        ("Supercalifragilisticexpialidocious", 10, None),
        ("", 10, None),
        ("It trails off...", 40, None),
    ],
)
def test_a_long_sentence_is_cut_at_the_end_of_a_clause_or_not_at_all(
    sentence: str, limit: int, expected: str | None
) -> None:
    assert shorten(sentence, limit) == expected


@given(
    st.lists(
        st.sampled_from(
            [
                "the",
                "cell",
                "is",
                "made",
                "of",
                "water,",
                "which",
                "and",
                "because",
                "(small)",
                "“big”",
                ";",
                "energy",
            ]
        ),
        max_size=30,
    )
)
def test_a_shortened_sentence_has_whole_words_and_a_final_mark_within_the_limit(words: list[str]) -> None:
    sentence = " ".join(words)
    short = shorten(sentence, 60)
    if short is not None:
        assert len(short) <= 60
        assert short.endswith((".", "!", "?"))
        assert short.count("(") == short.count(")") and short.count("“") == short.count("”")
        assert set(short.rstrip(".").split()) <= set(sentence.split()) | {
            word.rstrip(",;") for word in sentence.split()
        }
