"""One log of decisions for drafts and for proposals: compare-and-swap, recorded decisions, undo."""

import pytest

from generator.store.ledger.decision_log import StaleRow
from tests.support.ledgers import NOW, draft, planned
from tests.support.proposals import record


@pytest.fixture(params=["drafts", "proposals"])
def table(request, ledger, drafts, proposals):
    """A table with two rows that can be decided on."""
    if request.param == "proposals":
        return proposals, [record(proposals, f"biology/{name}") for name in ("one", "two")]
    rows = []
    for name in ("one", "two"):
        question, key = f"What is {name}?", f"biology/what-is-{name}"
        new = draft(planned(ledger, name), name.encode(), question=question, key=key)
        rows.append(drafts.record(new, now=NOW))
    return drafts, rows


def undo(rows, row, decision, who="Ada"):
    return rows.undo(rows.get(row.id), decision, who=who, now=NOW)


def test_a_decision_records_the_state_before_and_is_undone_by_a_new_decision(table):
    rows, (row, _) = table
    rows.decide(row, "rejected", who="Ada", now=NOW, note="dull", bulk=7)
    taken = rows.decisions.of(row.id)[-1]
    assert (taken.row, taken.before, taken.decision) == (row.id, row.state, "rejected")
    assert (taken.who, taken.at, taken.note, taken.bulk, taken.undoes) == ("Ada", NOW, "dull", 7, None)
    assert undo(rows, row, taken, who="Bob").state == row.state
    back = rows.decisions.of(row.id)[-1]
    assert (back.before, back.decision, back.who) == ("rejected", row.state, "Bob")
    assert (back.note, back.undoes, back.bulk) == ("undoes: rejected", taken.id, None)


def test_a_decision_on_a_row_that_changed_since_it_was_read_is_refused(table):
    rows, (row, _) = table
    now = rows.decide(row, "approved", who="Ada", now=NOW)
    history = rows.decisions.of(row.id)
    with pytest.raises(StaleRow, match=f"{row.name} was changed by someone else meanwhile"):
        rows.decide(row, "rejected", who="Bob", now=NOW)
    with pytest.raises(StaleRow, match=f"{row.name} is approved and cannot become"):
        rows.decide(now, "approved", who="Bob", now=NOW)
    assert (rows.get(row.id), rows.decisions.of(row.id)) == (now, history)


def test_a_refused_step_names_the_states_in_words(table):
    rows, (row, _) = table
    now = rows.decide(row, "needs_fix", who="Ada", now=NOW)
    with pytest.raises(StaleRow, match=f"{row.name} is needs fix and cannot become no such state"):
        rows.decide(now, "no_such_state", who="Ada", now=NOW)


def test_only_the_last_decision_on_a_row_can_be_undone(table):
    rows, (row, _) = table
    approved = rows.decide(row, "approved", who="Ada", now=NOW)
    (*_, first) = rows.decisions.of(row.id)
    rows.decide(approved, "rejected", who="Bob", now=NOW)
    with pytest.raises(StaleRow, match="was approved and has changed since; it is rejected now"):
        undo(rows, row, first)
    assert rows.decisions.last(who="Ada") == first
    assert rows.decisions.last(who="Ada", undoable=True) is None
    assert rows.decisions.last().who == "Bob"


def test_decisions_made_together_do_not_include_those_that_were_undone(table):
    rows, (one, other) = table
    bulk = rows.decisions.next_bulk()
    for row in (one, other):
        rows.decide(row, "approved", who="Ada", now=NOW, bulk=bulk)
    last = rows.decisions.last(who="Ada")
    assert [decision.row for decision in rows.decisions.same_bulk(last)] == [one.id, other.id]
    assert rows.decisions.next_bulk() == bulk + 1
    undo(rows, other, last)
    first = rows.decisions.last(who="Ada")
    assert (first.row, rows.decisions.same_bulk(first)) == (one.id, [first])


def test_a_decision_of_a_run_is_not_a_decision_of_a_person(table):
    rows, (row, _) = table
    assert rows.decisions.last() is None


def test_a_decision_does_not_read_all_others(table, ledger, monkeypatch):
    rows, (row, other) = table
    execute, asked = ledger.database.execute, []

    def noted(sql, parameters=()):
        asked.append((sql, parameters))
        return execute(sql, parameters)

    monkeypatch.setattr(ledger.database, "execute", noted)
    rows.decide(row, "approved", who="Ada", now=NOW, bulk=rows.decisions.next_bulk())
    last = rows.decisions.last(who="Ada", undoable=True)
    assert rows.decisions.last(about=row.id if rows.decisions.rows == "draft" else row.key, undoable=True)
    assert rows.decisions.same_bulk(last, undoable=True) == [last]
    undo(rows, row, last)
    plans = [
        step["detail"]
        for sql, parameters in asked
        if sql.startswith(("SELECT", "UPDATE"))
        for step in execute(f"EXPLAIN QUERY PLAN {sql}", parameters)
    ]
    table_of_decisions = rows.decisions.table
    assert plans
    assert f"SEARCH {table_of_decisions}" not in plans  # without an index, all rows are read
    assert not [plan for plan in plans if plan.startswith("SCAN")]
