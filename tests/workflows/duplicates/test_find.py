"""The search for duplicate pages: clusters by question and by answer, the page that is kept, what is left out."""

from collections.abc import Iterator
from typing import NamedTuple

import pytest

from generator.content.duplicates.same_page import SamePage
from generator.content.site.subjects import Subject
from generator.store.ledger.storage.hashes import question_key
from generator.workflows.audit import kept_audit
from generator.workflows.audit.audit import audit_site
from generator.workflows.audit.requests import AuditRequest
from generator.workflows.duplicates.evidence import UNLIKE
from generator.workflows.duplicates.find import UNFIT, find_duplicates
from generator.workflows.duplicates.requests import SearchFigures
from generator.workflows.engine.progress import NoProgress
from tests.support.duplicate_site import DuplicateSite, answer, link_to, page
from tests.support.file_dates import date_back

CELL, CELLS = "What is the role of a ribosome?", "What role do ribosomes play?"
TIDES, MOON = "Why do tides rise and fall?", "How does the moon lift the sea?"


class Totals(NamedTuple):
    clicks: int
    impressions: int


@pytest.fixture
def make(tmp_path) -> Iterator:
    made = []

    def site(*pages, **more):
        made.append(DuplicateSite(tmp_path, *pages, **more))
        return made[-1]

    yield site
    for one in made:
        one.close()


def found(site, **figures):
    return find_duplicates(site.services, NoProgress(), figures=SearchFigures(**figures))


def keys(result):
    return [
        [page.key.split("/")[0] + "/" + str(page.words) for page in cluster.pages]
        for cluster in result.clusters
    ]


def test_pages_of_two_subjects_with_one_question_are_a_cluster(make):
    text = answer(1)
    site = make(page(CELL, id=5, text=text), page(CELL, "Physics", id=3, text=text), page(TIDES, id=9))
    result = found(site)
    (cluster,) = result.clusters
    assert (cluster.keeper.split("/")[0], cluster.reason) == ("physics", "oldest id: 3")
    assert (cluster.kind, cluster.doubt, result.examined, result.surplus) == ("same_question", "", 3, 1)
    assert [each.kind for each in cluster.pages] == [None, "same_question"]


def test_pages_with_one_answer_are_a_cluster_whatever_they_ask(make):
    site = make(page(TIDES, id=1, text=answer(7)), page(MOON, id=2, text=answer(7)), page(CELL, id=3))
    assert [cluster.kind for cluster in found(site).clusters] == ["same_answer"]


def test_nearly_equal_answers_are_a_cluster_and_others_a_question_for_the_model(make):
    site = make(
        page(TIDES, id=1, text=answer(7)),
        page(MOON, id=2, text=answer(7, changed=3)),
        page(CELL, id=3, text=answer(8)),
        page("Which ships cross the polar sea?", id=4, text=answer(8, changed=8)),
    )
    result = found(site)
    assert [cluster.kind for cluster in result.clusters] == ["near_answer"]
    (pair,) = result.open_pairs
    assert pair.kind == "near_answer" and 0.15 <= pair.similarity < 0.26


def test_nearly_equal_answers_to_questions_with_other_numbers_are_left_to_the_model(make):
    site = make(
        page("What is the square root of 16?", id=1, text=answer(7)),
        page("What is the square root of 25?", id=2, text=answer(7, changed=1)),
    )
    result = found(site)
    assert (result.clusters, [pair.kind for pair in result.open_pairs]) == ((), ["near_answer"])


def test_near_questions_are_a_cluster(make):
    site = make(page(CELL, id=1), page(CELLS, id=2))
    assert [cluster.kind for cluster in found(site).clusters] == ["near_question"]


def test_equal_refusals_are_no_duplicates(make):
    refusal = "I cannot answer this question, because the gathered information does not mention it. " * 8
    site = make(page(TIDES, id=1, text=refusal), page(MOON, id=2, text=refusal))
    assert found(site).clusters == ()


def test_one_question_with_unlike_answers_in_two_subjects_is_doubted(make):
    site = make(page("What is a mole?", id=1), page("What is a mole?", "Physics", id=2))
    (cluster,) = found(site).clusters
    assert cluster.doubt == UNLIKE


def test_a_refusal_that_would_be_kept_is_doubted(make):
    refusal = "I cannot answer this."
    target = page(CELL, id=1, text=refusal)
    site = make(target, page(CELL, "Physics", id=2), page(TIDES, id=3, related=[link_to(target)]))
    (cluster,) = found(site).clusters
    assert (cluster.keeper.split("/")[0], cluster.doubt) == ("biology", UNFIT)


def test_hidden_pages_and_pages_with_another_canonical_page_are_left_out(make):
    site = make(page(CELL, id=1), page(CELL, "Physics", id=2), page(CELL, "Psychology", id=3))
    site.patch(CELL, {"no_index": True}, "Physics")
    site.patch(CELL, {"canonical": "https://www.example.org/learn/x/questions/y"}, "Psychology")
    result = found(site)
    assert (result.examined, result.clusters) == (1, ())


def test_pages_that_name_their_path_on_another_host_or_another_page_by_canonical_url_are_left_out(make):
    other = page(CELL, "Psychology", id=3)
    site = make(page(CELL, id=1), page(CELL, "Physics", id=2), other)
    site.patch(CELL, {"canonical": f"https://other.example{other.url}"}, "Psychology")
    file = site.path(CELL, "Physics")
    file.write_text(f"---\ncanonical_url: https://other.example/x\n{site.text(CELL, 'Physics')[4:]}")
    result = found(site)
    assert (result.examined, result.clusters) == (1, ())


