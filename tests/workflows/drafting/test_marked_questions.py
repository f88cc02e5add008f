"""A question that was drafted with the number of its list in front is known when the list is read without numbers."""

import io

import pytest

from generator.content.site.subjects import SubjectList
from generator.questions.rows import Question, read_questions
from generator.workflows.drafting.candidate import Candidate
from generator.workflows.drafting.requests import Redo
from generator.workflows.drafting.triage import Triage
from tests.support.replies import GOOD, QUESTION, Endpoint, completion, failure
from tests.support.services import draft, publish, rows, scripted_services

LIST = f"1. {QUESTION}\n2. What is an enzyme cofactor?\n"
BEFORE = rows(*LIST.splitlines())


def now() -> list[Question]:
    found = read_questions(
        io.BytesIO(LIST.encode()), "q.txt", default_subject="Biology", subjects=SubjectList([])
    )
    read = [row for row in found if isinstance(row, Question)]
    assert [row.text for row in read] == [QUESTION, "What is an enzyme cofactor?"]
    return read


@pytest.fixture
def endpoint():
    return Endpoint(by=lambda body: completion(GOOD))


@pytest.fixture
def services(tmp_path, endpoint):
    made = scripted_services(tmp_path, endpoint)
    yield made
    made.close()


def test_it_is_not_asked_again(services, endpoint):
    draft(services, BEFORE)
    plan, _ = draft(services, now())
    assert (plan.counts, len(endpoint.requests)) == ({"drafted": 2}, 2)
    assert services.drafts.counts() == {"drafted": 2}


def test_the_corpus_is_not_asked_about_it(services, endpoint):
    draft(services, BEFORE[:1])
    triage = Triage(services, "model", near="hold")
    assert [triage.needs_lookup(Candidate.of(question)) for question in now()] == [False, True]
    triage.close()


def test_a_redo_replaces_its_draft(services, endpoint):
    draft(services, BEFORE)
    keys = [row.key for row in services.drafts.all()]
    plan, _ = draft(services, now(), redo=Redo())
    assert (plan.counts, len(endpoint.requests)) == ({"redo": 2}, 4)
    assert [(row.key, row.version) for row in services.drafts.all()] == [(key, 2) for key in keys]


def test_a_question_that_ended_without_an_answer_is_asked_again(tmp_path):
    broken = [failure(500, **{"retry-after-ms": "1"}) for _ in range(3)]
    services = scripted_services(tmp_path, Endpoint(*broken, completion(GOOD), completion(GOOD)))
    draft(services, BEFORE, concurrency=1)
    plan, report = draft(services, now(), concurrency=1)
    assert (plan.counts, report.states) == ({"resume": 1, "drafted": 1}, {"drafted": 1})
    services.close()


def test_a_question_that_is_new_is_asked_without_its_number(services):
    draft(services, BEFORE[:1])
    plan, _ = draft(services, now())
    assert plan.counts == {"drafted": 1, "new": 1}
    assert [row.question for row in services.drafts.all()] == [BEFORE[0].text, "What is an enzyme cofactor?"]


def test_an_offline_draft_does_not_stand_for_a_real_one(services, endpoint, tmp_path):
    text = "A cell wall surrounds the membrane of a plant cell and holds it in shape. "
    answer = rf"{text * 4}\n\n1. **Wall**: {text * 9}\n\nIn summary, {text * 3}".strip()
    publish(tmp_path, "What is a cell wall?", "Biology", id=1, answer=answer)
    draft(services, BEFORE, offline=True)
    plan, _ = draft(services, now())
    assert (plan.counts["new"], len(endpoint.requests)) == (2, 2)
