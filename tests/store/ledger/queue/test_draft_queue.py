"""The review queue: every filter, every order, and the neighbours of a draft."""

import pytest

from generator.content.findings import Finding
from generator.content.questions.details import DETAIL_FIELDS, QuestionDetails
from generator.store.ledger.queue.draft_queue import SORTS, DraftQueue
from generator.store.ledger.queue.queue_filter import QueueFilter
from generator.store.ledger.queue.set_aside import SetAsideTable
from tests.support.ledgers import NOW, draft, planned

ERROR = Finding("too-long", "error", "page_description", "is too long")


@pytest.fixture
def queue(ledger, drafts):
    for number, (state, findings, subject, model) in enumerate(
        [
            ("drafted", (), "Biology", "one"),
            ("needs_fix", (ERROR, ERROR), "Biology", "two"),
            ("drafted", (), "Physics", "one"),
            ("needs_fix", (ERROR,), "Physics", "two"),
        ]
    ):
        new = draft(
            planned(ledger, f"question {number}"),
            state=state,
            findings=findings,
            subject=subject,
            model=model,
            key=f"{subject.lower()}/what-is-{number}",
            question=f"What is {number}_{number}?",
        )
        drafts.record(new, now=f"2026-01-0{number + 1}")
    ledger.database.execute("UPDATE draft SET score = id * (5 - id)")
    return DraftQueue(ledger.database, lambda: NOW)


def ids(queue, sort="age", descending=False, **wanted):
    return [row.id for row in queue.page(QueueFilter(**wanted), sort=sort, descending=descending)]


def test_filters(queue):
    assert ids(queue, states=("drafted",)) == [1, 3]
    assert ids(queue, subject="Physics") == [3, 4]
    assert ids(queue, rule="too-long") == [2, 4]
    assert ids(queue, model="one", states=("drafted", "needs_fix")) == [1, 3]
    assert ids(queue, text="2_2 WHAT") == [3]
    assert ids(queue, text="_") == [1, 2, 3, 4]
    assert ids(queue, text="%") == []
    assert queue.count(QueueFilter(rule="too-long", subject="Biology")) == 1


def test_orders(queue):
    assert ids(queue, "age", descending=True) == [4, 3, 2, 1]
    assert ids(queue, "findings", descending=True) == [2, 4, 3, 1]
    assert ids(queue, "score") == [1, 4, 2, 3]
    assert ids(queue, "changed") == [1, 2, 3, 4]
    queue._database.execute("UPDATE draft SET words = 10 - id, open_claims = id = 3")
    assert ids(queue, "words") == [4, 3, 2, 1]
    assert ids(queue, "claims", descending=True) == [3, 4, 2, 1]


def test_pages(queue):
    rows = queue.page(QueueFilter(), limit=2, offset=1)
    assert [row.id for row in rows] == [2, 3]


def test_a_draft_that_no_longer_matches_the_filter_still_has_neighbours(queue, drafts):
    wanted = QueueFilter(states=("drafted", "needs_fix"))
    row = drafts.decide(drafts.get(3), "approved", who="Ada", now="2026-02-01")
    assert queue.neighbours(wanted, row) == (2, 4)
    assert queue.neighbours(wanted, row, sort="score") == (2, None)
    assert queue.neighbours(wanted, row, sort="findings", descending=True) == (4, 1)
    assert queue.neighbours(QueueFilter(), drafts.get(1)) == (None, 2)


def test_counts_and_choices(queue):
    assert queue.counts(QueueFilter(states=("drafted",), subject="Physics")) == {"drafted": 1, "needs_fix": 1}
    assert queue.subjects() == {"Biology": 2, "Physics": 2}
    assert queue.models() == {"one": 2, "two": 2}
    assert queue.rules() == {"too-long": 2}


