"""A disclosure is one line of the front matter: written, found again, and removed without a trace."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from generator.content.evidence.approval import covered_hash
from generator.content.evidence.disclosure import Disclosure
from generator.content.evidence.release import Release
from generator.content.frontmatter import read, render
from generator.content.frontmatter.extra_field import with_field
from generator.content.text import one_line
from generator.errors import PatchError
from tests.support.made_articles import ALONE, PENDULUM

PAGES = [render(PENDULUM), render(ALONE), render(PENDULUM).replace("\n", "\r\n")]
PAGES += [
    f"---\nid: 1\nurl: /a # kept\n{tail}---\n\n&nbsp;\n" for tail in ("", "score: -1.0\n\n", "x: |\n  y\n\n")
]


def usable(text: str) -> bool:
    try:
        Disclosure(field="notice", text=text)
    except ValidationError:
        return False
    return True


@given(st.sampled_from(PAGES), st.text(min_size=1, max_size=60).map(one_line).filter(usable))
def test_every_text_of_the_settings_is_written_and_removed_without_a_trace(page, text):
    disclosure = Disclosure(field="notice", text=text)
    disclosed = disclosure.apply(page, Release("bulk"))
    assert read(disclosed).values == {**read(page).values, "notice": text}
    assert len(disclosed.splitlines()) == len(page.splitlines()) + 1
    assert disclosure.apply(disclosed, Release("sampled", lot=1)) == disclosed
    assert disclosure.apply(disclosed, Release("read", 60)) == page
    assert (
        covered_hash(read(disclosed), ["notice"]) == covered_hash(read(page)) != covered_hash(read(disclosed))
    )


@pytest.mark.parametrize("style", ["notice: old", "notice: 'old'", "notice: >-\n    old", "notice:"])
def test_a_line_that_a_page_has_is_changed_at_its_place(style):
    page = f"---\n{style}\nid: 1\nurl: /a\n---\n\n&nbsp;\n"
    changed = with_field(page, "notice", "It's new: all of it")
    assert read(changed).get("notice") == "It's new: all of it"
    assert changed.startswith("---\nnotice:") and changed.endswith("\nid: 1\nurl: /a\n---\n\n&nbsp;\n")


def test_a_field_that_is_a_group_is_left_alone():
    with pytest.raises(PatchError, match="group"):
        with_field("---\nid: 1\nnotice:\n  a: b\n---\n", "notice", "text")


@pytest.mark.parametrize(
    "field",
    ["", "1st", "a b", "a.b", "a:", "yes", "No", "off", "null", "y", "id", "seo", "title", "score", "no_index",
     "canonical", "canonical_url", "related_article1", "related_article17", "_schema"],
)  # fmt: skip
def test_a_name_that_is_no_field_of_its_own_is_refused(field):
    with pytest.raises(ValidationError, match="field"):
        Disclosure(field=field, text="Generated.")


@pytest.mark.parametrize("text", ["", "  ", "two\nlines", " led by space", "a\x00b"])
def test_a_text_that_is_not_one_line_is_refused(text):
    with pytest.raises(ValidationError, match="text"):
        Disclosure(field="notice", text=text)
