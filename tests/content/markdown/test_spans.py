"""Code, math and HTML in Markdown are found where the site's parser finds them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from generator.content.markdown.block_parser import block_tokens, fence_rule, math_rule
from generator.content.markdown.spans import non_prose_regions, region_at, text_blocks


def kinds(markdown):
    return [(region.kind, region.text.strip()) for region in non_prose_regions(markdown)]


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("plain text", []),
        ("a $x$ b `c` d", [("inline-math", "x"), ("inline-code", "c")]),
        (r"\$5 and $x$", [("inline-math", "x")]),
        (r"`\` $x$", [("inline-code", "\\"), ("inline-math", "x")]),
        (r"$a\$b$", [("inline-math", "a\\")]),
        ("$$x$$ in a line", [("inline-math", "x")]),
        ("$5 and $6", [("inline-math", "5 and")]),
        ("$x\ny$", [("inline-math", "x\ny")]),
        ("$x\n\ny$", []),
        ("$$\nx\n$$", [("display-math", "x")]),
        ("text\n$$\nx\n$$\nmore $y$", [("display-math", "x"), ("inline-math", "y")]),
        ("- a\n  $$\n  x\n  $$\n- $y$", [("display-math", "x"), ("inline-math", "y")]),
        ("- a\n  $$\n  x\ny\n$$\nz", [("display-math", "x"), ("display-math", "z")]),
        ("    $x$", [("indented-code", "$x$")]),
        ("```\n$x$\n```\n$y$", [("fence", "$x$"), ("inline-math", "y")]),
        ("~~~ math\nx\n~~~", [("fence", "x")]),
        ("| $a$ | $b |\n|---|---|\n| c$ | $d$ |", [("inline-math", "a"), ("inline-math", "d")]),
        ('<a title="$x$"> $y$', [("html", '<a title="$x$">'), ("inline-math", "y")]),
        ("[a](b$c) $d$", [("inline-math", "d")]),
        ("<http://a.b/$c$> https://a.b/$c$", []),
        ("> $x\n> y$", [("inline-math", "x\ny")]),
        ("# $x$ #\n\n$y$\n---", [("inline-math", "x"), ("inline-math", "y")]),
    ],
)
def test_regions_are_those_of_the_sites_parser(markdown, expected):
    assert kinds(markdown) == expected


def test_an_unclosed_block_ends_with_its_container():
    (region,) = non_prose_regions("- a\n  $$\n  x\n\n  y\n")
    assert (region.text, region.closed) == ("x\n\ny\n", False)
    (fence,) = non_prose_regions("```py\nx")
    assert (fence.info, fence.closed) == ("py", False)


def test_the_first_line_of_a_block_is_lost():
    (region,) = non_prose_regions("$$ a = b\n+ c\n$$")
    assert (region.info, region.text.strip(), region.kind, region.closed) == (
        "a = b",
        "+ c",
        "display-math",
        True,
    )


def test_offsets_are_those_of_the_source():
    markdown = "1. **A**: x\n   > quote $a$ and\n   > `b`\n\n   ```py\n   c\n   ```\n"
    for region in non_prose_regions(markdown):
        assert markdown[region.content_start : region.content_end].strip() == region.text.strip()
    assert region_at(non_prose_regions(markdown), markdown.index("a$")).kind == "inline-math"
    assert region_at(non_prose_regions(markdown), 0) is None


def test_a_math_fence_is_a_fence_with_the_language_math():
    assert [(region.kind, region.info) for region in non_prose_regions("```math\nx\n```")] == [
        ("fence", "math")
    ]


def test_text_blocks_have_the_prefix_of_their_container():
    blocks = text_blocks("1. a\n   - b\n\n     c\n\n> - d\n\n# e\n\n| f |\n|---|\n")
    assert [(block.kind, block.prefix) for block in blocks] == [
        ("paragraph", "   "),
        ("paragraph", "     "),
        ("paragraph", "     "),
        ("paragraph", ">   "),
        ("heading", ""),
        ("table", ""),
    ]


LINES = st.lists(
    st.sampled_from(
        [
            "",
            "",
            "One line $x$ ",
            "a | b",
            "--- no rule",
            "Two\u00a0",
            "c `d`\t",
            "1. e",
            "===",
            "|---|",
            "x\u2028y",
            " f",
            "\x0b",
        ]
    ),
    max_size=7,
).map("\n".join)


def site_parser():
    """The part of the site's parser that finds blocks."""
    parser = MarkdownIt("commonmark").enable("table")
    interrupts = {"alt": ["paragraph", "reference", "blockquote", "list"]}
    parser.block.ruler.at("fence", fence_rule, interrupts)
    parser.block.ruler.before("fence", "math_flow", math_rule, interrupts)
    parser.core.ruler.enableOnly(["block"])
    return parser


PARSER = site_parser()


@given(LINES)
def test_the_blocks_found_are_those_of_the_sites_parser(source):
    parsed, found = (
        [
            (token.type, token.map, token.content.strip())
            for token in tokens
            if token.type != "paragraph_close"
        ]
        for tokens in (PARSER.parse(source), block_tokens(source))
    )
    assert found == parsed