def test_clicks_decide_before_links_and_links_before_words(make):
    text = answer(1)
    first, second = page(CELL, id=1, text=text), page(CELL, "Physics", id=2, text=text)
    site = make(first, second, page(TIDES, id=3, related=[link_to(second)]))
    (cluster,) = found(site).clusters
    assert cluster.reason == "most pages link to it: 1, the next 0"
    totals = {f"{cluster.pages[1].key}.md": Totals(4, 90), f"{cluster.pages[0].key}.md": Totals(0, 99)}
    (cluster,) = found(site, totals=totals).clusters
    assert (cluster.keeper.split("/")[0], cluster.reason) == ("biology", "most clicks: 4, the next 0")
    assert (cluster.pages[0].clicks, cluster.pages[1].impressions) == (4, 99)


def test_a_page_of_a_subject_that_is_not_listed_is_not_kept(make, tmp_path):
    text = answer(1)
    site = make(page(CELL, id=1, text=text), page(CELL, "Physics", id=2, text=text))
    unlisted = (Subject(name="Biology", listed=False), Subject(name="Physics"))
    site.services.settings = site.services.settings.model_copy(update={"subjects": unlisted})
    (cluster,) = found(site).clusters
    assert cluster.reason == "the others are hidden from search engines"
    assert cluster.keeper.startswith("physics/")


def test_pages_that_compete_for_a_query_are_left_to_the_model(make):
    site = make(page(CELL, id=1), page(TIDES, id=2))
    cell, tides = (f"biology/{site.path(question).name}" for question in (CELL, TIDES))
    result = found(site, competing=[(cell, tides), (cell, "biology/gone.md"), (cell, cell)])
    assert (result.clusters, [pair.kind for pair in result.open_pairs]) == ((), ["competing"])


def test_a_verdict_of_a_model_decides_an_open_pair(make):
    site = make(page(CELL, id=1, text=answer(8)), page(TIDES, id=2, text=answer(8, changed=8)))
    services = site.services
    assert len(found(site).open_pairs) == 1
    for verdict, clusters in (("same", ["verdict"]), ("different", [])):
        services.database.execute("DELETE FROM same_page")
        services.ledger.same_page.record(
            question_key(CELL), question_key(TIDES), SamePage(verdict, "so"), model="m", now=services.now()
        )
        result = found(site)
        assert ([cluster.kind for cluster in result.clusters], result.open_pairs) == (clusters, ())


def test_a_second_search_keeps_numbers_and_forgets_what_is_gone(make):
    text = answer(1)
    site = make(page(CELL, id=5, text=text), page(CELL, "Physics", id=3, text=text))
    first = found(site).clusters
    site.add(page(TIDES, id=11, text=answer(4)))
    site.add(page(MOON, id=12, text=answer(4)))
    second = found(site).clusters
    assert first[0] in second and len(second) == 2
    site.path(MOON).unlink()
    assert found(site).clusters == first
    assert len(site.services.clusters.rows()) == 1


HARBOUR = "Who built the old harbour?"


def chain():
    """Pages of which each is near the one before it only."""
    steps = enumerate(zip((TIDES, MOON, CELL, HARBOUR), (0, 4, 8, 12), strict=True), 1)
    return [
        page(question, id=number, text=answer(7, changed=changed)) for number, (question, changed) in steps
    ]


def test_findings_count_in_every_cluster_of_pages_that_are_connected(make):
    site = make(*chain())
    site.patch(CELL, {"seo.page_description": ""})
    first, second = (f"biology/{site.path(question).name}" for question in (TIDES, CELL))
    clusters = found(site, totals={first: Totals(4, 90)}).clusters
    kept = {cluster.kept_page.question: cluster for cluster in clusters}
    assert set(kept) == {TIDES, HARBOUR}
    assert [each.key for each in kept[HARBOUR].others] == [second.removesuffix(".md")]
    assert kept[HARBOUR].reason.startswith("fewest findings: ")


def test_findings_of_unchanged_pages_are_those_that_an_audit_kept(make, monkeypatch):
    text = answer(1)
    site = make(page(CELL, id=1, text=text), page(CELL, "Physics", id=2, text=text))
    site.patch(CELL, {"seo.page_description": ""})
    examined: list[str] = []
    real = kept_audit.examine_all
    monkeypatch.setattr(
        kept_audit,
        "examine_all",
        lambda audit, files: examined.extend(path for path, _ in files) or real(audit, files),
    )
    date_back(site.folder)
    audit_site(site.services, AuditRequest(), NoProgress())
    assert len(examined) == 2
    (cluster,) = found(site).clusters
    assert cluster.keeper.startswith("physics/") and cluster.reason.startswith("fewest findings: ")
    assert len(examined) == 2
    site.patch(CELL, {"seo.page_description": ""}, "Physics")
    date_back(site.folder / "physics")
    (cluster,) = found(site).clusters
    assert (cluster.keeper.split("/")[0], cluster.reason) == ("biology", "oldest id: 1")
    assert len(examined) == 3
    assert found(site).clusters == (cluster,)
    assert len(examined) == 3


def test_no_similar_page_drags_others_into_a_cluster(make):
    """Each page is near the one before it, and the last is far from the first."""
    clusters = found(make(*chain())).clusters
    assert clusters
    for cluster in clusters:
        assert all(each.similarity >= 0.26 for each in cluster.pages)
        assert len(cluster.pages) < 4
