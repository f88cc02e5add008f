"""What lists say about questions: the newest values of each column, found by the jobs of the question."""

import pytest

from generator.content.questions.details import QuestionDetails
from tests.support.ledgers import NOW, job, plan, start


def details(**changes):
    values = {"kept": {"Owner": "Ann", "Nr": "1"}, "owner": "Ann", "listed": frozenset({"owner"})}
    return QuestionDetails(**{**values, **changes})


@pytest.fixture
def table(ledger):
    return ledger.question_details


@pytest.fixture
def one(ledger):
    (number,) = plan(ledger, start(ledger), job())
    return number


def stored(table, job):
    found = table.of_jobs([job]).get(job)
    return found and (dict(found.kept), found.owner, found.due)


def test_a_question_without_details_has_none(table, one):
    assert stored(table, one) is None
    assert not table.has_dates()


def test_newer_values_replace_older_ones_and_other_columns_stay(table, one):
    table.put(one, details(), now=NOW)
    assert stored(table, one) == ({"Owner": "Ann", "Nr": "1"}, "Ann", None)
    due = details(kept={"Due": "soon", "nr": "7"}, owner=None, due=None, listed=frozenset({"due"}))
    table.put(one, due, now=NOW)
    assert stored(table, one) == ({"Owner": "Ann", "Due": "soon", "nr": "7"}, "Ann", None)
    table.put(one, details(kept={"Owner": ""}, owner=None), now=NOW)
    assert stored(table, one) == ({"Due": "soon", "nr": "7", "Owner": ""}, None, None)


def test_values_keep_their_order_and_types(table, one):
    kept = {"z": ["a", {"b": None}], "a": 1.5, "m": "\u00e4 "}
    table.put(one, details(kept=kept, due="2026-03-01", listed=frozenset({"due"})), now=NOW)
    found = table.of_jobs([one])[one]
    assert list(found.kept.items()) == list(kept.items())
    assert table.has_dates()


def test_nothing_is_written_where_nothing_changed(table, one, database):
    table.put(one, details(), now=NOW)
    before = database.connection.total_changes
    table.put(one, details(), now="2027-01-01")
    assert database.connection.total_changes == before


def test_all_jobs_of_a_question_share_its_details(ledger, table):
    run = start(ledger)
    one, offline, other = plan(ledger, run, job(), job(backend="offline"), job("two"))
    table.put(one, details(), now=NOW)
    assert table.of_jobs([one, offline, other]).keys() == {one, offline}
    assert table.of_jobs(range(1, 2_000)).keys() == {one, offline}
