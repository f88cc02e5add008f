"""Questions whose duplicate is published are held, and the page that is kept is named."""

import pytest

from generator.content.frontmatter import patch
from generator.workflows.drafting.planner import ListPlanner
from tests.support.duplicate_site import ORIGIN, DuplicateSite, page
from tests.support.services import DATE, rows

ASKED, NEAR = "What is the role of a ribosome?", "What role do ribosomes play?"
KEEPER = "What tells readers all of the ribosome?"
KEPT = "biology/what-tells-readers-all-of-the-ribosome"


@pytest.fixture
def site(tmp_path):
    made = DuplicateSite(tmp_path, page(ASKED, id=1), page(KEEPER, id=2))
    made.patch(ASKED, {"canonical": f"{ORIGIN}/learn/biology/questions/{KEPT.split('/')[1]}"})
    made.services.index.refresh()
    yield made
    made.close()


def decided(site, question, subject="Biology"):
    planner = ListPlanner(site.services, site.services.endpoint(), date=DATE)
    (candidate,) = planner.decide(rows(question, subject=subject))
    return candidate


@pytest.mark.parametrize("subject", ["Biology", None])
def test_a_published_question_is_at_the_page_that_is_kept(site, subject):
    found = decided(site, ASKED, subject)
    assert (found.decision, found.existing) == ("published", KEPT)
    assert "biology/what-is-the-role-of-a-ribosome" in found.message


def test_a_near_duplicate_is_held_and_names_the_page_that_is_kept(site):
    found = decided(site, NEAR)
    assert (found.decision, found.existing) == ("near_duplicate", KEPT)
    assert KEEPER in found.message


def test_a_page_elsewhere_is_not_named(site):
    text = site.text(ASKED)
    site.path(ASKED).write_text(patch(text, {"canonical": "https://elsewhere.example/page"}))
    site.services.index.refresh()
    assert decided(site, ASKED).existing == "biology/what-is-the-role-of-a-ribosome"


def test_a_page_that_names_another_one_is_not_linked_to(site):
    row = site.services.index.get("biology/what-is-the-role-of-a-ribosome")
    assert site.services.index.is_never_indexed(row)
    hits = site.services.index.search(NEAR, only_indexable=True)
    assert row.key not in [hit.row.key for hit in hits]
