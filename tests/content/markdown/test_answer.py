"""The numbered answer is composed and parsed back."""

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
def test_a_composed_answer_is_parsed_back_equal(introduction, points, conclusion):
    answer = parse(compose(introduction, points, conclusion))
    assert answer is not None
    assert answer.introduction == introduction
    assert [(point.heading, point.body) for point in answer.points] == points
    assert answer.conclusion == conclusion


@given(BODY, POINTS, BODY)
def test_the_points_are_one_list_and_nothing_else_is_part_of_it(introduction, points, conclusion):
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


def test_the_composed_form_is_that_of_the_site():
    assert compose("Intro.", [("First", "One."), ("Second:", "Two.")], "End.") == (
        "Intro.\n\n1. **First**: One.\n\n2. **Second**: Two.\n\nEnd."
    )


def test_a_body_that_begins_with_a_block_starts_on_its_own_line():
    assert compose("", [("H", "- a\n- b")], "") == "1. **H**:\n   - a\n   - b"
    assert compose("", [("H", "| a |\n|---|")], "") == "1. **H**:\n\n   | a |\n   |---|"


def test_items_with_two_digits_are_indented_by_four():
    text = compose("", [("H", "a\n\nb")] * 10, "")
    assert text.endswith("10. **H**: a\n\n    b")


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("1986. That was the year.", r"1986\. That was the year."),
        ("1. a\n2. b", "1) a\n2) b"),
        ("3. c", r"3\. c"),
        ("In\n1986 it was.", "In\n1986 it was."),
    ],
)
def test_text_that_looks_like_an_item_does_not_join_the_points(text, escaped):
    composed = compose(text, [("H", "b"), ("I", "c")], text)
    assert composed == f"{escaped}\n\n1. **H**: b\n\n2. **I**: c\n\n{escaped}"


def test_an_indented_conclusion_is_not_part_of_the_last_point():
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
def test_other_published_forms_are_parsed(markdown, headings, conclusion):
    answer = parse(markdown)
    assert answer is not None
    assert [point.heading for point in answer.points] == headings
    assert answer.conclusion == conclusion


@pytest.mark.parametrize("markdown", ["", "Just text.", "- a\n- b", "```\n1. x\n2. y\n```"])
def test_text_without_numbered_points_is_not_a_numbered_answer(markdown):
    assert parse(markdown) is None


def test_offsets_of_points_are_those_of_the_text():
    markdown = "I.\n\n1. **A**: x\n\n2. **B**: y\n\nEnd."
    answer = parse(markdown)
    assert answer is not None
    assert [markdown[p.start : p.end] for p in answer.points] == ["1. **A**: x", "2. **B**: y"]


@given(
    st.lists(st.sampled_from(["", " ", "\t", "  ", "a", "b c", "\n", "\n", "\xa0", "\r"]), max_size=12).map(
        "".join
    )
)
def test_indentation_is_removed_as_by_dedent(text):
    dedented = textwrap.dedent(text.expandtabs(4) if text.startswith("\t") else text).strip("\n").rstrip()
    first, *others = dedented.split("\n")
    expected = "\n".join([first.lstrip(), *others]).strip("\n")
    assert compose(text, [], "") == expected
