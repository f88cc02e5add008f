"""Decisions on clusters: keep, another keeper, merge, no duplicates, all at once, undo."""

import pytest

from generator.errors import UsageError
from generator.store.ledger.duplicates.clusters import StaleCluster
from generator.store.ledger.row_versions import digest_of, versions_of
from generator.workflows.duplicates.decide import (
    ClusterReview,
    decide_clusters,
    keep_all_clusters,
    named_cluster,
)
from generator.workflows.duplicates.find import find_duplicates
from generator.workflows.engine.progress import NoProgress
from generator.workflows.review.decisions.undo import ReviewUndo, UndoneClusters, undo_clusters, undo_decision
from generator.workflows.seo.decisions import ProposalReview
from tests.support.duplicate_site import DuplicateSite, answer, page
from tests.support.proposals import new
from tests.support.replies import Endpoint, completion
from tests.support.rewrites import CORRECTED, publish_rewrite, rewrite

WHO = "Ada"
CELL, TIDES, MOLE = "What is the role of a ribosome?", "Why do tides rise and fall?", "What is a mole?"


@pytest.fixture
def site(tmp_path):
    pages = [
        page(CELL, subject, id=number, text=answer(1))
        for number, subject in enumerate(("Biology", "Physics"), 1)
    ]
    pages += [
        page(TIDES, subject, id=number, text=answer(2))
        for number, subject in enumerate(("Biology", "Physics"), 3)
    ]
    pages += [page(MOLE, subject, id=number) for number, subject in enumerate(("Biology", "Physics"), 5)]
    made = DuplicateSite(tmp_path, *pages, endpoint=Endpoint(by=lambda _: completion(CORRECTED)))
    yield made
    made.close()


def search(site):
    return find_duplicates(site.services, NoProgress()).clusters


def slug(row):
    return row.keeper.partition("/")[2]


def test_a_kept_cluster_is_not_found_again(site):
    first = search(site)[0]
    decided = decide_clusters(site.services, [str(first.id)], "kept", reviewer=WHO)
    assert [(row.state, row.keeper) for row in decided.rows] == [("kept", first.keeper)]
    assert first.id not in [row.id for row in search(site)]
    (decision,) = site.services.clusters.decisions.of(first.id)
    assert (decision.who, decision.before, decision.decision) == (WHO, "open", "kept")


def test_another_page_can_be_kept_by_its_name_or_address(site):
    first = search(site)[0]
    other = first.others[0]
    url = site.services.index.get(other.key).url(site.services.settings.site)
    (row,) = decide_clusters(site.services, [first.keeper], "kept", keeper=url, reviewer=WHO).rows
    assert (row.keeper, row.others[0].key) == (other.key, first.keeper)
    with pytest.raises(UsageError, match="no page of"):
        decide_clusters(site.services, [str(first.id)], "kept", keeper="biology/none", reviewer=WHO)
    with pytest.raises(UsageError, match="exactly one"):
        decide_clusters(site.services, ["1", "2"], "kept", keeper=url, reviewer=WHO)


def test_rejected_pages_are_never_paired_again_nor_pages_with_their_questions(site):
    site.add(page("What role do ribosomes play?", id=20))
    row = next(row for row in search(site) if len(row.pages) == 3)
    decide_clusters(site.services, [str(row.id)], "rejected", reviewer=WHO)
    site.add(page("What role do ribosomes play?", "Psychology", id=21, text=answer(20)))
    questions = [{each.question for each in cluster.pages} for cluster in search(site)]
    assert {"What role do ribosomes play?"} in questions
    assert not any(len(each) > 1 for each in questions)


def test_all_clusters_without_a_doubt_are_kept_as_one_decision(site):
    clusters = search(site)
    sure = [row.id for row in clusters if not row.doubt]
    assert len(sure) == 2 < len(clusters)
    with pytest.raises(StaleCluster, match="list has changed"):
        keep_all_clusters(site.services, seen=digest_of("1:5"), reviewer=WHO)
    decided = keep_all_clusters(
        site.services, seen=digest_of(versions_of(row for row in clusters if not row.doubt)), reviewer=WHO
    )
    assert [row.id for row in decided.rows] == sure and len(decided.left) == 1
    undone = undo_clusters(site.services, reviewer=WHO)
    assert [(row.id, row.state) for row in undone.rows] == [(number, "open") for number in sure]


