"""Repairs of published answers: what is repaired, and what must not change."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.content.markdown.line_breaks import decode
from generator.content.markdown.repair import (
    cut_commands,
    restore_cut_commands,
    restore_delimiters,
    restore_money,
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
        (r"Let \( x \) and \(y\).\n\nEnd", r"Let $x$ and $y$.\n\nEnd"),
        (r"1. a\n   \[ x^2 \]\n2. b", r"1. a\n   $$\n   x^2\n   $$\n2. b"),
        (r"\( \foo \)", r"\( \foo \)"),
        (r"a lone $ and \(x\)", r"a lone \$ and $x$"),
        (r"`\(x\)` \(see the other note\)", r"`\(x\)` \(see the other note\)"),
    ],
)
def test_delimiters_are_restored_where_all_else_stays(stored, restored):
    assert restore_delimiters(stored) == restored


@pytest.mark.parametrize(
    ("stored", "restored"),
    [
        (r"$5 and $10\n\n$x$", r"\$5 and $10\n\n$x$"),
        (r"A lone $5", r"A lone $5"),
        (r"$5$ and $6$", r"$5$ and $6$"),
    ],
)
def test_only_amounts_that_form_a_pair_are_escaped(stored, restored):
    assert restore_money(stored) == restored


def test_text_with_real_line_breaks_does_not_change():
    assert restore_money("$5 and $6\nmore") == "$5 and $6\nmore"
    assert restore_delimiters("\\(x\\)\nmore") == "\\(x\\)\nmore"


def test_a_repair_keeps_the_words():
    stored = r"Pay $5 or $6 when \( a \neq b \).\n\n1. **A**: $c$"
    assert decode(repaired_answer(stored)) == "Pay \\$5 or \\$6 when $a ≠ b$.\n\n1. **A**: $c$"
