"""A draft and its file have the same findings: no error appears in review, and none disappears through an edit."""

import dataclasses
import datetime
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator.content.checks import CheckContext, check_document, check_draft
from generator.content.checks.edited import check_edited
from generator.content.drafts.composition import article_of, clean_draft
from generator.content.drafts.draft import Draft, Point
from generator.content.drafts.revision import draft_of
from generator.content.findings import errors
from generator.content.frontmatter import patch, read, render
from generator.content.site.site import Site
from tests.support.made_drafts import QUESTION, SUBJECT, healthy_context, healthy_draft
from tests.support.nightly import every

BLOCKS = [
    "Water follows the ions by osmosis and crosses the cortex towards the vessels of the root.",
    "The tension is about $-2$ MPa, and $\\frac{a}{b} \\times 3$ more on a dry day.",
    "It costs \\$5 in one place and \\$10 in another, which is no small difference.",
    "- open in light and moist air\n- closed at night and in drought",
    "1. roots take up ions\n2. leaves lose vapour",
    "1986 was a dry year.\n\n1986. That was the year.",
    "| part | task |\n|---|---|\n| root | uptake |",
    "```python\nfor leaf in tree:\n    print(leaf)\n```",
    "$$\np = \\rho g h\n$$",
    "> The rope of water holds, as Dixon wrote.",
    "Two lines of prose\nthat belong together.",
    "Prose with `code`, **bold**, *slanted* words, 2 * 3 * 4 and a_b_c.",
    "# 1 on the list is tension.",
    "\\(a = b\\) and \\[c = d\\]",
    "What holds it up? Cohesion does!",
    "It ends with a colon:",
    "It never ends and",
    "  indented from the start, then closed.",
    "2. a list that starts at two",
    "**Bold opening**: with its text behind it.",
]

texts = st.lists(st.sampled_from(BLOCKS), min_size=1, max_size=4).map("\n\n".join)
headings = st.sampled_from(
    [
        "Root uptake",
        "2. Leaf",
        "**Bold**",
        "A: colon",
        "Cost in $",
        "C# and *x*",
        "`code`",
        "1986",
        "What is it?",
        "…",
    ]
)


@st.composite
def drafts(draw: st.DrawFn) -> Draft:
    """The healthy draft with some parts replaced or extended."""
    healthy = healthy_draft()
    points = [
        Point(
            heading=draw(st.one_of(st.just(point.heading), headings)),
            body=draw(
                st.one_of(
                    st.just(point.body), texts, texts.map(lambda text, body=point.body: f"{body}\n\n{text}")
                )
            ),
        )
        for point in healthy.points
    ]
    additions = st.one_of(st.just(""), texts.map(lambda text: f"\n\n{text}"))
    return healthy.model_copy(
        update={
            "points": tuple(points),
            "introduction": healthy.introduction + draw(additions),
            "conclusion": healthy.conclusion + draw(additions),
        }
    )


def file_errors(draft: Draft) -> list[tuple[str, str]]:
    article = article_of(
        draft, site=Site(), question=QUESTION, subject=SUBJECT, id=1, date=datetime.date(2026, 1, 31)
    )
    context = dataclasses.replace(healthy_context(), folder="biology", name=article.file_name)
    return [(f.code, f.message) for f in errors(check_document(read(render(article)), context, "draft"))]


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=80)
@given(drafts())
def test_a_draft_without_errors_makes_a_file_without_errors(reply: Draft) -> None:
    draft = clean_draft(reply)
    if not errors(check_draft(draft, healthy_context())):
        assert file_errors(draft) == []


@pytest.mark.parametrize("block", BLOCKS)
def test_each_kind_of_block_in_a_body_makes_a_file_without_errors(block: str) -> None:
    healthy = healthy_draft()
    body = f"{healthy.points[2].body}\n\n{block}"
    points = (*healthy.points[:2], Point(heading="Block", body=body), *healthy.points[3:])
    draft = clean_draft(healthy.model_copy(update={"points": points}))
    if not errors(check_draft(draft, healthy_context())):
        assert file_errors(draft) == []


def lost_by_an_edit(draft: Draft, question: str, context: CheckContext) -> Counter[tuple[str, str]]:
    """The findings on answer and description that disappear when one letter of the keywords is changed."""
    article = article_of(
        draft, site=Site(), question=question, subject=SUBJECT, id=1, date=datetime.date(2026, 1, 31)
    )
    earlier = check_draft(draft, context)
    old = read(render(article))
    new = read(patch(old.text, {"seo.page_keywords": f"{article.seo.page_keywords}s"}))
    later = check_edited(new, context, old=old, earlier=earlier)
    before, after = (
        Counter((f.code, f.severity) for f in found if not f.code.startswith("keyword"))
        for found in (earlier, later)
    )
    return before - after


@pytest.mark.slow
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=80)
@given(drafts())
def test_an_edit_elsewhere_removes_no_finding(reply: Draft) -> None:
    assert not lost_by_an_edit(clean_draft(reply), QUESTION, healthy_context())


@pytest.mark.slow
@pytest.mark.corpus
def test_an_edit_elsewhere_removes_no_finding_of_a_real_answer(corpus_dir: Path) -> None:
    for path in every(16, sorted(corpus_dir.rglob("*.md"))):
        document = read(path.read_bytes())
        question = document.get("question") or ""
        lost = lost_by_an_edit(clean_draft(draft_of(document)), question, CheckContext(question=question))
        assert not lost, (path, lost)
