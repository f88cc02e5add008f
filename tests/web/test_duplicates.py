"""The page of duplicates: clusters with their pages, and the decisions on them."""

import pytest

from generator.store.ledger.duplicates.clusters import ClusterPage, FoundCluster
from generator.workflows.duplicates.decide import ClusterReview
from tests.support.visits import seen_in

PAGES = (
    ClusterPage("biology/what-is-a-cell", "What is a <b>cell</b>?", "Biology", None, 1.0, 300, 2),
    ClusterPage("physics/what-is-a-cell", "What is a <b>cell</b>?", "Physics", "same_question", 1.0, 200, 0),
)


def record(visit, *others, doubt=""):
    services = visit.services
    found = [FoundCluster(PAGES, PAGES[0].key, "longest answer", "same_question", doubt), *others]
    services.clusters.record(found, now=services.now())
    return services.clusters.rows()


def near():
    pages = tuple(
        ClusterPage(f"biology/{name}", f"{name}?", "Biology", None, 1.0, 100, 0) for name in ("one", "two")
    )
    return FoundCluster(pages, "biology/one", "oldest id", "near_question", "look at it")


async def test_clusters_are_shown_with_their_pages(visiting):
    visit = visiting()
    record(visit, near())
    page = (await visit.get("/duplicates")).text
    assert "biology/what-is-a-cell" in page and "longest answer" in page and "look at it" in page
    assert "<b>cell" not in page
    assert "Keep the proposed page of 1 cluster" in page
    assert "look at it" not in (await visit.get("/duplicates?kind=same_question")).text
    assert "No clusters here" in (await visit.get("/duplicates?state=rejected&kind=none")).text


async def test_a_cluster_is_decided_on_only_as_it_was_shown(visiting):
    visit = visiting()
    (row,) = record(visit)
    other = PAGES[1].key
    kept = await visit.post(f"/duplicates/{row.id}/keep", {"lock": row.lock, "keeper": other})
    assert (kept.status_code, kept.json()["undo"]) == (200, True)
    assert visit.services.clusters.get(row.id).keeper == other
    assert (await visit.post(f"/duplicates/{row.id}/reject", {"lock": row.lock})).status_code == 409
    assert visit.services.clusters.decisions.of(row.id)[-1].who == "Ada"


@pytest.mark.parametrize(("action", "state"), [("keep", "kept"), ("merge", "merge"), ("reject", "rejected")])
async def test_a_decision_is_undone(visiting, action, state):
    visit = visiting()
    (row,) = record(visit)
    await visit.post(f"/duplicates/{row.id}/{action}", {"lock": row.lock})
    assert visit.services.clusters.get(row.id).state == state
    undone = (await visit.post("/undo", {})).json()
    assert visit.services.clusters.get(row.id).state == "open"
    assert undone["item"] == row.id and undone["go"].startswith("/duplicates?state=open")


async def test_all_clusters_without_a_doubt_are_kept_if_they_are_still_those_of_the_list(visiting):
    visit = visiting()
    first, second = record(visit, near())
    seen = seen_in(await visit.get("/duplicates"))
    assert (await visit.post("/duplicates/keep-all", {"seen": "0" * 64})).status_code == 409
    assert (await visit.post("/duplicates/keep-all", {"seen": 1})).status_code == 422
    assert (await visit.post("/duplicates/keep-all", {"seen": seen})).status_code == 200
    assert [visit.services.clusters.get(row.id).state for row in (first, second)] == ["kept", "open"]


async def test_a_cluster_that_changes_while_the_page_is_made_does_not_count_as_shown(visiting, monkeypatch):
    visit = visiting()
    record(visit, near())
    clusters, read = visit.services.clusters, visit.services.clusters.rows

    def rows(*args, **options):
        found = read(*args, **options)
        monkeypatch.undo()
        ClusterReview(visit.services).keep(found[0], who="Grace", keeper=PAGES[1].key)
        return found

    monkeypatch.setattr(clusters, "rows", rows)
    seen = seen_in(await visit.get("/duplicates"))
    assert (await visit.post("/duplicates/keep-all", {"seen": seen})).status_code == 409


@pytest.mark.parametrize(
    ("number", "body", "status"), [("99", {}, 404), ("1", {"keeper": 5}, 422), ("1", {"keeper": "x/y"}, 422)]
)
async def test_a_wrong_request_changes_nothing(visiting, number, body, status):
    visit = visiting()
    (row,) = record(visit)
    assert (await visit.post(f"/duplicates/{number}/keep", {"lock": row.lock, **body})).status_code == status
    assert visit.services.clusters.get(row.id).state == "open"


async def test_a_read_only_page_has_no_buttons(visiting):
    visit = visiting(read_only=True)
    (row,) = record(visit)
    assert 'data-action="send-item"' not in (await visit.get("/duplicates")).text
    assert (await visit.post(f"/duplicates/{row.id}/keep", {"lock": row.lock})).status_code == 403
