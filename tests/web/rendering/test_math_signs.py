"""Letters, operators and signs of the preview have the shape and the spaces that they have on the site."""

import re

import pytest

from generator.web.rendering.mathml import mathml


def shown(tex: str) -> str:
    """The MathML of a formula, without the outermost elements."""
    return re.sub(r"</?math[^>]*>|^<mrow>|</mrow>$", "", mathml(tex, display=True).html).removeprefix(
        "<mrow>"
    )


@pytest.mark.parametrize("letter", ["Γ", "Δ", "Ω", "Ψ"])
def test_capital_greek_letters_are_upright_and_others_are_not(letter: str) -> None:
    assert f'<mi mathvariant="normal">{letter}</mi>' in shown(f"{letter} x")
    assert "<mi>α</mi>" in shown(r"\alpha")
    assert "<mi>𝛀</mi>" in shown(r"\mathbf{\Omega}")


@pytest.mark.parametrize(
    "operator", [r"\pm", r"\sim", r"\leqslant", r"\implies", r"\perp", r"\bullet", ":", r"\rhd"]
)
def test_operators_have_spaces_around_them(operator: str) -> None:
    assert re.search(r"<mi>a</mi><mo>.</mo><mi>b</mi>", shown(f"a {operator} b"))


@pytest.mark.parametrize("mark", ["/", "|", ".", r"\|", r"\infty", r"\forall", r"\neg", r"\wp"])
def test_marks_have_no_spaces_around_them(mark: str) -> None:
    assert re.search(r'<mi>a</mi><mi mathvariant="normal">.</mi><mi>b</mi>', shown(f"a {mark} b"))


@pytest.mark.parametrize("tex", [r"\left| x \right|", r"x \bigm| y", r"\left. x \right|"])
def test_bars_that_grow_stay_brackets(tex: str) -> None:
    assert re.search(r'<mo stretchy="true"[^>]*>\|</mo>', shown(tex))


def test_brackets_by_name_are_brackets() -> None:
    assert '<mo stretchy="false" form="prefix">⟨</mo>' in shown(r"\langle x \rangle")
    assert '<mo stretchy="false" form="postfix">⟩</mo>' in shown(r"\langle x \rangle")


@pytest.mark.parametrize("tex", ["x = -1", "(-1)", "a, -1", "5 - -1", r"a \cdot -1", r"\langle -1 \rangle"])
def test_a_minus_before_a_number_stands_close_to_it(tex: str) -> None:
    assert '<mo form="prefix">−</mo><mn>1</mn>' in shown(tex)


@pytest.mark.parametrize("tex", ["x - 1", "(x) - 1", "n! - 1", r"\left(x\right) - 1", "|x| - 1", r"x' - 1"])
def test_a_minus_between_two_values_has_spaces(tex: str) -> None:
    assert "<mo>−</mo><mn>1</mn>" in shown(tex)


def test_the_arrow_of_a_vector_does_not_grow_and_one_over_a_text_does() -> None:
    assert '<mo stretchy="false">→</mo>' in shown(r"\vec{g}")
    assert "<mo>→</mo>" in shown(r"\overrightarrow{AB}")
