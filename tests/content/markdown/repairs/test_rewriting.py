"""Delimiters and amounts of money: what is rewritten, and what must not change."""

import pytest

from generator.content.markdown.line_breaks import decode
from generator.content.markdown.repairs.rewriting import restore_delimiters, restore_money
from tests.support.repaired import repaired_answer


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


@pytest.mark.parametrize(
    ("stored", "restored"),
    [
        (r"$5,000 + $3,000 = $8,000", r"\$5,000 + \$3,000 = $8,000"),
        (r"$5 < $6 < $7", r"\$5 < \$6 < $7"),
        (r"$5, $6, and $7", r"\$5, \$6, and $7"),
        (r"5$, 6$, 7$ each", r"5\$, 6\$, 7$ each"),
        (r"$10 x 3 = $30", r"\$10 x 3 = $30"),
        (r"-$5, -$6, -$7", r"-\$5, -\$6, -$7"),
    ],
)
def test_all_amounts_of_a_row_are_escaped(stored, restored):
    assert restore_money(stored) == restored
    assert restore_money(restored) == restored


@pytest.mark.parametrize(
    "stored", [r"$2x = 4$ and $3$", r"$2^n$, $3^n$, $4^n$", r"$1 < 2$, $3$", r"$n$5 $m$"]
)
def test_formulas_in_a_row_are_no_amounts(stored):
    assert restore_money(stored) == stored
