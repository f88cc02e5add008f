"""Phrases that mention the sources: which are cut, and which need another sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.content.markdown.repairs.source_phrases import without_phrases, without_source_phrases

TEXT = st.lists(
    st.sampled_from(
        [
            "Based on the gathered information, ",
            "as noted in the provided text",
            ", ",
            ". ",
            "\n",
            "the tide ",
            "rises",
            ":",
        ]
        + [" (gathered information, 3)", "**Wind**: ", "- ", "As per the retrieved passages, ", "`", "$"]
    ),
    max_size=10,
).map("".join)


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("Based on the gathered information, tides rise.", "Tides rise."),
        ("It blows. According to the provided documents, tides rise.", "It blows. Tides rise."),
        ("1. **Wind**: As mentioned in the gathered information, wind blows.", "1. **Wind**: Wind blows."),
        ("- As per the retrieved passages, wind blows.", "- Wind blows."),
        ("Based on the available information, tides rise.", "Tides rise."),
        ("Based on the gathered information, mRNA is read.", "mRNA is read."),
        ("Based on the gathered information, **wind** blows.", "**Wind** blows."),
        ("Based on the gathered information, 3 tides rise.", "3 tides rise."),
        ("Here are the tides based on the gathered information:", "Here are the tides:"),
        ("Here are the causes identified in the gathered information:", "Here are the causes:"),
        ("Tides rise, as highlighted in the gathered information.", "Tides rise."),
        ("Tides rise (as noted in gathered information point 6).", "Tides rise."),
        ("Tides rise (Gathered Information, 10). They fall.", "Tides rise. They fall."),
        ("The tide, as noted in the gathered information, rises.", "The tide rises."),
        (
            "For example, as per the gathered information, for a shaft it fits.",
            "For example, for a shaft it fits.",
        ),
        (
            "If the moon is full, as noted in the gathered information, it rises.",
            "If the moon is full, it rises.",
        ),
        (
            "For instance, if it is full, as stated in the provided text, it rises.",
            "For instance, if it is full, it rises.",
        ),
        ("Tides rise, as noted in the information provided.", "Tides rise."),
    ],
)
def test_a_phrase_is_cut_where_one_sentence_remains(text: str, cut: str) -> None:
    assert without_phrases(text) == cut


@pytest.mark.parametrize(
    "text",
    [
        "The gathered information highlights tides.",
        "Tides are not mentioned in the gathered information.",
        "These causes are identified in the gathered information:",
        "Based on the gathered information regarding tides, they rise.",
        "Tides, winds and rain, as noted in the gathered information, matter.",
        "Students decide based on the gathered information.",
        "Tides rise (Wood, 2019; gathered information).",
        "Investors act. Based on the available information, they buy.",
        "Analyze the gathered information, then write.",
        "`Based on the gathered information, x`",
    ],
)
def test_a_sentence_that_needs_the_phrase_stays(text: str) -> None:
    assert without_phrases(text) == text


def test_the_stored_form_keeps_its_line_breaks() -> None:
    stored = r"One.\n\nAs noted in the gathered information, two.\nThree."
    assert without_source_phrases(stored) == r"One.\n\nTwo.\nThree."


@given(TEXT)
def test_only_a_phrase_is_cut(text: str) -> None:
    after = without_phrases(text)
    rest = iter(text.casefold())
    assert all(letter in rest for letter in after.casefold())
    assert after.count("\n") == text.count("\n")
