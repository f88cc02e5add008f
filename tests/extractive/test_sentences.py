"""Sentences: where one ends, how Markdown reads, how a long one is cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.extractive.sentences import clauses, plain, sentences, shorten

PROSE = st.text(alphabet=st.sampled_from("abcXYZ019 .,;:!?…\"'“”()[]{}$`*\\\n-–—é。"), max_size=120)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One ends. Two starts.", ["One ends.", "Two starts."]),
        ("Dr. Smith et al. (2020) agree. So do we.", ["Dr. Smith et al. (2020) agree.", "So do we."]),
        ("Use salts, e.g. NaCl, i.e. Sodium chloride.", ["Use salts, e.g. NaCl, i.e. Sodium chloride."]),
        ("The U.S. Army left. It came back.", ["The U.S. Army left.", "It came back."]),
        ("They live in the U.S. The others do not.", ["They live in the U.S.", "The others do not."]),
        ("It is 7.4 on the scale. Fine.", ["It is 7.4 on the scale.", "Fine."]),
        ("J. K. Rowling wrote it. True.", ["J. K. Rowling wrote it.", "True."]),
        ("It needs vitamin C. The body makes none.", ["It needs vitamin C.", "The body makes none."]),
        ('"Why?" he asked. "Go."', ['"Why?" he asked.', '"Go."']),
        ("Well... perhaps. Yes… Maybe.", ["Well... perhaps.", "Yes…", "Maybe."]),
        ("See Fig. 2 and No. 5. Done!", ["See Fig. 2 and No. 5.", "Done!"]),
        ("It ended in 1990. mRNA came later.", ["It ended in 1990.", "mRNA came later."]),
        ("A heading\n\nand a paragraph\nof two lines.", ["A heading", "and a paragraph of two lines."]),
        ("1. First of all. Second.", ["1. First of all.", "Second."]),
        ("これは文です。次の文です。", ["これは文です。", "次の文です。"]),
        ("", []),
    ],
)
def test_a_text_is_cut_where_its_sentences_end(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@given(st.one_of(PROSE, st.text(max_size=80)))
def test_the_pieces_cover_the_text(text: str) -> None:
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())
    assert "".join("".join(clauses(text)).split()) == "".join(text.split())


@given(PROSE)
def test_a_sentence_is_not_cut_again(text: str) -> None:
    for sentence in sentences(text):
        assert "\n" not in sentence
        assert sentence == sentence.strip() != ""


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("A **bold** and *slanted* `code` [link](https://a.b).", "A bold and slanted code link."),
        ("1. **Head**: body\n   - item one\n   - item two", "Head: body\n\nitem one\n\nitem two"),
        ("## 2. Title\nText", "Title\n\nText"),
        ("soft\nwrapped", "soft wrapped"),
        (r"So $\frac{a}{b} \times \alpha_{1}$ holds.", "So a/b × α_1 holds."),
        ("It costs $5 here and $10 there.", "It costs $5 here and $10 there."),
        (r"It costs \$5.", "It costs $5."),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "a, b\n\n1, 2"),
        ("Say:\n\n```py\nx = 1\n```\n\nDone.", "Say:\n\nx = 1\n\nDone."),
        ("$$\nE = mc^2\n$$", "E = mc^2"),
        ("a `b` and ``c ` d`` but ``` e", "a b and c ` d but ``` e"),
        ("snake_case and 2*3*4 stay", "snake_case and 2*3*4 stay"),
        ("a<br>b &amp; c", "ab & c"),
    ],
)
def test_marks_are_read_as_their_text(markdown: str, expected: str) -> None:
    assert plain(markdown) == expected


@given(PROSE)
def test_plain_text_of_any_markdown_has_clean_blocks(markdown: str) -> None:
    for block in plain(markdown).split("\n\n"):
        assert block == block.strip("\n")


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
def test_a_long_sentence_ends_at_a_clause_or_not_at_all(
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
def test_a_short_form_is_closed_whole_words_within_the_limit(words: list[str]) -> None:
    sentence = " ".join(words)
    short = shorten(sentence, 60)
    if short is not None:
        assert len(short) <= 60
        assert short.endswith((".", "!", "?"))
        assert short.count("(") == short.count(")") and short.count("“") == short.count("”")
        assert set(short.rstrip(".").split()) <= set(sentence.split()) | {
            word.rstrip(",;") for word in sentence.split()
        }
