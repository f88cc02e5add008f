import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.content.language.sentences import split_sentences

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
        (
            "In *Gitlow v. New York* it ruled. So *Roe v. Wade* fell.",
            ["In *Gitlow v. New York* it ruled.", "So *Roe v. Wade* fell."],
        ),
        (
            "It began early (c. 3500 BCE), at Rs. 22 a day. See p. 4.",
            ["It began early (c. 3500 BCE), at Rs. 22 a day.", "See p. 4."],
        ),
        (
            "The zero is between a and b. You can narrow it.",
            ["The zero is between a and b.", "You can narrow it."],
        ),
        (
            "As M. I. Finley wrote, it is at 12 Finch Ave. West.",
            ["As M. I. Finley wrote, it is at 12 Finch Ave. West."],
        ),
        ("It is in Calif. Code and Tenn. Code alike.", ["It is in Calif. Code and Tenn. Code alike."]),
        (
            "He shaped the art. His work lasts, as did their art. Their heirs agree.",
            ["He shaped the art.", "His work lasts, as did their art.", "Their heirs agree."],
        ),
        ("So ln(3!) = 1.79 and 2! < 3! or so. Done.", ["So ln(3!) = 1.79 and 2! < 3! or so.", "Done."]),
        (
            "They use vitamin C. 20 mg are enough. The pH. It falls.",
            ["They use vitamin C. 20 mg are enough.", "The pH.", "It falls."],
        ),
        ("これは文です。次の文です。", ["これは文です。", "次の文です。"]),
        ("", []),
    ],
)
def test_a_text_is_split_into_its_sentences(text: str, expected: list[str]) -> None:
    assert split_sentences(text) == expected


@given(st.one_of(PROSE, st.text(max_size=80)))
def test_the_sentences_contain_the_whole_text(text: str) -> None:
    assert "".join("".join(split_sentences(text)).split()) == "".join(text.split())


@given(PROSE)
def test_a_sentence_has_one_line_and_no_space_around_it(text: str) -> None:
    for sentence in split_sentences(text):
        assert "\n" not in sentence
        assert sentence == sentence.strip() != ""
