"""A rewrite of the page that a cluster of duplicates is merged into gets what the other pages say."""

import pytest

from generator.store.ledger.drafts.rewritten_page import rewritten_page_of
from generator.store.ledger.duplicates.clusters import ClusterPage, FoundCluster
from generator.workflows.duplicates.decide import ClusterReview
from generator.workflows.engine.progress import NoProgress
from generator.workflows.site.corpus import refresh_corpus
from tests.support.replies import GOOD
from tests.support.rewrites import KEY, OTHER, OTHER_KEY, publish_page, rewrite, rewrite_of

NOTE = "Take over the part on acid."


@pytest.fixture
def merging(tmp_path, rewriting):
    """Services with a cluster of two pages, and the cluster."""
    publish_page(tmp_path)
    publish_page(tmp_path, OTHER, id=42)
    services, endpoint = rewriting()
    refresh_corpus(services, NoProgress())
    pages = tuple(
        ClusterPage(key, question, "Biology", kind, 1.0, 400, 0)
        for key, question, kind in ((KEY, "How?", None), (OTHER_KEY, OTHER, "question"))
    )
    services.clusters.record([FoundCluster(pages, KEY, "it is longer", "question")], now=services.now())
    (row,) = services.clusters.rows()
    return services, endpoint, row


def test_the_model_gets_the_other_pages_and_the_note_of_the_decision(merging):
    services, endpoint, row = merging
    ClusterReview(services).merge(row, who="Ada", note=NOTE)
    rewrite(services, note="Be brief.")
    asked = rewritten_page_of(services.ledger.jobs.get(rewrite_of(services).job))
    assert asked.note == f"Be brief.\n{NOTE}"
    assert [page.question for page in asked.merged] == [OTHER]
    user = endpoint.requests[0]["messages"][1]["content"]
    merged = user.partition("<merged>")[2].partition("</merged>")[0]
    assert OTHER in merged and GOOD["introduction"][:60] in merged
    assert OTHER not in user.partition("<covered>")[2].partition("</covered>")[0]
    assert "`<merged>` has other articles" in endpoint.requests[0]["messages"][0]["content"]


@pytest.mark.parametrize("state", ["open", "kept", "rejected"])
def test_only_a_merge_brings_other_pages(merging, state):
    services, endpoint, row = merging
    review = ClusterReview(services)
    if state != "open":
        (review.keep if state == "kept" else review.reject)(row, who="Ada")
    rewrite(services)
    assert "<merged>" not in endpoint.requests[0]["messages"][1]["content"]


def test_the_page_that_is_not_kept_gets_nothing_of_the_kept_one(merging):
    services, endpoint, row = merging
    ClusterReview(services).merge(row, who="Ada", note=NOTE)
    rewrite(services, OTHER_KEY)
    user = endpoint.requests[0]["messages"][1]["content"]
    assert "<merged>" not in user and NOTE not in user


def test_a_rewrite_from_before_the_decision_is_named(merging):
    services, _, row = merging
    rewrite(services)
    ClusterReview(services).merge(row, who="Ada", note=NOTE)
    (line,) = rewrite(services).plan.notes
    assert "the note" in line and "the pages to merge" in line and "--redo" in line


def test_a_job_of_a_rewrite_without_merged_pages_is_read(merging):
    services, _, _ = merging
    rewrite(services)
    job = services.ledger.jobs.get(rewrite_of(services).job)
    del job.context["rewrite"]["merged"]
    assert rewritten_page_of(job).merged == ()
