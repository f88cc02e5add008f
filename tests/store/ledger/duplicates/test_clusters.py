"""The tables of clusters and applications: what a search replaces, what stays, and how an application continues."""

from dataclasses import replace

import pytest

from generator.store.ledger.duplicates.applications import Applications, RecordedChange
from generator.store.ledger.duplicates.clusters import (
    ClusterPage,
    DuplicateClusters,
    FoundCluster,
    StaleCluster,
)
from generator.store.ledger.ledger import Ledger

NOW, WHO = "2026-01-31T12:00:00.000+00:00", "Ada"


def cluster(*keys: str, keeper: str = "") -> FoundCluster:
    pages = tuple(ClusterPage(key, f"{key}?", "Biology", None, 1.0, 100, 0) for key in keys)
    return FoundCluster(pages, keeper or keys[0], "oldest id", "same_question")


@pytest.fixture
def clusters(database) -> DuplicateClusters:
    return DuplicateClusters(Ledger(database))


def test_a_cluster_is_the_same_for_the_same_pages(clusters):
    clusters.record([cluster("b/one", "b/two")], now=NOW)
    (first,) = clusters.rows()
    clusters.record([cluster("b/two", "b/one", keeper="b/two"), cluster("b/x", "b/y")], now=NOW)
    again = clusters.get(first.id)
    assert (again.keeper, again.lock, len(clusters.rows())) == ("b/two", first.lock + 1, 2)


def test_a_search_forgets_open_clusters_and_keeps_decided_ones(clusters):
    clusters.record([cluster("b/one", "b/two"), cluster("b/x", "b/y")], now=NOW)
    decided, other = clusters.rows()
    clusters.decide(decided, "kept", "b/two", who=WHO, now=NOW)
    clusters.record([cluster("b/one", "b/two")], now=NOW)
    (row,) = clusters.rows()
    assert (row.id, row.state, row.keeper) == (decided.id, "kept", "b/two")
    with pytest.raises(StaleCluster, match="no cluster"):
        clusters.get(other.id)


def test_a_cluster_whose_decision_was_undone_is_open_and_hidden_until_it_is_found_again(clusters):
    clusters.record([cluster("b/one", "b/two")], now=NOW)
    (row,) = clusters.rows()
    clusters.decide(row, "rejected", row.keeper, who=WHO, now=NOW)
    clusters.undo(clusters.decisions.of(row.id)[0], who=WHO, now=NOW)
    clusters.record([], now=NOW)
    assert clusters.rows() == [] and clusters.get(row.id).state == "open"
    clusters.record([cluster("b/one", "b/two")], now=NOW)
    assert [found.id for found in clusters.rows()] == [row.id]


def test_rows_are_read_by_state_kind_and_page(clusters):
    near = replace(cluster("b/x", "b/y"), kind="near_answer")
    clusters.record([cluster("b/one", "b/two"), near, cluster("b/p", "b/q")], now=NOW)
    first, second, third = clusters.rows()
    clusters.decide(third, "merge", "b/p", who=WHO, now=NOW)
    assert [row.id for row in clusters.rows(["open"])] == [first.id, second.id]
    assert [row.id for row in clusters.rows(kinds=["near_answer"])] == [second.id]
    assert [row.id for row in clusters.rows(after=first.id, limit=1)] == [second.id]
    assert clusters.counts() == {"open": 2, "merge": 1}
    assert clusters.get(third.id).keeper == "b/p"


def test_an_interrupted_application_is_continued_and_a_finished_one_is_not(database):
    applications = Applications(Ledger(database))
    with database.transaction():
        first = applications.begin(who=WHO, now=NOW)
        change = RecordedChange("b/one.md", "", "after")
        before = change._replace(before=Ledger(database).blobs.put(b"before"))
        for _ in range(2):
            applications.record(first, before, b"before")
        assert applications.begin(who="Grace", now=NOW) == first
        applications.finish(first, now=NOW)
        second = applications.begin(who=WHO, now=NOW)
    assert second.id != first.id
    assert list(applications.changes(first)) == [before]
    assert applications.data_before(before) == b"before"
    with database.transaction():
        applications.set_undone(second, now=NOW)
    assert applications.last() == first
