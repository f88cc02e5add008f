"""An edit removes only the findings that it fixes: findings that only the reply shows stay with their text."""

import dataclasses
import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.content.checks import check_draft, check_draft_file
from generator.content.checks.edited import check_edited
from generator.content.drafts.composition import article_of
from generator.content.drafts.draft import Draft, Point
from generator.content.findings import Finding
from generator.content.frontmatter import Document, read, render
from generator.content.site.site import Site
from tests.support.made_drafts import QUESTION, SUBJECT, healthy_context, healthy_draft

CONTEXT = dataclasses.replace(healthy_context(), folder="biology")
HEALTHY = healthy_draft()


def file_of(draft: Draft) -> Document:
    article = article_of(
        draft, site=Site(), question=QUESTION, subject=SUBJECT, id=1, date=datetime.date(2026, 1, 31)
    )
    return read(render(article))


def changed(**update: Any) -> Document:
    return file_of(HEALTHY.model_copy(update=update))


def with_points(*points: Point) -> Document:
    return changed(points=points)


def finding_on(field: str, code: str = "unknown-passage", number: int = 1) -> Finding:
    return Finding(code, "error", field, f"point {number} names s9, which is not among the passages")


def after(new: Document, *earlier: Finding) -> list[Finding]:
    return list(check_edited(new, CONTEXT, old=file_of(HEALTHY), earlier=earlier))


MORE = "And more of it, said at some length so that it counts as a sentence."
OTHER_KEYWORDS = {"page_keywords": HEALTHY.page_keywords[1:]}
SHORTER_INTRODUCTION = {"introduction": HEALTHY.introduction.replace("mainly ", "")}
LONGER_CONCLUSION = {"conclusion": f"{HEALTHY.conclusion} {MORE}"}


@pytest.mark.parametrize(
    ("field", "elsewhere", "there"),
    [
        ("", OTHER_KEYWORDS, LONGER_CONCLUSION),
        (
            "introduction",
            {"conclusion": HEALTHY.conclusion.replace("price", "cost")},
            {"introduction": f"{HEALTHY.introduction} {MORE}"},
        ),
        ("conclusion", SHORTER_INTRODUCTION, LONGER_CONCLUSION),
        ("points", SHORTER_INTRODUCTION, {"points": HEALTHY.points[1:]}),
        (
            "page_description",
            OTHER_KEYWORDS,
            {"page_description": HEALTHY.page_description.replace("pulls", "draws")},
        ),
        ("page_keywords", SHORTER_INTRODUCTION, {"page_keywords": HEALTHY.page_keywords[:-1]}),
    ],
)
def test_a_finding_that_the_file_does_not_show_stays_until_its_field_is_changed(
    field: str, elsewhere: dict[str, Any], there: dict[str, Any]
) -> None:
    finding = finding_on(field, "cut-by-length")
    assert after(changed(**elsewhere), finding) == [finding]
    assert after(changed(**there), finding) == []


def test_a_finding_that_the_file_shows_depends_only_on_the_new_text() -> None:
    old = changed(conclusion=HEALTHY.conclusion.rstrip("."))
    earlier = check_draft_file(old, CONTEXT)
    assert [finding.code for finding in earlier] == ["cut-off"]
    assert check_edited(file_of(HEALTHY), CONTEXT, old=old, earlier=earlier) == ()


def test_a_finding_moves_with_its_point() -> None:
    first, second, *others = HEALTHY.points
    (moved,) = after(with_points(second, first, *others), finding_on("points[0].passages"))
    assert (moved.field, moved.message.split(" names")[0]) == ("points[1].passages", "point 2")
    (unmoved,) = after(with_points(first, *others), finding_on("points[0].passages"))
    assert unmoved.field == "points[0].passages"
    assert after(with_points(second, *others), finding_on("points[0].passages")) == []


def test_a_new_heading_does_not_remove_findings_on_the_body() -> None:
    first, *others = HEALTHY.points
    new = with_points(Point(heading="Roots", body=first.body), *others)
    assert after(new, finding_on("points[0].body"), finding_on("points[0].heading")) == [
        finding_on("points[0].body")
    ]


def test_a_change_of_white_space_removes_no_finding() -> None:
    new = changed(conclusion=HEALTHY.conclusion.replace(" The price", "\n\nThe price"))
    assert [item.code for item in after(new, finding_on("conclusion"))] == ["unknown-passage"]


def test_a_finding_of_an_unknown_rule_is_removed() -> None:
    assert after(changed(page_keywords=HEALTHY.page_keywords[1:]), finding_on("", "no-such-rule")) == []


CODE = 'Write `print("a\\nb")` for it.'
"""As a model writes it; a file stores it with a space in the pair."""


def with_code(code: str = CODE) -> Draft:
    first, *others = HEALTHY.points
    return HEALTHY.model_copy(
        update={"points": (Point(heading=first.heading, body=f"{first.body} {code}"), *others)}
    )


def pairs_after(new: Document) -> list[str]:
    draft = with_code()
    earlier = check_draft(draft, CONTEXT)
    assert [finding.code for finding in earlier] == ["line-break-pair"]
    found = check_edited(new, CONTEXT, old=file_of(draft), earlier=earlier)
    return [finding.field for finding in found if finding.code == "line-break-pair"]


def test_a_backslash_before_n_stays_an_error_wherever_it_is_moved() -> None:
    draft = with_code()
    first, *others = draft.points
    body = first.body.replace("Root hairs", "The root hairs")
    assert pairs_after(
        file_of(draft.model_copy(update={"points": (Point(heading="A", body=body), *others)}))
    ) == ["points[0].body"]
    moved = {"points": HEALTHY.points, "conclusion": f"{HEALTHY.conclusion} {CODE}"}
    assert pairs_after(file_of(HEALTHY.model_copy(update=moved))) == ["conclusion"]
    two_paragraphs = first.body.replace(CODE, f"{CODE}\n\nAnd so on to its end.")
    split = draft.model_copy(update={"points": (Point(heading="A", body=two_paragraphs), *others)})
    assert pairs_after(file_of(split)) == ["points[0].body"]


def test_a_corrected_backslash_before_n_is_no_longer_an_error() -> None:
    assert pairs_after(file_of(with_code("Write `puts` for it."))) == []
    assert pairs_after(file_of(with_code(r"It is $589\ nm$ long, or $a \\ n$, or $2\ nu$."))) == []


def test_a_command_that_an_article_file_cannot_carry_stays_an_error() -> None:
    assert pairs_after(file_of(with_code(r"It is $\sum\nolimits_i x_i$."))) == ["points[0].body"]


def test_a_partial_correction_does_not_remove_the_finding() -> None:
    both = with_code('Write `print("a\\nb")` or `print("c\\nd")`.')
    earlier = check_draft(both, CONTEXT)
    one = file_of(with_code('Write `puts` or `print("c\\nd")`.'))
    found = check_edited(one, CONTEXT, old=file_of(both), earlier=earlier)
    assert [finding.code for finding in found] == ["line-break-pair"]


FIELDS = st.sampled_from(
    [
        *("", "introduction", "conclusion", "points"),
        *(f"points[{n}].{part}" for n in range(7) for part in ("heading", "body", "passages")),
    ]
)


@settings(deadline=None, max_examples=60)
@given(FIELDS, st.sampled_from(["unknown-passage", "cut-by-length"]))
def test_an_edit_of_the_keywords_removes_no_finding_on_the_answer(field: str, code: str) -> None:
    finding = finding_on(field, code)
    assert after(changed(page_keywords=HEALTHY.page_keywords[1:]), finding) == [finding]
