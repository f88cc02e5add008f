"""A model's Markdown is rewritten into Markdown that the site shows correctly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.content.markdown.line_breaks import decode, encode
from generator.content.markdown.normalize import site_safe
from generator.content.markdown.unsafe import unsafe_places

FRAGMENTS = [
    *(
        "$",
        "$$",
        r"\(",
        r"\)",
        r"\[",
        r"\]",
        r"\n",
        r"\nabla",
        r"\\",
        r"\$",
        "$5",
        "`",
        "```",
        "|",
        ".",
        r"\not=",
    ),
    *(
        r"\frac{a}{b}",
        "*",
        "**",
        "\\",
        ":",
        "&",
        "5",
        r"\nu",
        "=",
        "\n",
        "\n\n",
        "   ",
        "- ",
        "1. ",
        "3. ",
        "> ",
    ),
    *(" and $10", " x ", "a", "word of prose ", "\n$$\n", "# ", "\n    "),
]
MARKDOWN = st.lists(st.sampled_from(FRAGMENTS), max_size=12).map("".join)


@given(MARKDOWN)
def test_rewriting_is_idempotent(markdown):
    once = site_safe(markdown)
    assert site_safe(once) == once


@given(MARKDOWN)
def test_a_text_that_cannot_be_stored_always_has_an_unsafe_place(markdown):
    safe = site_safe(markdown)
    try:
        assert decode(encode(safe)) == safe
    except ValueError:
        assert unsafe_places(safe)


@pytest.mark.parametrize(
    ("written", "safe"),
    [
        (r"Let \(x \neq y\) hold.", "Let $x ≠ y$ hold."),
        (r"So \[ a = b \]. Then", "So\n$$\na = b.\n$$\nThen"),
        ("\\[\na \\\\\nb\n\\]", "$$\na \\\\\nb\n$$"),
        ("1. a:\n   - b \\[x^2\\] c\n2. d", "1. a:\n   - b\n     $$\n     x^2\n     $$\n     c\n2. d"),
        ("> a \\[x^2\\] b", "> a\n> $$\n> x^2\n> $$\n> b"),
        (r"\(a\)\(b\)", "$a$ $b$"),
        ("| \\(a\\) | \\[b\\] |\n|---|---|", "| $a$ | $b$ |\n|---|---|"),
        (r"# On \[x\]", "# On $x$"),
        (r"`\(a\)` \[12\] \(see the note below\)", r"`\(a\)` \[12\] \(see the note below\)"),
    ],
)
def test_other_delimiters_become_dollar_signs(written, safe):
    assert site_safe(written) == safe


@pytest.mark.parametrize(
    ("written", "safe"),
    [
        ("It cost $5, then $10.", r"It cost \$5, then \$10."),
        ("A lone $5", r"A lone \$5"),
        ("$5 million to $6 million, so $x$ is", r"\$5 million to \$6 million, so $x$ is"),
        ("US$5-$7, **$8** and **$9**", r"US\$5-\$7, **\$8** and **\$9**"),
        (
            "Revenue of $1,200.50 per year and a cost of $x$",
            r"Revenue of \$1,200.50 per year and a cost of $x$",
        ),
        ("$5 for $n$ items", r"\$5 for $n$ items"),
        ("| $5 | $6 |\n|---|---|", "| \\$5 | \\$6 |\n|---|---|"),
    ],
)
def test_money_outside_math_is_escaped(written, safe):
    assert site_safe(written) == safe


@pytest.mark.parametrize(
    "markdown",
    [
        "$x$ and $y$",
        "between $10$ and $20$",
        "$3 x + 2$ and $5$",
        r"$5 \text{ kg}$ of $2\%$",
        "$2n$ or $3n$",
        r"already \$5 and \$6",
        "$5 kg$",
        "`echo $5 and $6`",
        "```\n$5 and $6\n```",
    ],
)
def test_formulas_code_and_escaped_amounts_do_not_change(markdown):
    assert site_safe(markdown) == markdown


@pytest.mark.parametrize(
    ("written", "safe"),
    [
        ("$$x = y$$", "$$\nx = y\n$$"),
        ("Thus: $$x = y$$.\n\nMore", "Thus:\n$$\nx = y.\n$$\n\nMore"),
        ("We have $$x$$ here", "We have $$x$$ here"),
        ("$$ a\n+ b $$\n\nText", "$$\na\n+ b\n$$\n\nText"),
        ("- a\n  $$\nx\n$$\n\nrest", "- a\n  $$\n  x\n  $$\n\nrest"),
        ("$$\nx $$ where $y$", "$$\nx\n$$\nwhere $y$"),
    ],
)
def test_display_math_is_put_on_its_own_lines(written, safe):
    assert site_safe(written) == safe


def test_a_dollar_inside_a_formula_does_not_end_it():
    assert site_safe(r"$\$5 \times 3$ more") == r"$\text{\textdollar}5 \times 3$ more"


def test_a_backslash_n_in_prose_becomes_an_entity_and_stays_in_code():
    assert site_safe(r"Write \n or `\n`.") == r"Write &#92;n or `\n`."


@pytest.mark.parametrize(
    ("markdown", "code"),
    [
        ('```c\nputs("a\\n");\n```', "line-break-in-code"),
        (r"`\n`", "line-break-in-code"),
        (r"$\sum\nolimits$", "line-break-pair"),
        (r"$\ce{H2O}$", "chemistry-command"),
        ("a <b>c", "html-tag"),
        (r"$\foo$", "math-error"),
        (r"$x \tag{1}$", "math-error"),
        ("$$\nx", "unclosed-math"),
        ("$$ x\ny\n$$", "lost-math-line"),
        ("```\nx", "unclosed-fence"),
        ("$5 and $6", "money-as-math"),
        (r"\(x\)", "raw-math-delimiter"),
        ("a\x07", "control-character"),
    ],
)
def test_a_place_that_the_site_shows_wrongly_is_found(markdown, code):
    assert code in [place.code for place in unsafe_places(markdown)]


@pytest.mark.parametrize(
    "markdown",
    [
        "",
        "plain",
        r"\[sic\] and \(see the other note\)",
        r"\(see the appendix\), \[citation needed\], small\(er\), \(in part\) and 3 \(or 4\)",
        r"\$5 `<b>` $x < y$ and 3 < 5",
        "```c\nx < y;\n```",
        "```math\nx \\tag{1}\n```",
    ],
)
def test_a_correct_text_has_no_unsafe_place(markdown):
    assert unsafe_places(markdown) == []
