"""Hold-outs: one is open at a time, and a page stays where it was put first."""

from pathlib import Path

import pytest

from generator.store.ledger.ledger import Ledger
from generator.store.ledger.seo.hold_outs import HoldOuts
from generator.store.ledger.storage.database import Database

NOW, LATER = "2026-11-05T09:00:00.000+00:00", "2027-02-01T09:00:00.000+00:00"


@pytest.fixture
def hold_outs(tmp_path: Path):  # type: ignore[no-untyped-def]
    database = Database(tmp_path / "ledger.sqlite3")
    yield HoldOuts(Ledger(database).database)
    database.close()


def test_without_an_experiment_no_page_is_left_alone(hold_outs: HoldOuts) -> None:
    assert hold_outs.open() is None
    assert hold_outs.latest() is None
    assert hold_outs.held_out() == frozenset()
    assert hold_outs.end(now=NOW) is None


def test_the_first_page_starts_it_and_a_page_stays_where_it_was_put(hold_outs: HoldOuts) -> None:
    seed = hold_outs.next_seed()
    hold_outs.assign("a/one.md", held_out=True, share=0.2, now=NOW)
    hold_outs.assign("a/two.md", held_out=False, share=0.2, now=LATER)
    hold_outs.assign("a/one.md", held_out=False, share=0.2, now=LATER)
    current = hold_outs.open()
    assert current is not None
    assert (current.share, current.seed, current.started_at, current.ended_at) == (0.2, seed, NOW, None)
    assert hold_outs.pages(current) == {"a/one.md": True, "a/two.md": False}
    assert hold_outs.held_out() == {"a/one.md"}


def test_an_ended_one_stays_readable_and_the_next_has_another_seed(hold_outs: HoldOuts) -> None:
    hold_outs.assign("a/one.md", held_out=True, share=0.2, now=NOW)
    first = hold_outs.end(now=LATER)
    assert first is not None
    assert (hold_outs.open(), hold_outs.held_out()) == (None, frozenset())
    latest = hold_outs.latest()
    assert latest is not None
    assert (latest.ended_at, hold_outs.pages(latest)) == (LATER, {"a/one.md": True})
    hold_outs.assign("a/one.md", held_out=False, share=0.5, now=LATER)
    second = hold_outs.open()
    assert second is not None
    assert (second.share, second.seed != first.seed) == (0.5, True)
    assert hold_outs.pages(second) == {"a/one.md": False}
