"""The reader accepts every form that people and content systems give a file; its errors name the broken line."""

import datetime
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.content.frontmatter import (
    Document,
    Related,
    has_canonical_ending,
    read,
    reader,
    render,
    restore_ending,
    spans,
)
from generator.content.site.site import Site
from generator.errors import FrontMatterError
from tests.support.made_articles import ALONE, PENDULUM
from tests.support.nightly import examples

CANONICAL = render(PENDULUM)
BODY = Site().body

UGLY = """\
--- \r
# written by hand\r
title: "Quoted: \\u00e9"   # a comment\r
id: '101'\r
_schema: default\r
tags: [one, {two: 2}]\r
\r
article_title: Plain title\r
question: >\r
  wrapped over\r
  three\r
  lines\r
\r
answer: |-\r
    First line.\r
\r
    Third line.\r
unknown:\r
  nested:\r
    deep: value\r
empty:\r
nothing: ~\r
score: -1\r
seo: {title: T, page_description: "D", page_keywords: 'k, l'}\r
---\r
\r
# A body in Markdown\r
"""


def file_with(**lines: str) -> str:
    """The canonical file with the lines of top-level keys replaced."""
    text = CANONICAL
    for key, new in lines.items():
        start = text.index(f"\n{key}:") + 1
        text = text[:start] + new + text[text.index("\n", start) :]
    return text


def form(document: Document, path: str) -> tuple[str, int, int]:
    """The style of a scalar, and where it begins and ends."""
    node = document.entries[path].value
    start, _ = document.span(node)
    return node.style or "plain", start, spans.entry_end(document.text, node, document.offset)


def test_a_canonical_file_gives_its_article_and_its_text() -> None:
    document = read(CANONICAL.encode())
    assert document.article() == PENDULUM
    assert document.text == CANONICAL
    assert document.keys[:4] == ["_schema", "id", "date", "title"]
    assert document.body == "\n&nbsp;"
    assert document.values["related_article2.id"] == "103"


def test_every_style_of_value_is_read() -> None:
    document = read(UGLY)
    assert document.get("title") == "Quoted: é"
    assert document.get("question") == "wrapped over three lines\n"
    assert document.get("answer") == "First line.\n\nThird line."
    assert document.get("unknown.nested.deep") == "value"
    assert document.get("tags.1.two") == "2"
    assert document.get("empty") == ""
    assert document.get("seo") is None
    assert document.get("missing", "default") == "default"
    assert document.body == "\r\n# A body in Markdown\r\n"
    assert document.text == UGLY


def test_lines_are_found() -> None:
    document = read(UGLY)
    assert document.line("title") == 3
    assert document.line("unknown.nested.deep") == 20
    assert document.line("seo.page_keywords") == 24
    with pytest.raises(KeyError):
        document.line("missing")


def test_related_articles_are_listed_by_number_with_gaps() -> None:
    text = CANONICAL.replace("related_article2", "related_article4").replace("    subject: Physics\n", "")
    first, second = read(text).related
    assert first.number == 1
    assert second == Related(
        4, "103", "How is gravity measured?", "", "/learn/physics/questions/how-is-gravity-measured"
    )


@pytest.mark.parametrize(
    "changed",
    [
        "\ufeff" + CANONICAL,
        CANONICAL.replace("\n", "\r\n"),
        CANONICAL + "\n",
        CANONICAL.replace("title: >-\n    What sets", "title: What sets"),
        CANONICAL.replace("\n---\n\n", "\n\n---\n\n"),
        CANONICAL.replace("\n---\n\n", "\n---  \n"),
        CANONICAL.replace("article_title:", "# a comment\narticle_title:").replace("seo:", "seo: # here"),
        CANONICAL.replace("of a pendulum?", "of a\n    pendulum?"),
        CANONICAL.replace("score: -1.0", "score: -1"),
        CANONICAL.replace("score: -1.0", "no_index: false\nscore: '-1.0'"),
    ],
)
def test_variants_of_a_file_are_the_same_article(changed: str) -> None:
    assert read(changed).article() == PENDULUM


@pytest.mark.parametrize("spelling", ["True", "true", "TRUE", "yes", "Yes", "on", "y", "'true'"])
def test_every_spelling_of_true_is_true(spelling: str) -> None:
    assert read(render(ALONE).replace("no_index: True", f"no_index: {spelling}")).article() == ALONE


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0), ("70", 70), ("007", None), ("7_0", None), ("-7", -7), ("-0", None), ("٣", None), ("", None)],
)
def test_an_id_is_a_plain_whole_number_in_the_article_and_in_a_link(text: str, number: int | None) -> None:
    document = read(
        CANONICAL.replace("id: 101\n", f"id: {text}\n").replace("    id: 103\n", f"    id: {text}\n")
    )
    assert document.article_id == number
    first, second = document.related
    assert document.is_whole(first)
    assert document.is_whole(second) == document.has_whole_links == (number is not None)


