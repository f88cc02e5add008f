"""Cut commands: which are restored, which are only reported, and what is a line break."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.content.markdown.line_breaks import SAFE_COMMANDS
from generator.content.markdown.repairs.cut_commands import (
    cut_commands,
    possible_cut_commands,
    restore_cut_commands,
)
from tests.support.repaired import repaired_answer

STORED = st.lists(
    st.sampled_from(
        [
            r"\n",
            r"\neq ",
            r"\nu ",
            r"\nabla ",
            "$",
            "$$",
            r"\(",
            r"\)",
            "x",
            " = ",
            "$5 and $6 ",
            "`",
            "1. ",
            "eq ",
            "   ",
        ]
    ),
    max_size=12,
).map("".join)


@given(STORED)
def test_repair_is_idempotent(stored):
    once = repaired_answer(stored)
    assert repaired_answer(once) == once


@pytest.mark.parametrize(
    ("stored", "restored"),
    [
        (r"$x \neq 0$", "$x ≠ 0$"),
        (r"$\nu$ and $E = h\nu$", "$ν$ and $E = hν$"),
        (r"a:\n   $$\n   x \neq 0\n   $$\n\nb", r"a:\n   $$\n   x ≠ 0\n   $$\n\nb"),
        (r"\( p \neg q \)", r"\( p \lnot q \)"),
        (r"$$\n\frac{1}{\nu}\n$$", r"$$\n\frac{1}{ν}\n$$"),
    ],
)
def test_cut_commands_are_restored_to_their_safe_form(stored, restored):
    assert restore_cut_commands(stored) == restored


@pytest.mark.parametrize(
    "stored",
    [
        r"one\neq two",
        r"a list\nu and v",
        r"$$\na\nu = b\n$$",
        r"$$\na \\\nu\n$$",
        r"$$\nx\\neq\n$$",
        r"`a\neq b` and\n```\nx\neq\n```",
        r"$a\nb$ and $c\nu$",
        r"$5 was\not more than $6",
        r"$$\nx\neq",
        r"$\foo \neq x$",
        "",
    ],
)
def test_line_breaks_are_not_read_as_cut_commands(stored):
    if stored == r"$a\nb$ and $c\nu$":
        assert [cut.offset for cut in cut_commands(stored)] == [stored.index(r"\nu")]
    else:
        assert cut_commands(stored) == []
        assert restore_cut_commands(stored) == stored


def test_offsets_are_those_of_the_stored_text():
    stored = r"Intro.\n\n1. $x \neq 0$\n\n2. $\nabla f$"
    cuts = cut_commands(stored)
    assert [(stored[cut.offset :].startswith(cut.command), cut.replacement) for cut in cuts] == [
        (True, "≠"),
        (True, "∇"),
    ]


@pytest.mark.parametrize(
    ("stored", "restored"),
    [
        (r"$a \not= b$", "$a ≠ b$"),
        (r"$a \not \subseteq b$", "$a ⊈ b$"),
        (r"$x \ngeqslant y$", "$x ≱ y$"),
        (r"$$\n\nabla f = 0\n$$", r"$$\n∇ f = 0\n$$"),
        (
            r"$$\n\begin{align}\na \nonumber\n\end{align}\n$$",
            r"$$\n\begin{align}\na \tag*{}\n\end{align}\n$$",
        ),
        (r"$a \nonumber$", r"$a $"),
    ],
)
def test_a_command_becomes_characters_or_public_commands(stored, restored):
    assert restore_cut_commands(stored) == restored


@pytest.mark.parametrize("command", sorted(SAFE_COMMANDS))
def test_no_internal_command_of_katex_gets_into_a_file(command):
    assert "@" not in SAFE_COMMANDS[command]
    restored = restore_cut_commands(rf"$$\na {command} x\n$$ and $b {command} x$")
    assert "@" not in restored


@pytest.mark.parametrize(
    ("stored", "command"),
    [
        (r"$$\nE = h\nu\n$$", r"\nu"),
        (r"$$\na\nu = b\n$$", r"\nu"),
        (r"$$\n\nu = 3\n$$", r"\nu"),
        (r"$a +\nb\ni$", r"\ni"),
        (r"$$\n\int\nolimits_0^1 x\n$$", r"\nolimits"),
    ],
)
def test_a_command_that_may_be_cut_is_named(stored, command):
    assert restore_cut_commands(stored) == stored
    assert [cut.command for cut in possible_cut_commands(stored)] == [command]


@pytest.mark.parametrize(
    "stored",
    [
        r"$$\nu = 3\n$$",
        r"$$\nv = a \\\nu = b\n$$",
        r"A list\nu and v.",
        r"`a\nu`",
        r"$x$ and\nu",
        r"$5 at first\nu and $6",
    ],
)
def test_a_line_break_between_rows_or_words_is_no_cut_command(stored):
    assert possible_cut_commands(stored) == []