def test_drafts_of_a_run(queue, ledger):
    from generator.store.ledger.runs.calls import NewCall

    call = NewCall(
        job=2, step=0, purpose="draft", attempt=1, request_hash="h", mode="plain", model="one", reserved=None
    )
    ledger.calls.open(call, run=1, now="2026-01-01")
    assert ids(queue, run=1) == [2]
    assert [run[0] for run in queue.runs()] == [1]


def test_filters_by_what_the_list_says(queue, ledger):
    for draft_id, owner, priority, due, publish in (
        (1, "Ann", "1", "2026-03-01", None),
        (2, "ann", "2", "2026-04-01", "2026-05-01"),
        (3, "Bob", None, None, None),
    ):
        details = QuestionDetails({}, priority, owner, due, publish, listed=frozenset(DETAIL_FIELDS))
        (row,) = [each for each in queue.page(QueueFilter()) if each.id == draft_id]
        ledger.question_details.put(row.job, details, now="2026-01-31")
    assert ids(queue, owner="ANN") == [1, 2]
    assert ids(queue, owner="Ann", priority="2") == [2]
    assert ids(queue, due_before="2026-03-01") == []
    assert ids(queue, due_before="2026-03-02") == [1]
    assert ids(queue, publish_before="2027-01-01") == [2]
    assert ids(queue, owner="Bob", states=("drafted",)) == [3]
    assert sum(queue.owners().values()) == 3
    assert [name.casefold() for name in queue.owners()] == ["ann", "bob"]
    assert queue.priorities() == {"1": 1, "2": 1}
    assert queue.count(QueueFilter(owner="ann")) == 2


def test_the_place_of_a_draft(queue, drafts):
    wanted = QueueFilter(states=("drafted", "needs_fix"))
    assert queue.place(wanted, drafts.get(3)) == (2, True, 4)
    assert queue.place(wanted, drafts.get(3), descending=True) == (1, True, 4)
    assert queue.place(wanted, drafts.get(4), sort="findings", descending=True) == (1, True, 4)
    row = drafts.decide(drafts.get(3), "approved", who="Ada", now="2026-02-01")
    assert queue.place(wanted, row) == (2, False, 3)
    assert queue.place(QueueFilter(search="nothing"), row) == (0, False, 0)


def test_drafts_that_are_set_aside_are_apart(queue, ledger, drafts):
    table = SetAsideTable(ledger.database, lambda: NOW)
    table.put([drafts.get(1), drafts.get(2)], until=None, note=None, who="Ada", is_bulk=True)
    assert ids(queue, aside=False) == [3, 4]
    assert ids(queue, aside=True, states=("drafted",)) == [1]
    assert queue.counts(QueueFilter(aside=True)) == {"drafted": 2, "needs_fix": 2}
    assert queue.aside_counts(QueueFilter()) == {"drafted": 1, "needs_fix": 1}


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("wanted", [{}, {"aside": False}, {"search": "what"}])
def test_a_page_and_the_neighbours_are_read_by_an_index(
    queue, ledger, drafts, monkeypatch, sort, descending, wanted
):
    execute, asked = ledger.database.execute, []

    def noted(sql, parameters=()):
        asked.append((sql, parameters))
        return execute(sql, parameters)

    row = drafts.get(1)
    queue.page(QueueFilter(**wanted))
    monkeypatch.setattr(ledger.database, "execute", noted)
    queue.page(QueueFilter(states=("drafted",), **wanted), sort=sort, descending=descending)
    queue.neighbours(QueueFilter(states=("drafted",), **wanted), row, sort=sort, descending=descending)
    asked = [(sql, parameters) for sql, parameters in asked if "ORDER BY" in sql]
    assert len(asked) == 3
    for sql, parameters in asked:
        plan = [step["detail"] for step in execute(f"EXPLAIN QUERY PLAN {sql}", parameters)]
        assert any(step.startswith("SEARCH draft USING") and "state=?" in step for step in plan), plan
        # Only the rows of one page are sorted again.
        assert sum("TEMP B-TREE" in step for step in plan) <= sql.count("ORDER BY") - 1, plan
        assert not [step for step in plan if step.startswith("SCAN draft")], plan
