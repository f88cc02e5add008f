"""Text from outside is cleaned, and equal questions have one identity."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.content.text import clean, normalise_question, one_line, word_count

ANY_TEXT = st.text(alphabet=st.characters(categories=None, exclude_categories=()), max_size=60)


@pytest.mark.parametrize(
    ("dirty", "expected"),
    [
        ("plain ASCII text", "plain ASCII text"),
        ("tab\tand\nline", "tab\tand\nline"),
        ("a\r\nb\rc\x85d\u2028e\u2029f\x0bg\x0ch", "a\nb\nc\nd\ne\nf\ng\nh"),
        ("bell\x07 escape\x1b[31m nul\x00 del\x7f c1\x9b", "bell escape[31m nul del c1"),
        ("\ufeffmark, zero\u200bwidth, joiner\u2060", "mark, zerowidth, joiner"),
        ("over\u202eride \u2066isolate\u2069 mark\u200f", "override isolate mark"),
        ("tags\U000e0041\U000e007f", "tags"),
        ("lone \ud800 surrogate, \ufffe \U0010ffff", "lone  surrogate,  "),
        ("naïve café — “quotes” 漢字 \xa0", "naïve café — “quotes” 漢字 \xa0"),
    ],
)
def test_only_unwanted_characters_are_removed(dirty: str, expected: str) -> None:
    assert clean(dirty) == expected


@pytest.mark.parametrize("emoji", ["👨\u200d👩\u200d👧", "❤\ufe0f", "1\ufe0f\u20e3", "🏳\ufe0f\u200d🌈"])
def test_joiners_and_selectors_stay_within_emoji(emoji: str) -> None:
    assert clean(f"an {emoji} here") == f"an {emoji} here"


@pytest.mark.parametrize("hidden", ["a\u200db", "a\ufe0fb", "😀\u200d b", "\ufe0f", "a\ufe0f\u200d😀"])
def test_joiners_and_selectors_elsewhere_are_removed(hidden: str) -> None:
    assert not set(clean(hidden)) & {"\u200d", "\ufe0f"}


@given(ANY_TEXT)
def test_cleaning_is_idempotent(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(ANY_TEXT)
def test_clean_text_has_no_control_characters_except_tab_and_line_feed(text: str) -> None:
    cleaned = clean(text)
    assert {c for c in cleaned if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")} <= {"\t", "\n"}
    cleaned.encode("utf-8")


@given(ANY_TEXT)
def test_one_line_has_only_single_spaces(text: str) -> None:
    line = one_line(text)
    assert line == line.strip()
    assert not any(c.isspace() and c != " " for c in line)
    assert "  " not in line


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("What is DNA?", "  what is  dna "),
        ("What’s Newton's “first law”?", 'Whats Newtons "first law"'),
        ("What are long-term effects?", "What are long–term effects"),
        ("What are long-term effects?", "What are long term effects"),
        ("What is COVID-19?", "what is covid 19"),
        ("Ｗhat is ﬁre?", "what is fire"),
        ("Is it true (or not): yes, no?", "is it true or not yes no"),
    ],
)
def test_the_same_question_has_one_identity(one: str, other: str) -> None:
    assert normalise_question(one) == normalise_question(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("What is C?", "What is C#?"),
        ("What is C?", "What is C++?"),
        ("What is 3.5 plus 1?", "What is 35 plus 1?"),
        ("What is 5 - 3?", "What is 5 + 3?"),
        ("What is 5 - 3?", "What is 5 3?"),
    ],
)
def test_signs_that_change_the_question_change_its_identity(one: str, other: str) -> None:
    assert normalise_question(one) != normalise_question(other)


def test_words_are_separated_by_white_space() -> None:
    assert word_count("1. **Heading**: two words\n\n$x + y$") == 7
    assert word_count("") == 0


@given(st.text(st.characters(max_codepoint=127)))
def test_printable_ascii_is_clean(text: str) -> None:
    assert clean(text) == "".join(
        char
        for char in text.replace("\r\n", "\n").replace("\r", "\n").replace("\v", "\n").replace("\f", "\n")
        if char.isprintable() or char in "\n\t"
    )
