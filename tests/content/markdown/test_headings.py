"""A heading has one clean form in all modules; in bold type it is parsed back and shown as intended."""

import datetime
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from generator.content.checks import check_draft
from generator.content.drafts.composition import article_of, clean_draft
from generator.content.markdown.answer import compose, parse
from generator.content.markdown.headings import clean_heading, in_bold
from generator.content.markdown.line_breaks import decode
from generator.content.markdown.sections import headings, sections_of
from generator.content.site.site import Site
from generator.extractive.passages import blocks
from tests.support.made_drafts import QUESTION, SUBJECT, healthy_context, healthy_draft

CLEAN = [
    ("**Cost**:", "Cost"),
    ("1. Cost", "Cost"),
    ("**1. Cost**", "Cost"),
    ("### 2) **Cost:**", "Cost"),
    ("### Cost :", "Cost"),
    ("Cost.", "Cost"),
    (" a\n b ", "a b"),
    ("2 * 3", "2 * 3"),
    ("*a* b", "a b"),
    ("__Cost__ of _living_", "Cost of living"),
    ("Themes in the ***Iliad***", "Themes in the Iliad"),
    ("A* Search Algorithm", "A* Search Algorithm"),
    (r"A\* Search Algorithm", "A* Search Algorithm"),
    ("C* Algebras: $a*b$", "C* Algebras: $a*b$"),
    ("C*-algebras and W*-algebras", "C*-algebras and W*-algebras"),
    ("Names in `snake_case`", "Names in `snake_case`"),
    ("Names in snake_case and a_b", "Names in snake_case and a_b"),
    ("The `__init__` Method", "The `__init__` Method"),
    ("The __init__ Method", "The __init__ Method"),
    ("Powers with `2**3`", "Powers with `2**3`"),
    ("Magnetic Flux ($\\Phi_B$, $v_t$)", "Magnetic Flux ($\\Phi_B$, $v_t$)"),
    ("Courts of the U.S.", "Courts of the U.S."),
    ("Basics of C#", "Basics of C#"),
    ("1984: A Novel", "1984: A Novel"),
]


@pytest.mark.parametrize(("heading", "clean"), CLEAN)
def test_only_formatting_and_the_number_are_removed_from_a_heading(heading: str, clean: str) -> None:
    assert clean_heading(heading) == clean


@pytest.mark.parametrize("heading", [clean for _, clean in CLEAN if "__" not in clean or "`" in clean])
def test_a_clean_heading_does_not_change_from_the_draft_to_the_index(heading: str) -> None:
    """Cleaned, checked, composed, parsed, indexed."""
    first, *others = healthy_draft().points
    reply = healthy_draft().model_copy(
        update={"points": (first.model_copy(update={"heading": heading}), *others)}
    )
    draft = clean_draft(reply)
    assert draft.points[0].heading == heading
    assert "heading-format" not in {finding.code for finding in check_draft(draft, healthy_context())}
    article = article_of(
        draft, site=Site(), question=QUESTION, subject=SUBJECT, id=1, date=datetime.date(2026, 1, 31)
    )
    markdown = decode(article.answer)
    answer = parse(markdown)
    assert answer is not None
    assert (answer.points[0].heading, answer.points[0].body) == (heading, first.body)
    assert headings(markdown)[0] == sections_of(markdown)[1].heading == heading


@pytest.mark.parametrize(
    "heading", ["A* Search", "C*-algebras and W*-algebras", "The algebra C*", "2 * 3", "a ** b", "* of all"]
)
def test_the_page_shows_the_stars_of_a_heading(heading: str) -> None:
    (_, inline, _) = MarkdownIt("commonmark").parse(f"{in_bold(heading)}: and *more* of it.")
    shown = re.match("<strong>(.*?)</strong>:", MarkdownIt("commonmark").renderInline(inline.content))
    assert shown is not None
    assert shown[1] == heading


def test_a_numbered_section_has_the_same_heading_in_all_modules() -> None:
    markdown = (
        "The lead.\n\n### 1. Geographical Context\n\nIt lies by the sea.\n\n### 2. `snake_case`\n\nA name."
    )
    answer = parse(markdown)
    assert answer is not None
    expected = ["Geographical Context", "`snake_case`"]
    assert [point.heading for point in answer.points] == expected
    assert headings(markdown) == expected
    assert [section.heading for section in sections_of(markdown)] == ["", *expected]


def test_a_python_name_in_a_heading_is_an_error_and_is_not_removed() -> None:
    first, *others = healthy_draft().points
    reply = healthy_draft().model_copy(
        update={"points": (first.model_copy(update={"heading": "The __init__ Method"}), *others)}
    )
    draft = clean_draft(reply)
    assert draft.points[0].heading == "The __init__ Method"
    assert "heading-format" in {finding.code for finding in check_draft(draft, healthy_context())}


def test_the_headings_of_a_passage_have_the_same_form() -> None:
    passage = (
        "## II. 1. The [sea](https://example.org) and `a_b`\n\nThe sea lies to the south of the hills here.\n"
    )
    assert [block.heading for block in blocks(passage)] == ["The sea and `a_b`"]


SIGNS = st.text("aB1.:#*_ `$-\n", max_size=14)


@given(SIGNS)
def test_cleaning_is_idempotent(heading: str) -> None:
    assert clean_heading(clean_heading(heading)) == clean_heading(heading)


@given(st.text("aB1.# *-", max_size=12))
def test_a_heading_in_bold_is_parsed_back(heading: str) -> None:
    answer = parse(compose("", [(heading, "First."), ("Second", "Last.")], ""))
    assert answer is not None
    if clean_heading(heading):
        assert answer.points[0].heading == clean_heading(heading)
