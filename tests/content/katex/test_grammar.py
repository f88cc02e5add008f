"""Which formulas KaTeX renders and which it rejects."""

import pytest

from generator.content.katex import commands
from generator.content.katex.errors import katex_error

RENDERS = [
    r"\frac{a}{b} + \sqrt[3]{x}",
    r"x^2_3 + y'' + z'^2",
    r"\left( \frac{1}{2} \middle| x \right]",
    r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}",
    r"\begin{cases} 1 & \text{if } x > 0 \\[2pt] 0 & \text{otherwise} \end{cases}",
    r"\begin{array}{c|c} a & b \\ \hline c & d \end{array}",
    r"\text{cost: } \$5 \text{ at 5\%}",
    r"\text{a $x^2$ b}",
    r"\sum_{i=1}^n \limits a_i \quad \operatorname{rank} A",
    r"\def\R{\mathbb{R}} x \in \R",
    r"\newcommand{\pair}[2]{(#1, #2)} \pair{a}{b}",
    r"{n \choose k} \pmod{p}",
    r"\color{red} x \textcolor{#ff0000}{y}",
    r"x² + y₁ ≠ 中文 é",
    r"a % a comment",
    r"\not= \not\in ∉",
    r"\overset{!}{=} \underbrace{x}_{n} \xrightarrow[b]{a}",
    r"\Braket{a | b} \bra{x}",
    r"\verb|x_y| \rule{1em}{2pt} \kern 3pt \hspace{1cm}",
    r"\dots, \dots + \cdots",
    r"\mathbf{v} \bm{w} \big\| \Bigl\lbrace",
    "",
]

FAILS = [
    (r"\foo", "unknown command"),
    (r"\ce{H2O}", "unknown command"),
    (r"\frac{a}", "the formula ends"),
    (r"{a", "}"),
    (r"a}", "not expected here"),
    (r"x^2^3", "double superscript"),
    (r"x_a_b", "double subscript"),
    (r"x^2'", "double superscript"),
    (r"x^", "nothing follows"),
    (r"\left( x", r"\right"),
    (r"x \right)", "not expected here"),
    (r"\left x \right y", "not a delimiter"),
    (r"\begin{foo} x \end{foo}", "unknown environment"),
    (r"\begin{matrix} x \end{pmatrix}", "closed by"),
    (r"\begin{align} x \end{align}", "only in display"),
    (r"\begin{array}{x} a \end{array}", "column alignment"),
    (r"a & b", "not expected here"),
    (r"#", "not expected here"),
    ("$5", "not allowed in a formula"),
    ("\\", "unexpected character"),
    (r"\text{\frac12}", "not allowed in text"),
    (r"\hline", "outside an array"),
    (r"\hspace{1foo}", "unit"),
    (r"\color{12}", "color"),
    (r"a \over b \over c", "more than one"),
    (r"\tag{1} x", "display"),
    (r"\newcommand{\frac}{x}", "again"),
    (r"\def\x{\x} \x", "too many"),
    ("{" * 5000, "nested"),
]


@pytest.mark.parametrize("tex", RENDERS)
def test_a_formula_that_katex_renders_has_no_error(tex):
    assert katex_error(tex, display=False) is None


@pytest.mark.parametrize(("tex", "reason"), FAILS)
def test_a_formula_that_katex_rejects_has_an_error_with_the_reason(tex, reason):
    assert reason in (katex_error(tex, display=False) or "")


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
