"""The table of drafts that are set aside: until when, by whom, and what brings them back."""

import pytest

from generator.store.ledger.queue.set_aside import SetAsideTable
from tests.support.ledgers import NOW, draft, planned


class Clock:
    day = NOW[:10]

    def __call__(self):
        return self.day + NOW[10:]


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def table(ledger, drafts, clock):
    for number in range(3):
        drafts.record(draft(planned(ledger, f"{number}"), key=f"biology/q-{number}"), now=NOW)
    return SetAsideTable(ledger.database, clock)


def put(table, drafts, *numbers, until=None, note=None, who="Ada"):
    rows = [drafts.get(number) for number in numbers]
    table.put(rows, until=until, note=note, who=who, is_bulk=len(rows) > 1)


def test_a_draft_comes_back_on_its_day(table, drafts, clock):
    put(table, drafts, 1, until="2026-02-02", note="ask Grace")
    clock.day = "2026-02-01"
    assert table.of([1, 2])[1].note == "ask Grace"
    clock.day = "2026-02-02"
    assert table.of([1, 2]) == {} == table.all()


def test_a_draft_comes_back_when_it_changes(table, drafts):
    put(table, drafts, 1, 2)
    drafts.decide(drafts.get(1), "approved", who="Ada", now=NOW)
    assert list(table.all()) == [2]
    drafts.undo(drafts.get(1), drafts.decisions.effective(1), who="Ada", now=NOW)
    assert list(table.all()) == [2]


def test_a_draft_that_is_set_aside_again_has_the_new_day(table, drafts):
    put(table, drafts, 1, until="2026-02-02")
    put(table, drafts, 1, until="2026-03-03", who="Grace")
    assert (table.all()[1].until, table.all()[1].who) == ("2026-03-03", "Grace")
    table.end([1], who="Ada")
    assert table.all() == {}


def test_the_last_row_of_a_person_and_its_bulk(table, drafts):
    put(table, drafts, 1)
    put(table, drafts, 2, 3)
    put(table, drafts, 1, who="Grace")
    assert [row.draft for row in table.same_bulk(table.last(who="Ada"))] == [2, 3]
    assert table.last(draft=1).who == "Grace"
    assert [row.draft for row in table.same_bulk(table.last(who="Grace"))] == [1]
    assert table.last(who="Bob") is None
