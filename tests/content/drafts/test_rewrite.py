"""A page with other texts: what the draft leaves as it was is not touched, and nothing else ever is."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.content.article import Article
from generator.content.drafts.composition import clean_draft
from generator.content.drafts.draft import Draft, Point
from generator.content.drafts.revision import draft_of, markdown_of
from generator.content.drafts.rewrite import changed_identity, rewritten_page
from generator.content.frontmatter import patch, read, render
from generator.content.markdown.line_breaks import decode
from generator.content.site.site import Site

TEXT = st.text(st.sampled_from("abc éß\"'$*_\\:#-\n1.{}|>&!%@`,"), min_size=1, max_size=60).map(
    lambda text: f"Word {text} end."
)
DRAFTS = st.builds(
    Draft,
    introduction=TEXT,
    points=st.lists(st.builds(Point, heading=st.just("Heading"), body=TEXT), min_size=1, max_size=3).map(
        tuple
    ),
    conclusion=TEXT,
    page_description=TEXT.map(lambda text: " ".join(text.split())),
    page_keywords=st.just(("one", "two")),
)


def page(answer: str = "One.\\n\\n1. **A**: b.\\n\\nEnd.", keywords: tuple[str, ...] = ("a", "b")) -> str:
    article = Article.compose(
        site=Site(),
        id=7,
        date=datetime.date(2024, 12, 3),
        question="What is a lever?",
        subject="Physics",
        answer=answer,
        description="What the page says.",
        keywords=keywords,
    )
    return render(article).replace("\nquestion:", "\nextra: [1, 'two']\nquestion:", 1)


def without_texts(text: str) -> list[str]:
    """The lines of a page, without its answer, description and keywords."""
    blank = {"answer": "x", "seo.page_description": "x", "seo.page_keywords": "x"}
    return patch(text, blank).splitlines(keepends=True)


@given(DRAFTS)
def test_a_page_gets_the_texts_of_the_draft_and_no_other_byte_changes(draft: Draft) -> None:
    cleaned, before = clean_draft(draft), page()
    after = rewritten_page(read(before), cleaned)
    document = read(after)
    assert without_texts(after) == without_texts(before)
    assert document.get("seo.page_description") == cleaned.page_description
    assert document.get("seo.page_keywords") == "one, two"
    assert changed_identity(read(before), document) == ()
    assert rewritten_page(document, cleaned) == after, "the same rewrite again changes nothing"


@given(DRAFTS)
def test_a_draft_with_the_texts_of_the_page_changes_nothing(draft: Draft) -> None:
    written = rewritten_page(read(page()), clean_draft(draft))
    document = read(written)
    assert rewritten_page(document, clean_draft(draft_of(document))) == written


@pytest.mark.parametrize(
    ("old", "new"),
    [("\n", "\r\n"), ("---\nid", "\ufeff---\nid"), ("a, b", "a,b")],
)
def test_the_form_of_a_file_is_kept(old: str, new: str) -> None:
    text = page().replace(old, new)
    document = read(text)
    assert rewritten_page(document, clean_draft(draft_of(document))) == text
    other = clean_draft(draft_of(document)).model_copy(update={"page_description": "Another line."})
    assert rewritten_page(document, other) == text.replace("What the page says.", "Another line.")


def test_an_answer_without_points_gets_them() -> None:
    before = page("All of it in one paragraph.")
    draft = draft_of(read(page()))
    after = read(rewritten_page(read(before), draft))
    assert decode(after.get("answer", "")) == markdown_of(draft)


def test_the_fields_by_which_a_page_is_known_are_compared() -> None:
    one, other = read(page()), read(patch(page(), {"id": 8, "url": "/x"}))
    assert changed_identity(one, other) == ("id", "url")
