"""The finished replies in the prompts keep every rule that a model's reply must keep."""

import datetime
import json

import pytest

from generator.content.article import RelatedArticle
from generator.content.checks import CheckContext, check_document, check_draft
from generator.content.drafts.composition import article_of, clean_draft
from generator.content.drafts.draft import parse_draft
from generator.content.frontmatter import read, render
from generator.content.questions.kinds import KINDS, kind_of
from generator.content.site.site import Site
from generator.model.prompts import PromptSet
from tests.support.prompt_examples import prompt_example


@pytest.fixture(scope="module")
def prompts() -> PromptSet:
    return PromptSet()


@pytest.mark.parametrize("kind", KINDS)
def test_an_example_has_no_finding(prompts, kind):
    question, reply = prompt_example(prompts, kind)
    draft = parse_draft(reply)
    assert clean_draft(draft) == draft
    assert check_draft(draft, CheckContext(question=question)) == ()


@pytest.mark.parametrize("kind", KINDS)
def test_the_article_of_an_example_has_no_finding(prompts, kind):
    question, reply = prompt_example(prompts, kind)
    article = article_of(
        parse_draft(reply),
        site=Site(),
        question=question,
        subject="Physics",
        id=7,
        date=datetime.date(2026, 1, 31),
        related=[
            RelatedArticle(id=1, title="What is heat?", subject="Physics", url="/learn/physics/questions/x")
        ],
    )
    findings = check_document(read(render(article).encode()), CheckContext(), profile="draft")
    assert [finding.code for finding in findings if not finding.code.startswith("related")] == []


@pytest.mark.parametrize("kind", KINDS)
def test_an_example_is_for_a_question_of_its_kind(prompts, kind):
    assert kind_of(prompt_example(prompts, kind).question) == kind


@pytest.mark.parametrize("kind", KINDS)
def test_points_name_their_passages_where_the_schema_asks_for_them(prompts, kind):
    first, *others = json.loads(prompt_example(prompts, kind, grounded=True).reply)["points"]
    assert first["passages"] == ["s1"]
    assert all(point["passages"] == [] for point in others)