@pytest.mark.parametrize(("text", "number"), [("-1.0", -1.0), ("1e1", 10.0)])
def test_a_score_is_a_decimal_number(text: str, number: float) -> None:
    assert read(file_with(score=f"score: {text}")).article().score == number


@pytest.mark.parametrize("text", ["nan", ".nan", "1_0", "1e999"])
def test_any_other_score_is_an_error(text: str) -> None:
    with pytest.raises(FrontMatterError, match="score must be a number"):
        read(file_with(score=f"score: {text}")).article()


@pytest.mark.parametrize("line", ["    note: keep me\n", "    more: [1]\n"])
def test_a_link_with_an_additional_field_is_not_whole(line: str) -> None:
    document = read(CANONICAL.replace("    id: 103\n", f"    id: 103\n{line}"))
    assert [document.is_whole(link) for link in document.related] == [True, False]


def test_an_old_file_has_no_score() -> None:
    assert read(CANONICAL.replace("score: -1.0\n", "")).article().score is None
    assert read(CANONICAL.replace("score: -1.0\n", "score:\n")).article().score is None


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        (file_with(id="id: one"), 3, "id must be a whole number"),
        (file_with(id="id: 1.5"), 3, "id must be a whole number"),
        (file_with(id="id: 007"), 3, "id must be a whole number"),
        (file_with(score="score: 1e999"), 25, "score must be a number"),
        (file_with(id="id:"), 3, "id has no value"),
        (file_with(date="date: 03.12.2024"), 4, "date must be a date"),
        (file_with(date="date: 2024-13-01"), 4, "date must be a date"),
        (file_with(score="score: high"), 25, "score must be a number"),
        (file_with(score="score: .nan"), 25, "score must be a number"),
        (file_with(author="no_index: maybe\nauthor: Q"), 17, "no_index must be True or False"),
        (file_with(subject="subject: null"), 22, "subject has no value"),
        (file_with(subject="subject: [Law]"), 22, "subject must be a text"),
        (file_with(subject="other: x"), 1, "subject is missing"),
    ],
)
def test_a_field_that_is_missing_or_mistyped_is_named(text: str, line: int, reason: str) -> None:
    document = read(text)
    with pytest.raises(FrontMatterError, match=reason) as raised:
        document.article()
    assert raised.value.line == line


@pytest.mark.parametrize(
    ("data", "line", "reason"),
    [
        (b"", 1, "first line"),
        (b"\n---\na: b\n---\n", 1, "first line"),
        (b"---", 1, "no closing"),
        (b"---\n", 2, "no closing"),
        (b"---\n---\n", 2, "key: value"),
        (b"---x\na: b\n---\n", 1, "first line"),
        (b"---\na: b\nc: d\n", 4, "no closing"),
        (b"---\na: b\n--- c\n---\n", 3, "alone on its line"),
        (b"---\na: b\nc: \xff\n---\n", 3, "not UTF-8"),
        (b"---\na: b\n\tc: d\n---\n", 3, "broken YAML"),
        (b"---\na: b\ntitle: Cells: what\n---\n", 3, "broken YAML"),
        (b"---\na: b\nc: \x00\n---\n", 3, r"U\+0000"),
        (b"---\na: b\nc: \x1b[0m\n---\n", 3, r"U\+001B"),
        (b"---\na: b\nc: d\na: e\n---\n", 4, "a is written twice"),
        (b"---\nseo:\n  a: b\n  a: c\n---\n", 4, r"seo\.a is written twice"),
        (b"---\na: &x b\nc: *x\n---\n", 3, "alias"),
        (b"---\na: *x\n---\n", 2, "broken YAML"),
        (b"---\na: &x [*x]\n---\n", 2, "alias"),
        (b"---\na: b\nc: !!python/object/apply:os.system [ls]\n---\n", 3, "tag"),
        (b"---\na: b\nc: !mine x\n---\n", 3, "tag"),
        (b"---\n- a\n- b\n---\n", 2, "key: value"),
        (b"---\njust text\n---\n", 2, "key: value"),
        (b"---\na: b\n? [c]\n: d\n---\n", 3, "a key must be a text"),
        (b"---\na: 'open\nb: c\n---\n", 4, "broken YAML"),
        (b"---\na: b\n...\nc: d\n---\n", 4, "broken YAML"),
        ("---\na: b\nc: \ud800\n---\n", 3, r"U\+D800"),
        ("---\n\ufeffa: b\n---\n", 2, "byte-order mark"),
        pytest.param(b"---\na: b\n---\n".ljust(4_000_001), 1, "larger than 4 MB", id="too large"),
    ],
)
def test_a_broken_file_is_an_error_with_its_line(data: bytes | str, line: int, reason: str) -> None:
    with pytest.raises(FrontMatterError, match=reason) as raised:
        read(data)
    assert raised.value.line == line


