"""The numbered answer, composed and read back."""

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from generator.content.markdown.answer import compose, parse

WORDS = st.lists(
    st.sampled_from(["alpha", "beta", "gamma", "$x$", "`y`", "**bold**", "delta"]), min_size=1, max_size=5
).map(" ".join)
PARAGRAPH = WORDS.map(lambda text: "Text " + text + ".")
BLOCKS = st.sampled_from(
    [
        "- a\n- b",
        "- a\n  - b\n\n    c",
        "```py\nx = 1\n\n1. y\n```",
        "$$\nx\n$$",
        "| a | b |\n|---|---|\n| c | d |",
        "> q",
    ]
)
BODY = st.one_of(
    PARAGRAPH,
    st.lists(st.one_of(PARAGRAPH, BLOCKS), min_size=1, max_size=4).map("\n\n".join),
)
HEADING = st.lists(
    st.sampled_from(["Cost", "of", "Living", "(2020)", "$x$", "A/B"]), min_size=1, max_size=3
).map(" ".join)
POINTS = st.lists(st.tuples(HEADING, BODY), min_size=2, max_size=12)


@given(PARAGRAPH, POINTS, PARAGRAPH)
def test_what_is_composed_is_read_back_equal(introduction, points, conclusion):
    answer = parse(compose(introduction, points, conclusion))
    assert answer is not None
    assert answer.introduction == introduction
    assert [(point.heading, point.body) for point in answer.points] == points
    assert answer.conclusion == conclusion


@given(BODY, POINTS, BODY)
def test_points_stay_one_list_and_nothing_else_joins_it(introduction, points, conclusion):
    markdown = compose(introduction, points, conclusion)
    tokens = MarkdownIt("commonmark").enable("table").parse(markdown)
    lists = [token for token in tokens if token.type == "ordered_list_open" and token.level == 0]
    items = [
        token
        for token in tokens
        if token.type == "list_item_open" and token.level == 1 and token.markup == "."
    ]
    assert len(lists) == 1
    assert len(items) == len(points)
    closing = [
        index for index, token in enumerate(tokens) if token.type == "ordered_list_close" and token.level == 0
    ]
    assert any(token.level == 0 and token.nesting >= 0 for token in tokens[closing[-1] + 1 :])


def test_the_composed_form_is_the_sites():
    assert compose("Intro.", [("First", "One."), ("Second:", "Two.")], "End.") == (
        "Intro.\n\n1. **First**: One.\n\n2. **Second**: Two.\n\nEnd."
    )


def test_a_body_that_begins_with_a_block_starts_on_a_line_of_its_own():
    assert compose("", [("H", "- a\n- b")], "") == "1. **H**:\n   - a\n   - b"
    assert compose("", [("H", "| a |\n|---|")], "") == "1. **H**:\n\n   | a |\n   |---|"


def test_items_from_ten_on_are_indented_by_four():
    text = compose("", [("H", "a\n\nb")] * 10, "")
    assert text.endswith("10. **H**: a\n\n    b")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("1986. That was the year.", r"1986\. That was the year."),
        ("1. a\n2. b", "1) a\n2) b"),
        ("3. c", r"3\. c"),
        ("In\n1986 it was.", "In\n1986 it was."),
    ],
)
def test_text_that_looks_like_an_item_does_not_join_the_points(text, kept):
    assert compose(text, [("H", "b"), ("I", "c")], text) == f"{kept}\n\n1. **H**: b\n\n2. **I**: c\n\n{kept}"


def test_an_indented_conclusion_is_not_swallowed_by_the_last_point():
    assert compose("", [("H", "a")], "    End.\n    More.").endswith("\n\nEnd.\nMore.")


@pytest.mark.parametrize(
    ("markdown", "headings", "conclusion"),
    [
        ("I.\n\n### 1. One\n\na\n\n### 2. Two\n\nb\n\nEnd.", ["One", "Two"], "End."),
        ("I.\n\n**1. One**\n\na\n\n**2. Two**\n\nb\n\nEnd.", ["One", "Two"], "End."),
        ("I.\n\n1. One: a\n2. Two: b\n\nEnd.", ["One", "Two"], "End."),
        ("I.\n\n1. **One:** a\n   - s\n   1. t\n\n2. **Two** - b\n\nEnd.", ["One", "Two"], "End."),
        ("### A\n1. **One**: a\n\n### B\n1. **Two**: b\n\nEnd.", ["One", "Two"], "End."),
        ("1. plain item\n2. another", ["", ""], ""),
    ],
)
def test_published_shapes_are_read(markdown, headings, conclusion):
    answer = parse(markdown)
    assert answer is not None
    assert [point.heading for point in answer.points] == headings
    assert answer.conclusion == conclusion


@pytest.mark.parametrize("markdown", ["", "Just text.", "- a\n- b", "```\n1. x\n2. y\n```"])
def test_text_without_numbered_points_is_no_numbered_answer(markdown):
    assert parse(markdown) is None


def test_offsets_of_points_lead_back_to_the_text():
    markdown = "I.\n\n1. **A**: x\n\n2. **B**: y\n\nEnd."
    answer = parse(markdown)
    assert answer is not None
    assert [markdown[p.start : p.end] for p in answer.points] == ["1. **A**: x", "2. **B**: y"]


@given(
    st.lists(st.sampled_from(["", " ", "\t", "  ", "a", "b c", "\n", "\n", "\xa0", "\r"]), max_size=12).map(
        "".join
    )
)
def test_indentation_is_taken_off_as_by_dedent(text):
    plain = textwrap.dedent(text.expandtabs(4) if text.startswith("\t") else text).strip("\n").rstrip()
    first, *more = plain.split("\n")
    kept = "\n".join([first.lstrip(), *more]).strip("\n")
    assert compose(text, [], "") == kept
