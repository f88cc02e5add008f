"""Plain chemical formulas become TeX that KaTeX shows; others stay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.content.katex.errors import katex_error
from generator.content.markdown.repairs.chemistry import plain_chemistry

PARTS = st.lists(
    st.sampled_from(
        ["H", "Na", "2", "12", "(", ")", "^2-", "^{3+}", "_4", "+", "-", " ", "->", "<=>", "(aq)", ".", "e"]
    ),
    max_size=10,
).map("".join)


@pytest.mark.parametrize(
    ("formula", "tex"),
    [
        ("H2O", r"\text{H}_2\text{O}"),
        ("O_2", r"\text{O}_2"),
        ("NaCl", r"\text{NaCl}"),
        ("Ca(OH)2", r"\text{Ca(OH)}_2"),
        ("C12H22O11", r"\text{C}_{12}\text{H}_{22}\text{O}_{11}"),
        ("SO4^2-", r"\text{SO}_4^{2-}"),
        ("Cr2O7^{2-}", r"\text{Cr}_2\text{O}_7^{2-}"),
        ("Na+", r"\text{Na}^+"),
        ("NH4+", r"\text{NH}_4^+"),
        ("^{12}_{6}C", r"{}^{12}_6\text{C}"),
        ("e^-", r"\text{e}^-"),
        ("CuSO4.5H2O", r"\text{CuSO}_4 \cdot 5\text{H}_2\text{O}"),
        ("H2O(l)", r"\text{H}_2\text{O}\text{(l)}"),
        ("2H2 + O2 -> 2H2O", r"2\text{H}_2 + \text{O}_2 \rightarrow 2\text{H}_2\text{O}"),
        ("H+ + OH- <=> H2O", r"\text{H}^+ + \text{OH}^- \rightleftharpoons \text{H}_2\text{O}"),
        ("1/2 O2", r"\tfrac{1}{2}\text{O}_2"),
        ("A ->[heat] B", r"\text{A} \xrightarrow{\text{heat}} \text{B}"),
    ],
)
def test_a_plain_formula_has_one_reading(formula: str, tex: str) -> None:
    assert plain_chemistry(formula) == tex
    assert katex_error(tex, display=False) is None


@pytest.mark.parametrize(
    "formula", ["CH3-CH3", "CH2=CH2", r"\alpha", "A v", "Fe^{II}", "$x$", "", "x", "A ->[H2O] B", "1.5O2.5"]
)
def test_a_formula_with_other_readings_stays(formula: str) -> None:
    assert plain_chemistry(formula) is None


@given(PARTS)
def test_what_is_written_renders(formula: str) -> None:
    tex = plain_chemistry(formula)
    if tex is not None:
        assert "\\n" not in tex
        assert katex_error(tex, display=True) in (None, "double superscript", "double subscript")
