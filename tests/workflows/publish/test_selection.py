"""Which approved drafts are published: those that are due, of a subject, and at most so many."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from generator.content.questions.details import QuestionDetails
from generator.errors import UsageError
from generator.questions.rows import Question
from generator.services import Services
from generator.workflows.engine.progress import NoProgress
from generator.workflows.publish.publish import PublishOutcome, PublishRequest, publish_drafts
from generator.workflows.review.decisions.decisions import DraftDecisions
from tests.support.drafts import WHO
from tests.support.replies import GOOD, Endpoint, completion
from tests.support.services import draft, scripted_services

DAYS = {
    "How do roots grow?": "2026-12-01",
    "How do stems grow?": "2026-11-01",
    "How do leaves grow?": None,
    "How do seeds grow?": "2026-11-30",
}


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    made = scripted_services(tmp_path, Endpoint(by=lambda _: completion(GOOD)))
    made.now = lambda: "2026-11-30T07:00:00.000+00:00"
    questions = [
        Question(
            text=text,
            subject="Physics" if "seeds" in text else "Biology",
            notes=None,
            sources=(),
            path="q.csv",
            line=number,
            details=QuestionDetails(publish_on=day, listed=frozenset({"publish_on"})),
        )
        for number, (text, day) in enumerate(DAYS.items(), start=2)
    ]
    draft(made, questions, near="allow")
    for row in made.drafts.all():
        DraftDecisions(made).approve(row, who=WHO)
    yield made
    made.close()


def publish(services: Services, **options: object) -> list[str]:
    request = PublishRequest(reviewer="Ada", **options)  # type: ignore[arg-type]
    outcome: PublishOutcome = publish_drafts(services, request, NoProgress())
    return [item.path.split("/")[1].removesuffix(".md") for item in outcome.report.published]


def test_what_is_due_is_published_the_earliest_first_and_each_day_again(services: Services) -> None:
    assert publish(services, due=True, limit=1) == ["how-do-stems-grow"]
    assert publish(services, due=True) == ["how-do-seeds-grow"]
    assert publish(services, due=True) == []
    services.now = lambda: "2026-12-01T07:00:00.000+00:00"
    assert publish(services, due=True) == ["how-do-roots-grow"]


def test_a_subject_and_a_limit_narrow_what_is_published(services: Services) -> None:
    assert publish(services, subject="physics") == ["how-do-seeds-grow"]
    assert len(publish(services, subject="Biology", limit=2)) == 2
    assert publish(services, subject="Psychology") == []
    assert len(publish(services)) == 1


def test_an_unknown_subject_is_an_error_that_names_the_nearest(services: Services) -> None:
    with pytest.raises(UsageError, match="'Biolgy' is no subject of the site; did you mean 'Biology'"):
        publish(services, subject="Biolgy")


def test_a_plan_of_what_is_due_publishes_nothing(services: Services) -> None:
    request = PublishRequest(due=True, dry_run=True)
    report = publish_drafts(services, request, NoProgress()).report
    assert [item.row.question for item in report.planned] == ["How do stems grow?", "How do seeds grow?"]
    assert publish(services, due=True) == ["how-do-stems-grow", "how-do-seeds-grow"]