def alias_bomb() -> str:
    lines = ["a0: &a0 [x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    return "---\n" + "\n".join(lines) + "\n---\n"


@pytest.mark.parametrize(
    "text",
    [
        alias_bomb(),
        "---\na: " + "[" * 400_000 + "\n---\n",
        "---\na: " + "{a: " * 100_000 + "\n---\n",
        "---\n" + "- " * 300_000 + "\n---\n",
        "---\n" + "? " * 300_000 + "\n---\n",
        "---\n" + "".join(" " * n + "a:\n" for n in range(1200)) + "---\n",
        "---\na: " + "x" * 2_000_000 + "\n---\n",
        "---\n" + "x" * 50_000_000,
    ],
    ids=["aliases", "brackets", "braces", "dashes", "keys", "indentation", "long", "huge"],
)
def test_a_yaml_bomb_is_an_error_within_seconds(text: str) -> None:
    start = time.monotonic()
    with pytest.raises(FrontMatterError):
        read(text)
    assert time.monotonic() - start < 5


@pytest.mark.parametrize("break_", ["\r", "\x85", "\u2028"])
@pytest.mark.parametrize("header", [">-", "!!str |", "> # folded"])
def test_a_block_text_after_another_line_break_is_an_error(header: str, break_: str) -> None:
    source = f"---\na: {header}{break_}  x\nb: >-\n  y\n---\n\n&nbsp;"
    with pytest.raises(FrontMatterError, match="line feed|character") as caught:
        read(source)
    assert caught.value.line == 2


def test_many_brackets_that_are_not_nested_are_read() -> None:
    document = read(file_with(author="author: '" + "[-]" * 2000 + "'"))
    assert document.get("author") == "[-]" * 2000


@settings(max_examples=examples())
@given(st.text(alphabet="ab:-#'\"|>[]{}&*!?%@,~ \t\n\r\ufeff\x00\x85é", max_size=60))
def test_any_front_matter_is_read_or_is_an_error(source: str) -> None:
    try:
        document = read(f"---\n{source}\n---\n\n&nbsp;")
    except FrontMatterError as error:
        assert 1 <= error.line <= source.count("\n") + source.count("\r") + source.count("\x85") + 6
    else:
        for path in document.entries:
            assert document.line(path) >= 2
        for path in document.values:
            _, start, end = form(document, path)
            assert start <= end <= len(document.text)


@pytest.mark.parametrize("text", [CANONICAL, UGLY.replace("# written by hand\r\n", "")])
def test_the_python_composer_reads_the_same(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fast = read(text)
    monkeypatch.setattr(reader, "Nodes", reader.PythonNodes)
    slow = read(text)
    assert slow.values == fast.values
    assert [slow.line(path) for path in slow.entries] == [fast.line(path) for path in fast.entries]
    assert [form(slow, path) for path in slow.values] == [form(fast, path) for path in fast.values]
    with pytest.raises(FrontMatterError):
        read("---\n" + "".join(" " * n + "a:\n" for n in range(1200)) + "---\n")


def test_a_wrong_ending_is_found_and_restored() -> None:
    assert has_canonical_ending(CANONICAL, BODY)
    crlf = CANONICAL.replace("\n", "\r\n")
    assert has_canonical_ending(crlf, BODY)
    for tail in ("---", "---\n", "--- \n\n&nbsp;", "---\n&nbsp;\n", "---\n\n\n&nbsp;\n\n"):
        text = CANONICAL.removesuffix("---\n\n&nbsp;") + tail
        assert not has_canonical_ending(text, BODY)
        assert restore_ending(text, BODY) == CANONICAL
    assert restore_ending(crlf + "\r\n", BODY) == crlf
    other_body = CANONICAL + "\n\nAnother body."
    assert restore_ending(other_body, BODY) == other_body


def test_the_date_of_an_article_is_a_date() -> None:
    assert read(CANONICAL).article().date == datetime.date(2026, 1, 31)