def test_only_clusters_of_one_kind_are_kept(site):
    site.add(page("Who built the old harbour?", id=30, text=answer(7)))
    site.add(page("How do bridges carry weight?", id=31, text=answer(7, changed=3)))
    near = [row.id for row in search(site) if row.kind == "near_answer"]
    kept = keep_all_clusters(site.services, kinds=["near_answer"], reviewer=WHO).rows
    assert [row.id for row in kept] == near and len(near) == 1
    assert {row.kind for row in site.services.clusters.rows(["open"])} == {"same_question"}


def test_a_decision_on_a_cluster_that_changed_is_refused(site):
    first = search(site)[0]
    review = ClusterReview(site.services)
    review.keep(first, who=WHO)
    with pytest.raises(StaleCluster):
        review.reject(first, who="Grace")
    assert site.services.clusters.get(first.id).state == "kept"


def test_undo_restores_state_and_keeper(site):
    first = search(site)[0]
    review = ClusterReview(site.services)
    kept = review.keep(first, who=WHO, keeper=first.others[0].key)
    review.reject(kept, who=WHO)
    assert [undo_clusters(site.services, reviewer=WHO).rows[0].state for _ in range(2)] == ["kept", "open"]
    row = site.services.clusters.get(first.id)
    assert (row.keeper, row.state) == (first.keeper, "open")
    with pytest.raises(UsageError, match="no decision"):
        undo_clusters(site.services, reviewer=WHO)
    assert first.id in [row.id for row in search(site)]


def test_undo_takes_the_newest_decision_of_any_kind(site):
    services = site.services
    first, second = search(site)[:2]
    proposal = services.proposals.record(new("biology/roots"), now=services.now())
    ClusterReview(services).keep(first, who=WHO)
    ProposalReview(services).accept(proposal, who=WHO)
    ClusterReview(services).keep(second, who=WHO)
    undone = [undo_decision(services, reviewer=WHO) for _ in range(3)]
    assert [type(one) is UndoneClusters for one in undone] == [True, False, True]
    assert [undone[0].rows[0].id, undone[2].rows[0].id] == [second.id, first.id]


def test_undo_of_proposals_leaves_clusters(site):
    ClusterReview(site.services).keep(search(site)[0], who=WHO)
    with pytest.raises(UsageError, match="no decision"):
        ReviewUndo(site.services).undo(who=WHO, only_proposals=True)


def test_a_merge_waits_until_a_rewrite_of_the_kept_page_is_published(site):
    first = search(site)[0]
    review = ClusterReview(site.services)
    row = review.merge(first, who=WHO)
    keeper = row.kept_page
    assert (row.state, review.rewritten(row)) == ("merge", False)
    site.patch(keeper.question, {"answer": "Another text."}, keeper.subject)
    site.services.index.refresh()
    assert not review.rewritten(row)
    rewrite(site.services, row.others[0].key)
    publish_rewrite(site.services, row.others[0].key)
    assert not review.rewritten(row)
    rewrite(site.services, row.keeper)
    assert not review.rewritten(row)
    publish_rewrite(site.services, row.keeper)
    assert review.rewritten(row)


def test_a_rewrite_that_was_published_before_the_decision_does_not_count(site):
    first = search(site)[0]
    rewrite(site.services, first.keeper)
    publish_rewrite(site.services, first.keeper)
    review = ClusterReview(site.services)
    merged = review.merge(first, who=WHO)
    assert not review.rewritten(merged)
    review.reject(merged, who=WHO)
    (undone,) = undo_clusters(site.services, reviewer=WHO).rows
    assert (undone.state, review.rewritten(undone)) == ("merge", False)


@pytest.mark.parametrize("name", ["99", "biology/none", "99999999999999999999", "what-is-a-cell"])
def test_a_name_without_a_cluster_is_refused(site, name):
    search(site)
    with pytest.raises(UsageError, match="no cluster"):
        named_cluster(site.services, name)
