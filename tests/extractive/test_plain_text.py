import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.extractive.plain_text import to_plain_text

PROSE = st.text(alphabet=st.sampled_from("abcXYZ019 .,;:!?…\"'“”()[]{}$`*\\\n-–—é。"), max_size=120)


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("A **bold** and *slanted* `code` [link](https://a.b).", "A bold and slanted code link."),
        ("1. **Head**: body\n   - item one\n   - item two", "Head: body\n\nitem one\n\nitem two"),
        ("## 2. Title\nText", "Title\n\nText"),
        ("soft\nwrapped", "soft wrapped"),
        (r"So $\frac{a}{b} \times \alpha_{1}$ holds.", "So a/b × α_1 holds."),
        ("It costs $5 here and $10 there.", "It costs $5 here and $10 there."),
        (r"It costs \$5.", "It costs $5."),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "a, b\n\n1, 2"),
        ("Say:\n\n```py\nx = 1\n```\n\nDone.", "Say:\n\nx = 1\n\nDone."),
        ("$$\nE = mc^2\n$$", "E = mc^2"),
        ("a `b` and ``c ` d`` but ``` e", "a b and c ` d but ``` e"),
        ("snake_case and 2*3*4 stay", "snake_case and 2*3*4 stay"),
        ("a<br>b &amp; c", "ab & c"),
    ],
)
def test_marks_are_removed(markdown: str, expected: str) -> None:
    assert to_plain_text(markdown) == expected


@given(PROSE)
def test_blocks_of_any_markdown_have_no_line_breaks_at_their_ends(markdown: str) -> None:
    for block in to_plain_text(markdown).split("\n\n"):
        assert block == block.strip("\n")
