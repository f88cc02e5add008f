"""The columns of a list are stored with its questions; nothing is asked again because of them."""

import io

import pytest

from generator.store.ledger.queue.queue_filter import QueueFilter
from generator.workflows.drafting.draft import draft_list
from generator.workflows.drafting.requests import DraftRequest, PlanRequest, QuestionSource, Redo
from generator.workflows.engine.progress import NoProgress
from tests.support.replies import GOOD, Endpoint, completion
from tests.support.services import DATE, scripted_services

HEADER = "Question;Subject;Owner;Due;Nr\n"
ENZYMES, CELLS = "How do enzymes speed up chemical reactions?", "Why do cells need mitochondria?"


class Told(NoProgress):
    """Progress that keeps its notes."""

    def __init__(self):
        self.notes = []

    def note(self, text):
        self.notes.append(text)


@pytest.fixture
def endpoint():
    return Endpoint(by=lambda _: completion(GOOD))


@pytest.fixture
def services(tmp_path, endpoint):
    opened = scripted_services(tmp_path, endpoint)
    yield opened
    opened.close()


def draft(services, data, *, name="q.csv", redo=None, near="hold"):
    told = Told()
    plan = PlanRequest(QuestionSource(io.BytesIO(data.encode()), name, name), date=DATE, near=near, redo=redo)
    outcome = draft_list(services, DraftRequest(plan, concurrency=1), told)
    assert outcome.error is None
    return told.notes


def kept(services):
    """What is stored for each draft, by question."""
    rows = services.draft_queue.page(QueueFilter())
    found = services.ledger.question_details.of_jobs([row.job for row in rows])
    return {row.question: dict(found[row.job].kept) if row.job in found else None for row in rows}


def test_columns_change_no_request_and_a_new_owner_costs_no_call(services, endpoint, tmp_path):
    draft(services, f"{HEADER}{ENZYMES};Biology;Ann;2026-03-01;1\n")
    plain = scripted_services(tmp_path / "plain", Endpoint(by=lambda _: completion(GOOD)))
    draft(plain, f"Question;Subject\n{ENZYMES};Biology\n")
    jobs = [
        [tuple(row) for row in each.database.execute("SELECT identity, request_blob, user_blob FROM job")]
        for each in (services, plain)
    ]
    plain.close()
    assert jobs[0] == jobs[1]
    calls = len(endpoint.requests)
    draft(services, f"{HEADER}{ENZYMES};Biology;Bob;;2\n")
    assert len(endpoint.requests) == calls
    assert kept(services) == {ENZYMES: {"Owner": "Bob", "Due": "", "Nr": "2"}}
    assert services.draft_queue.count(QueueFilter(owner="Bob")) == 1
    assert services.draft_queue.count(QueueFilter(due_before="2027-01-01")) == 0


def test_a_list_without_columns_leaves_what_an_earlier_one_said(services):
    draft(services, f"{HEADER}{ENZYMES};Biology;Ann;2026-03-01;1\n")
    draft(services, f"{ENZYMES}\n{CELLS}\n", name="q.txt")
    assert kept(services) == {ENZYMES: {"Owner": "Ann", "Due": "2026-03-01", "Nr": "1"}, CELLS: None}


def test_a_redo_keeps_them(services):
    draft(services, f"{HEADER}{ENZYMES};Biology;Ann;2026-03-01;1\n")
    draft(services, f"{ENZYMES}\n", name="q.txt", redo=Redo())
    assert kept(services) == {ENZYMES: {"Owner": "Ann", "Due": "2026-03-01", "Nr": "1"}}


def test_a_held_question_keeps_them(services):
    rows = f"{ENZYMES};Biology;Ann;;1\nHow do enzymes speed up a chemical reaction?;Biology;Bob;;2\n"
    draft(services, HEADER + rows)
    assert sorted(each["Owner"] for each in kept(services).values() if each) == ["Ann", "Bob"]


def test_guesses_and_unclear_dates_are_told(services):
    notes = draft(services, f"{ENZYMES};Biology\n{CELLS};Biology\n")
    assert [note for note in notes if "first question" in note] == [
        "q.csv is read as columns separated by ';', no names of columns, with the questions in column 1 and the"
        f" subjects in column 2; first question: {ENZYMES!r}"
    ]
    notes = draft(services, f"{HEADER}{ENZYMES};Biology;Ann;3/4/2026;1\n")
    assert [note for note in notes if "certainly" in note] == [
        "q.csv:2: '3/4/2026' is not certainly a date (1 such cell); write YYYY-MM-DD to filter by it"
    ]
