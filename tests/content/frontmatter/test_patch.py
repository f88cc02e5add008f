"""A patch changes the lines of the named fields and not one byte elsewhere, in every style of YAML."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.content.article import RelatedArticle
from generator.content.frontmatter import patch, patch_related, read, render
from generator.content.text import one_line
from generator.errors import PatchError
from tests.support.made_articles import ALONE, PENDULUM
from tests.support.nightly import examples

CANONICAL = render(PENDULUM)

STYLES = {
    "plain": "title: Old title",
    "plain and a comment": "title: Old title   # why",
    "wrapped plain": "title: Old\n  title # why",
    "single quotes": "title: 'Old ''title'''  # why",
    "wrapped quotes": 'title: "Old\n  title"',
    "double quotes": 'title: "Old \\"title\\""',
    "folded": "title: >-\n    Old title",
    "folded with trailing spaces": "title: >-\n    Old title  ",
    "folded and a comment": "title: >-  # why\n  Old title",
    "wrapped folded": "title: >-\n  Old\n  title\n  in lines",
    "folded clipped": "title: >\n    Old title",
    "folded kept": "title: >+\n    Old title\n\n",
    "folded with an indentation sign": "title: >2-\n   Old title",
    "literal": "title: |-\n    Old\n\n    title",
    "literal clipped": "title: |\n    Old\n    title",
    "blank lines": "title: >-\n    Old title\n\n\n# why",
    "spaces below": "title: |-\n    Old\n      \n      ",
    "empty block with odd spaces": "title: >\n \n    \n",
    "empty block": "title: >-\n    ",
    "no value": "title:",
    "no value and a comment": "title:   # why",
    "tilde": "title: ~",
    "null": "title: null # why",
    "quoted key": '"title" : Old',
    "anchor": "title: &t Old title",
}
BEFORE, AFTER = "---\nid: 1\n# above\n", "\nafter: end # kept\nseo:\n  title: x\n---\n\n&nbsp;\n"


def changed(text: str, old: str) -> str:
    """The part of ``text`` that replaced ``old``; all else must be unchanged."""
    assert text.startswith(BEFORE)
    assert text.endswith(AFTER)
    return text[len(BEFORE) : len(text) - len(AFTER)]


@pytest.mark.parametrize("eol", ["\n", "\r\n"])
@pytest.mark.parametrize(
    "value", ["New title", 'It\'s: "new" #1', "No", "# x", "1e3", "a\\nb", "", "é漢 \u200b"]
)
@pytest.mark.parametrize("style", STYLES)
def test_a_value_in_every_style_can_be_replaced_by_every_line_of_text(
    style: str, value: str, eol: str
) -> None:
    text = (BEFORE + STYLES[style] + AFTER).replace("\n", eol)
    patched = patch(text, {"title": value})
    assert patched.startswith(BEFORE.replace("\n", eol))
    assert patched.endswith(AFTER.replace("\n", eol))
    assert read(patched).get("title") == value
    assert patched.count("# why") == text.count("# why")
    assert patched.count("\n") == patched.count(eol)
    assert patch(patched, {"title": value}) == patched


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        ("plain", "title: New title"),
        ("plain and a comment", "title: New title   # why"),
        ("wrapped plain", "title: New title # why"),
        ("single quotes", "title: 'New title'  # why"),
        ("double quotes", 'title: "New title"'),
        ("folded", "title: >-\n    New title"),
        ("folded and a comment", "title: >-  # why\n  New title"),
        ("wrapped folded", "title: >-\n  New title"),
        ("folded clipped", "title: >-\n    New title"),
        ("literal", "title: |-\n    New title"),
        ("blank lines", "title: >-\n    New title\n\n\n# why"),
        ("empty block", "title: >-\n    New title"),
        ("no value", "title: >-\n    New title"),
        ("no value and a comment", "title: >-   # why\n    New title"),
        ("null", "title: >- # why\n    New title"),
    ],
)
def test_a_value_keeps_its_style(style: str, expected: str) -> None:
    old = STYLES[style]
    assert changed(patch(BEFORE + old + AFTER, {"title": "New title"}), old) == expected


def test_a_text_that_a_plain_scalar_cannot_hold_is_folded() -> None:
    text = BEFORE + "title: Old # why" + AFTER
    assert changed(patch(text, {"title": "Cells: what?"}), text) == "title: >- # why\n    Cells: what?"


def test_in_a_plain_field_of_the_schema_it_is_quoted_instead() -> None:
    assert "\nsubject: 'Law: Civil'\n" in patch(CANONICAL, {"subject": "Law: Civil"})


def test_a_literal_block_can_hold_several_lines() -> None:
    text = BEFORE + STYLES["literal"] + AFTER
    assert changed(patch(text, {"title": "a\n\n  b"}), text) == "title: |-\n    a\n\n      b"


@pytest.mark.parametrize("path", list(read(CANONICAL).values))
def test_an_equal_value_changes_nothing(path: str) -> None:
    assert patch(CANONICAL, {path: read(CANONICAL).values[path]}) == CANONICAL


def test_typed_values_are_compared_by_value() -> None:
    text = render(ALONE).replace("no_index: True", "no_index: yes").replace("score: -1.0", "score: -1")
    assert patch(text, {"no_index": True, "score": -1.0, "id": 101}) == text


def test_typed_values_are_written_without_quotes() -> None:
    patched = patch(CANONICAL, {"id": 7, "score": 0.5, "date": "2026-02-01"})
    assert patched == CANONICAL.replace("id: 101", "id: 7", 1).replace("-1.0", "0.5").replace(
        "01-31", "02-01"
    )


@pytest.mark.parametrize("path", [path for path in read(render(ALONE)).values if path != "seo.title"])
def test_a_field_that_is_removed_and_added_again_is_at_the_same_place(path: str) -> None:
    text = render(ALONE)
    without = patch(text, {path: None})
    value = read(text).values[path]
    assert path not in read(without).values
    assert patch(without, {path: value}) == text


def test_a_field_of_a_group_is_added_at_its_place() -> None:
    for path in ("seo.title", "related_article1.id", "related_article2.title", "related_article2.url"):
        value = read(CANONICAL).values[path]
        assert patch(patch(CANONICAL, {path: None}), {path: value}) == CANONICAL


def test_a_missing_group_is_added() -> None:
    seo = {path: value for path, value in read(CANONICAL).values.items() if path.startswith("seo.")}
    without = patch(CANONICAL, {"seo": None})
    assert "seo" not in read(without).entries
    assert patch(without, seo) == CANONICAL
    empty = without.replace("author:", "seo:\nauthor:")
    assert patch(empty, seo) == CANONICAL


def test_only_its_lines_are_removed_with_a_group() -> None:
    start, end = CANONICAL.index("related_article1:"), CANONICAL.index("related_article2:")
    assert patch(CANONICAL, {"related_article1": None}) == CANONICAL[:start] + CANONICAL[end:]
    assert patch(CANONICAL, {"no_index": None}) == CANONICAL


def test_values_in_braces_are_changed_in_place() -> None:
    text = "---\nseo: {title: Old, page_description: 'x', page_keywords: k} # why\n---\n"
    patched = patch(text, {"seo.title": "a, b", "seo.page_description": "it's", "seo.page_keywords": "new"})
    assert patched == "---\nseo: {title: 'a, b', page_description: 'it''s', page_keywords: new} # why\n---\n"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"title": "two\nlines"}, "title"),
        ({"title": " leading"}, "title"),
        ({"subject": "nul\0"}, "subject"),
        ({"unknown": "x"}, "neither"),
        ({"seo": "x"}, "group"),
        ({"related_article6.title": "x"}, "neither"),
        ({"related_article3": "x"}, "neither"),
    ],
)
def test_an_impossible_change_is_an_error(changes: dict[str, str], reason: str) -> None:
    with pytest.raises(PatchError, match=reason):
        patch(CANONICAL, changes)


def test_no_field_can_be_added_to_a_group_in_braces() -> None:
    text = "---\nid: 1\nseo: {title: x, page_keywords: k}\n---\n"
    with pytest.raises(PatchError, match="block"):
        patch(text, {"seo.page_description": "x"})
    with pytest.raises(PatchError, match="shares"):
        patch(text, {"seo.title": None})


def test_a_field_is_added_below_the_empty_lines_of_a_kept_block() -> None:
    text = "---\ntitle: |+\n    Old\n\n\nanswer: x\n---\n"
    assert patch(text, {"question": "Q"}) == text.replace("answer", "question: >-\n    Q\nanswer")


def test_a_byte_order_mark_is_preserved() -> None:
    assert patch("\ufeff" + CANONICAL, {"score": 2.0}) == "\ufeff" + CANONICAL.replace("-1.0", "2.0")


@settings(max_examples=examples(200))
@given(
    st.sampled_from(list(STYLES)),
    st.text(max_size=40).map(one_line),
    st.sampled_from(["title", "seo.title", "after"]),
)
def test_every_clean_line_can_be_written(style: str, value: str, path: str) -> None:
    text = BEFORE + STYLES[style] + AFTER
    before, after = read(text).values, read(patch(text, {path: value})).values
    assert after == before | {path: value}


def links(count: int) -> list[RelatedArticle]:
    return [
        RelatedArticle(id=n, title=f"What: {n}?", subject="Law", url=f"/learn/law/questions/what-{n}")
        for n in range(1, count + 1)
    ]


@pytest.mark.parametrize("old", range(6))
@pytest.mark.parametrize("new", range(6))
def test_related_articles_are_replaced_as_a_group(old: int, new: int) -> None:
    before = PENDULUM.model_copy(update={"related": tuple(links(old))})
    after = PENDULUM.model_copy(update={"related": tuple(reversed(links(new)))})
    assert patch_related(render(before), after.related) == render(after)


def test_links_that_remain_keep_their_lines() -> None:
    text = render(PENDULUM.model_copy(update={"related": tuple(links(3))})).replace(
        "title: >-\n        What: 2?", "title: 'What: 2?'  # by hand"
    )
    patched = patch_related(text, [links(3)[1], links(3)[2]])
    start, end = text.index("related_article1:"), text.index("related_article2:")
    expected = text[:start] + text[end:].replace("article2:", "article1:").replace("article3:", "article2:")
    assert patched == expected
    assert patch_related(patched, [links(3)[1], links(3)[2]]) == patched


@pytest.mark.parametrize("value", ["see the shelf", "", '"quoted"', ">-\n    folded"])
def test_a_related_key_with_a_text_stays_as_it_is(value: str) -> None:
    text = patch_related(CANONICAL, links(3))
    odd = f"related_article7: {value}\n"
    before = text.replace("related_article2:", odd + "related_article2:")
    after = patch_related(before, [links(3)[0], links(3)[2]])
    assert odd in after
    assert read(after).get("related_article7") == read(before).get("related_article7")
    assert [link.url for link in read(after).related] == [links(3)[0].url, links(3)[2].url]
    assert odd in patch_related(before, [])
    assert patch_related(patch_related(before, []), []) == patch_related(before, [])


def test_a_link_does_not_replace_a_text_with_its_number() -> None:
    text = patch_related(CANONICAL, links(2))
    before = text.replace("related_article1:", "related_article3: a text\nrelated_article1:")
    with pytest.raises(PatchError, match="related_article3 has a text"):
        patch_related(before, links(3))


def test_more_than_five_related_articles_are_an_error() -> None:
    with pytest.raises(PatchError, match="at most 5"):
        patch_related(CANONICAL, links(6))


def test_related_articles_keep_the_line_breaks_of_the_file() -> None:
    text = CANONICAL.replace("\n", "\r\n")
    patched = patch_related(text, links(2))
    assert patched == render(PENDULUM.model_copy(update={"related": tuple(links(2))})).replace("\n", "\r\n")
