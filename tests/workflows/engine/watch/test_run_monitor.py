"""A run records its health: a healthy one makes the next canary superfluous, and a worse one is told apart."""

import datetime
import json

import pytest

from generator.errors import ModelUnavailable
from generator.workflows.drafting.requests import Redo
from generator.workflows.engine.progress import NoProgress
from tests.support import seo_pages
from tests.support.replies import GOOD, completion, failure, spoilt
from tests.support.services import draft, rows

pytestmark = pytest.mark.slow

SUBJECTS = ("Biology", "Physics", "Psychology")


def questions(count, subject="Biology", start=0):
    names = (f"What does enzyme {number} of the liver cell do?" for number in range(start, start + count))
    return rows(*names, subject=subject)


class Notes(NoProgress):
    def __init__(self):
        self.lines = []

    def note(self, text):
        self.lines.append(text)


def healths(services):
    return [dict(row) for row in services.database.execute("SELECT * FROM run_health ORDER BY run")]


def run_well(services_with, count=40, start=0):
    services, _ = services_with(by=lambda _: completion(GOOD))
    draft(services, questions(count, start=start), near="allow")
    return services


def asked_of_a_broken_server(services_with, *, hours=0, **options):
    """How many of 60 questions are asked, 40 at once, so many hours later."""
    services, endpoint = services_with(by=lambda _: failure(400))
    at = datetime.datetime.fromisoformat(services.now()) + datetime.timedelta(hours=hours)
    services.now = lambda: at.isoformat(timespec="milliseconds")
    with pytest.raises(ModelUnavailable):
        draft(services, questions(60, start=1000), concurrency=40, near="allow", **options)
    return len(endpoint.requests)


def test_a_run_records_how_its_jobs_ended_what_they_cost_and_their_findings(services_with):
    answers = [completion(GOOD)] * 3 + [failure(400), completion(spoilt(page_keywords=[]))]
    services, _ = services_with(by=lambda _: answers.pop(0) if answers else completion("null"))
    draft(services, questions(6), concurrency=1)
    (health,) = healths(services)
    assert (health["kind"], health["endpoint"], health["model"]) == (
        "answer",
        "https://api.openai.com/v1",
        "test-model",
    )
    assert health["prompt_hash"] == services.prompts.hash("answer")
    assert (health["jobs"], health["failed"], health["texts"]) == (6, 3, 4)
    causes = json.loads(health["causes"])
    assert (causes["failed: http-400"], causes["needs_fix: unreadable"]) == (1, 1)
    assert sum(causes.values()) > 2
    paid = services.database.execute("SELECT sum(cost) FROM call").fetchone()[0]
    assert (health["priced"], health["cost"]) == (6, paid)


def test_a_run_that_asks_nothing_records_nothing(services_with):
    services, _ = services_with(by=lambda _: completion(GOOD))
    draft(services, questions(3))
    draft(services, questions(3))
    assert len(healths(services)) == 1


def test_the_canary_of_a_run_has_jobs_of_every_subject(services_with):
    services, endpoint = services_with(by=lambda _: failure(400))
    listed = [row for subject in SUBJECTS for row in questions(30, subject)]
    with pytest.raises(ModelUnavailable):
        draft(services, listed, near="allow")
    asked = services.database.execute(
        "SELECT subject, count(*) FROM job WHERE state = 'failed' GROUP BY subject ORDER BY subject"
    )
    assert [tuple(row) for row in asked] == [("Biology", 4), ("Physics", 3), ("Psychology", 3)]


def test_a_run_has_a_canary_unless_the_last_one_was_healthy(services_with):
    assert asked_of_a_broken_server(services_with) == 10
    run_well(services_with)
    assert asked_of_a_broken_server(services_with) > 10
    assert asked_of_a_broken_server(services_with) == 10


@pytest.mark.parametrize(("hours", "has_canary"), [(23, False), (25, True)])
def test_health_counts_for_24_hours(services_with, hours, has_canary):
    run_well(services_with)
    assert (asked_of_a_broken_server(services_with, hours=hours) == 10) == has_canary


def test_a_canary_can_be_asked_for(services_with):
    run_well(services_with)
    assert asked_of_a_broken_server(services_with, canary=True) == 10


@pytest.mark.parametrize("column", ["endpoint", "model", "prompt_hash", "kind"])
def test_the_health_of_another_endpoint_model_or_prompt_does_not_count(services_with, column):
    services = run_well(services_with)
    with services.database.transaction():
        services.database.execute(f"UPDATE run_health SET {column} = 'another'")
    assert asked_of_a_broken_server(services_with) == 10


def test_a_few_good_jobs_are_not_a_healthy_run(services_with):
    run_well(services_with, count=2)
    assert asked_of_a_broken_server(services_with) == 10


def test_a_run_without_a_canary_is_not_stopped(services_with):
    services, _ = services_with(by=lambda _: failure(400))
    draft(services, questions(60), near="allow", canary=False, concurrency=1)
    assert healths(services)[0]["failed"] == 60


def test_a_person_is_warned_of_a_run_that_is_clearly_worse_after_its_canary_and_at_its_end(services_with):
    services, _ = services_with(by=lambda _: completion(GOOD))
    draft(services, questions(40), near="allow")
    notes, seen = Notes(), []

    def answer(_):
        seen.append(None)
        return completion(GOOD, usage=(4000, 1400)) if len(seen) % 2 else failure(400)

    services, _ = services_with(by=answer)
    draft(services, questions(40, start=100), near="allow", canary=True, progress=notes, concurrency=1)
    after_canary, at_end = (line for line in notes.lines if line.startswith("warning: clearly worse"))
    assert "10 of 20 failed or need a fix (then 0 of 40; most often failed: http-400)" in after_canary
    assert "20 of 40 failed" in at_end
    assert "\n" not in after_canary + at_end


def test_no_warning_is_given_of_a_run_as_good_as_the_last(services_with):
    services, _ = services_with(by=lambda _: completion(GOOD))
    notes = Notes()
    draft(services, questions(40), near="allow")
    draft(services, questions(40, start=100), near="allow", progress=notes)
    assert not [line for line in notes.lines if "worse" in line]


def test_jobs_that_were_planned_with_another_prompt_do_not_count_for_this_one(services_with):
    services, _ = services_with(by=lambda _: failure(500))
    draft(services, questions(5))
    with services.database.transaction():
        services.database.execute("UPDATE job SET prompt_hash = 'earlier'")
    services, _ = services_with(by=lambda _: completion(GOOD))
    draft(services, questions(8), near="allow")
    assert healths(services)[-1]["jobs"] == 3


def test_a_run_that_drafts_again_is_recorded_beside_the_first(services_with):
    services, _ = services_with(by=lambda _: completion("null"))
    draft(services, questions(5))
    services, _ = services_with(by=lambda _: completion(GOOD))
    draft(services, questions(5), redo=Redo())
    assert [(row["jobs"], row["failed"]) for row in healths(services)] == [(5, 5), (5, 0)]


def test_search_fields_are_watched_and_recorded_too(services_with, tmp_path):
    services, endpoint = services_with(by=lambda _: completion("null"))
    for number in range(20):
        seo_pages.page(tmp_path, f"What does enzyme {number} of the liver cell do?", id=number + 1)
    with pytest.raises(ModelUnavailable, match="the first 10 articles all ended with the same failure"):
        seo_pages.propose(services)
    assert len(endpoint.requests) == 20
    assert (healths(services)[0]["kind"], healths(services)[0]["failed"]) == ("seo", 10)
