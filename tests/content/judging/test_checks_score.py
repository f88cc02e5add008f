"""The score of the checks moves with each thing that it measures, and stays between 0 and 100."""

import pytest

from generator.content.checks import view_of_document
from generator.content.checks.view import view_of_draft
from generator.content.drafts.draft import Draft
from generator.content.findings import Finding
from generator.content.frontmatter import patch, read
from generator.content.judging.checks_score import checks_score
from generator.content.limits import Limits
from tests.support.broken_files import TEXT
from tests.support.made_drafts import QUESTION, healthy_draft

ERROR = Finding("html", "error", "introduction", "m")
WARNING = Finding("filler", "warning", "introduction", "m")


def score(draft: Draft, *findings: Finding, question: str = QUESTION):
    return checks_score(view_of_draft(draft, question), findings, Limits())


def test_a_healthy_draft_scores_high_and_each_feature_says_what_it_measured():
    found = score(healthy_draft())
    assert found.total > 75
    assert found.feature("findings").text == "errors: 0, warnings: 0"
    assert "the target is 250–450" in found.feature("length").text
    assert all(0 <= feature.value <= 1 for feature in found.features)


@pytest.mark.parametrize(
    ("name", "worse"),
    [
        ("findings", lambda draft: score(draft, WARNING)),
        ("length", lambda draft: score(draft.model_copy(update={"points": draft.points[:1]}))),
        ("first_sentence", lambda draft: score(draft, question="How do volcanoes erupt under glaciers?")),
        ("first_sentence", lambda draft: score(draft.model_copy(update={"introduction": "It is complex. " + draft.introduction}))),
        ("description", lambda draft: score(draft.model_copy(update={"page_description": "Some facts."}))),
        ("concreteness", lambda draft: score(draft.model_copy(update={"points": tuple(each.model_copy(update={"body": "It is very good and quite important for all of them. " * 4}) for each in draft.points)}))),
        ("sentences", lambda draft: score(draft.model_copy(update={"conclusion": "and so it goes on " * 60 + "."}))),
    ],
)  # fmt: skip
def test_a_draft_that_is_worse_in_one_thing_scores_lower(name, worse):
    healthy, other = score(healthy_draft()), worse(healthy_draft())
    assert other.feature(name).value < healthy.feature(name).value
    assert other.total < healthy.total


def test_errors_weigh_more_than_warnings_and_nothing_falls_below_zero():
    draft = healthy_draft()
    assert score(draft, ERROR).total < score(draft, WARNING).total
    assert score(draft.model_copy(update={"introduction": "", "points": ()}), *[ERROR] * 20).total >= 0


def test_files_without_points_or_answer_have_a_score():
    for answer in ("One long text without points.", ""):
        document = read(patch(TEXT, {"answer": answer}).encode())
        assert 0 <= checks_score(view_of_document(document), (), Limits()).total <= 100
