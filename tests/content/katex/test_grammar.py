"""Which formulas KaTeX renders and which it rejects."""

import pytest

from generator.content.katex import commands
from generator.content.katex.errors import katex_error
from tests.support.formulas import (
    DISPLAY_REFUSED,
    DISPLAY_RENDERS,
    REFUSED,
    REFUSED_TOO,
    RENDERS,
    RENDERS_TOO,
)


@pytest.mark.parametrize("tex", [*RENDERS, *RENDERS_TOO])
def test_a_formula_that_katex_renders_has_no_error(tex):
    assert katex_error(tex, display=False) is None


@pytest.mark.parametrize(("tex", "reason"), [*REFUSED, *REFUSED_TOO])
def test_a_formula_that_katex_rejects_has_an_error_with_the_reason(tex, reason):
    assert reason in (katex_error(tex, display=False) or "")


@pytest.mark.parametrize("tex", DISPLAY_RENDERS)
def test_a_formula_that_katex_renders_in_display_math_has_no_error_there(tex):
    assert katex_error(tex, display=True) is None


@pytest.mark.parametrize("tex", DISPLAY_REFUSED)
def test_a_formula_that_katex_rejects_in_display_math_has_an_error_there(tex):
    assert katex_error(tex, display=True)


@pytest.mark.parametrize("tex", [r"\begin{align} a &= b \tag{1} \\ c &= d \end{align}", r"\tag{2} x"])
def test_some_commands_are_allowed_only_in_display_math(tex):
    assert katex_error(tex, display=True) is None
    assert katex_error(tex, display=False) is not None


def test_a_diagram_needs_complete_arrows():
    assert katex_error(r"\begin{CD} A @>f>> B \\ @VVV @AAgA \\ C @= D \end{CD}", display=True) is None
    assert katex_error(r"\begin{CD} A @>f> B \end{CD}", display=True) is not None


def test_every_listed_command_is_known_and_others_are_not():
    assert (
        commands.known(r"\nabla")
        and commands.known(r"\limits")
        and commands.known(r"\dots")
        and commands.known(r"\text")
    )
    assert not commands.known(r"\ce") and not commands.known("nabla")
