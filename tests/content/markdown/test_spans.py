"""Where code, math and HTML stand in Markdown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from generator.content.markdown.block_parser import block_tokens, fence_rule, math_rule
from generator.content.markdown.spans import region_at, regions, text_blocks


def kinds(markdown):
    return [(region.kind, region.text.strip()) for region in regions(markdown)]


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
def test_regions_are_those_of_the_site(markdown, expected):
    assert kinds(markdown) == expected


def test_an_unclosed_block_takes_the_rest_of_its_container():
    (region,) = regions("- a\n  $$\n  x\n\n  y\n")
    assert (region.text, region.closed) == ("x\n\ny\n", False)
    (fence,) = regions("```py\nx")
    assert (fence.info, fence.closed) == ("py", False)


def test_the_first_line_of_a_block_is_lost():
    (region,) = regions("$$ a = b\n+ c\n$$")
    assert (region.info, region.text.strip(), region.kind, region.closed) == (
        "a = b",
        "+ c",
        "display-math",
        True,
    )


def test_offsets_lead_back_to_the_source():
    markdown = "1. **A**: x\n   > quote $a$ and\n   > `b`\n\n   ```py\n   c\n   ```\n"
    for region in regions(markdown):
        assert markdown[region.content_start : region.content_end].strip() == region.text.strip()
    assert region_at(regions(markdown), markdown.index("a$")).kind == "inline-math"
    assert region_at(regions(markdown), 0) is None


def test_a_math_fence_is_told_by_its_language():
    assert [(region.kind, region.info) for region in regions("```math\nx\n```")] == [("fence", "math")]


def test_text_blocks_tell_what_keeps_a_line_in_its_container():
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
    """The site's parser, as far as it finds blocks."""
    parser = MarkdownIt("commonmark").enable("table")
    interrupts = {"alt": ["paragraph", "reference", "blockquote", "list"]}
    parser.block.ruler.at("fence", fence_rule, interrupts)
    parser.block.ruler.before("fence", "math_flow", math_rule, interrupts)
    parser.core.ruler.enableOnly(["block"])
    return parser


PARSER = site_parser()


@given(LINES)
def test_blocks_are_those_that_the_parser_makes(source):
    parsed, made = (
        [
            (token.type, token.map, token.content.strip())
            for token in tokens
            if token.type != "paragraph_close"
        ]
        for tokens in (PARSER.parse(source), block_tokens(source))
    )
    assert made == parsed
