"""The line-break codec, and the commands that begin with a backslash and n."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.content.katex import commands as katex
from generator.content.katex.errors import katex_error
from generator.content.markdown.line_breaks import (
    SAFE_COMMANDS,
    decode,
    encode,
    repair_json_escapes,
    safe_tex,
)
from tests.support.nightly import examples

TEXT = st.lists(
    st.sampled_from(
        ["\\", "n", "\n", "a", " ", "\\\\", "$", "`", "é", "\r", "\x0b", "\u2028", "\t", "\U0001f600"]
    ),
    max_size=12,
).map("".join)


@settings(max_examples=examples())
@given(TEXT)
def test_an_encoded_text_is_decoded_to_the_same_text(text):
    try:
        stored = encode(text)
    except ValueError as error:
        assert "offset" in str(error)
        return
    assert "\n" not in stored
    assert decode(stored) == text


@pytest.mark.parametrize("text", ["a \\\\\nb", "hard break\\\nb", "a\n\nb", "\\\n", "x\\\\"])
def test_a_backslash_before_a_line_break_is_stored(text):
    assert decode(encode(text)) == text


@pytest.mark.parametrize(
    ("text", "offset"), [("a\\nb", 1), ("\\\\n", 1), ("ab\r", 2), ("\x85", 0), ("\ud800", 0)]
)
def test_a_text_that_cannot_be_stored_is_an_error_with_the_offset(text, offset):
    with pytest.raises(ValueError, match=f"offset {offset} "):
        encode(text)


def test_every_command_that_begins_with_n_is_listed():
    commands = {
        name
        for name in {
            *katex.MACROS,
            *katex.FUNCTIONS,
            *katex.SYMBOLS["math"],
            *katex.SYMBOLS["text"],
            *katex.COMPUTED_MACROS,
            *katex.IMPLICIT,
        }
        if name.startswith("\\n")
    }
    assert commands - SAFE_COMMANDS.keys() == {r"\nobreak", r"\noexpand", r"\nolimits", r"\normalsize"}
    assert commands >= SAFE_COMMANDS.keys()


@pytest.mark.parametrize("command", sorted(SAFE_COMMANDS))
def test_every_equivalent_renders_and_can_be_stored(command):
    argument = r"{\x}{y}" if command == r"\newcommand" else " x"
    assert katex_error(SAFE_COMMANDS[command] + argument, display=True) is None
    encode(SAFE_COMMANDS[command])


@pytest.mark.parametrize(
    ("tex", "safe"),
    [
        (r"a \neq b \ne c", "a ≠ b ≠ c"),
        (r"\nu_n + \nabla f", "ν_n + ∇ f"),
        (r"x \not= y \not\in z \notin w", "x ≠ y ∉ z ∉ w"),
        (r"a \\n b", r"a \\ n b"),
        (r"\\nabla", r"\\ nabla"),
        (r"\neg p", r"\lnot p"),
        (r"\nosuch", r"\nosuch"),
        (r"\frac{n}{m}", r"\frac{n}{m}"),
    ],
)
def test_commands_become_their_equivalents(tex, safe):
    assert safe_tex(tex) == safe
    assert safe_tex(safe) == safe


@pytest.mark.parametrize(
    ("damaged", "intended"),
    [
        ("$\x0crac{a}{b}$", r"$\frac{a}{b}$"),
        ("\x08eta and \x08oxed{x}", r"\beta and \boxed{x}"),
        ("$\theta \times \text{a}$", r"$\theta \times \text{a}$"),
        ("$\rho$ and \\(\right\\)", r"$\rho$ and \(\right\)"),
        ("$\nabla f \neq 0$", r"$\nabla f \neq 0$"),
        ("$E = h\nu$", r"$E = h\nu$"),
        ("$$\na \neq b\n$$", "$$\na \\neq b\n$$"),
        ("3 \times 4 \text{m}", r"3 \times 4 \text{m}"),
    ],
)
def test_commands_that_json_read_as_escapes_are_restored(damaged, intended):
    assert repair_json_escapes(damaged) == intended


@pytest.mark.parametrize(
    "text",
    [
        "a\tan apple",
        "a\rangle b",
        "$x$\nu is a vowel, $y$",
        "$$\nx\nu\n$$",
        "one\neq two",
        "\tindented",
        "$a\n\nabla$",
    ],
)
def test_white_space_that_may_be_intended_stays(text):
    assert repair_json_escapes(text) == text


@settings(max_examples=examples())
@given(TEXT)
def test_only_a_pair_or_a_control_character_is_an_error(text):
    can_be_stored = "\\n" not in text and not set(text) & {"\r", "\x0b", "\u2028"}
    try:
        assert encode(text) == text.replace("\n", "\\n")
        assert can_be_stored
    except ValueError:
        assert not can_be_stored
