"""Formulas that KaTeX refuses: which are repaired, and that all others stay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.content.katex.errors import katex_error
from generator.content.markdown.line_breaks import decode
from generator.content.markdown.repairs.formulas import restore_chemistry, restore_text_characters
from generator.content.markdown.spans import non_prose_regions

STORED = st.lists(
    st.sampled_from(
        [
            "$",
            "$$",
            r"\n",
            r"\text{",
            r"\ce{",
            "}",
            "H2O",
            "g·mol",
            "50%",
            "m^2",
            "a_b",
            " ",
            r"\(",
            r"\)",
            "`",
        ]
    ),
    max_size=12,
).map("".join)


@pytest.mark.parametrize(
    ("stored", "restored"),
    [
        (r"Water is $\ce{H2O}$.", r"Water is $\text{H}_2\text{O}$."),
        (r"$$\n\text{Fuel} + \ce{O2}\n$$", r"$$\n\text{Fuel} + \text{O}_2\n$$"),
        (r"Water, \ce{H2O}, boils.", r"Water, $\text{H}_2\text{O}$, boils."),
        (r"Water, \(\ce{H2O}\), boils.", r"Water, \(\text{H}_2\text{O}\), boils."),
        (r"$\ce{H2O}$ and $\ce{CH2=CH2}$", r"$\text{H}_2\text{O}$ and $\ce{CH2=CH2}$"),
        (r"`\ce{H2O}`", r"`\ce{H2O}`"),
        (r"$\ce{H2O} \foo$", r"$\ce{H2O} \foo$"),
    ],
)
def test_chemistry_is_written_where_the_formula_renders_then(stored: str, restored: str) -> None:
    assert restore_chemistry(stored) == restored


@pytest.mark.parametrize(
    ("stored", "restored"),
    [
        (r"$\text{g·mol}$", r"$\text{g}·\text{mol}$"),
        (r"$5 \text{ kg · m}$", r"$5 \text{ kg }·\text{ m}$"),
        (r"$\textbf{a ≠ b}$", r"$\textbf{a }≠\textbf{ b}$"),
        (r"$$\nx = \text{50% of it}\n$$", r"$$\nx = \text{50\% of it}\n$$"),
        (r"$\text{R&D}$", r"$\text{R\&D}$"),
        (r"$\text{max_depth}$", r"$\text{max\_depth}$"),
        (r"$5\,\text{m/s^2}$", r"$5\,\text{m/s}^2$"),
        (r"$\text{CO_2}$", r"$\text{CO}_2$"),
        (r"$\text{s^-1}$", r"$\text{s}^{-1}$"),
    ],
)
def test_a_character_that_text_mode_refuses_gets_its_one_form(stored: str, restored: str) -> None:
    assert restore_text_characters(stored) == restored


@pytest.mark.parametrize(
    "stored", [r"$\text{a_b}$", r"$\text{a · b} \foo$", r"$\text{café}$", r"\text{g·mol}", "$x$"]
)
def test_other_formulas_stay(stored: str) -> None:
    assert restore_text_characters(stored) == stored


@given(STORED)
def test_no_formula_is_refused_that_was_not_refused_before(stored: str) -> None:
    for repair in (restore_chemistry, restore_text_characters):
        after = repair(stored)
        assert repair(after) == after
        assert refused(after) <= refused(stored)


def refused(stored: str) -> int:
    return sum(
        katex_error(region.text, region.kind == "display-math") is not None
        for region in non_prose_regions(decode(stored))
        if region.kind.endswith("math")
    )
