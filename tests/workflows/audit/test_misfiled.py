"""Pages under the wrong subject: only where nearly all of the nearest articles agree on another one."""

import pytest

from generator.errors import UsageError
from generator.workflows.audit.audit import audit_site
from generator.workflows.audit.misfiled import NEEDED, NEIGHBOURS
from generator.workflows.audit.requests import AuditRequest
from generator.workflows.engine.progress import NoProgress
from generator.workflows.rewriting.requests import PageSelection
from tests.support.plant_articles import FILLER
from tests.support.published_articles import article, publish_by_hand
from tests.support.rewrites import rewrite
from tests.support.services import scripted_services

PLACES = [
    "pepsin",
    "lysozyme",
    "catalase",
    "trypsin",
    "hexokinase",
    "statins",
    "inhibitors",
    "glucose",
    "lipase",
    "amylase",
]
PAGE = "Which enzymes digest food in the stomach?"


def enzyme_pages(folder, subject, count, *, start=20):
    for number, place in enumerate(PLACES[:count], start=start):
        publish_by_hand(folder, article(f"Where is {place} found in the body?", subject, id=number))


def other_pages(folder):
    """Articles of both subjects about something else, so that enzymes are rare."""
    for number in range(12):
        made = article(
            f"What grows in the {PLACES[number % 10]}less garden {number}?", "Physics", id=60 + number
        )
        publish_by_hand(folder, made.model_copy(update={"answer": f"Plants.\\n\\n1. **Soil**: {FILLER}"}))


def findings(folder, **changes):
    services = scripted_services(folder, **changes)
    try:
        found = audit_site(services, AuditRequest(rules=("misfiled",)), NoProgress()).findings
        return [(item.path.partition("/")[0], item.field, item.message) for item in found]
    finally:
        services.close()


def test_a_page_whose_nearest_articles_stand_elsewhere_is_reported_with_that_subject(tmp_path):
    publish_by_hand(tmp_path, article(PAGE, "Physics", id=7))
    enzyme_pages(tmp_path, "Biology", NEIGHBOURS + 1)
    other_pages(tmp_path)
    ((folder, field, message),) = findings(tmp_path)
    assert (folder, field) == ("physics", "subject")
    assert "stand under Biology, such as biology/where-is-" in message


@pytest.mark.parametrize(
    ("elsewhere", "own"), [(NEEDED - 2, 0), (NEIGHBOURS, 1)], ids=["too few neighbours", "one under its own"]
)
def test_a_page_stays_where_its_neighbours_do_not_agree(tmp_path, elsewhere, own):
    publish_by_hand(tmp_path, article(PAGE, "Physics", id=7))
    enzyme_pages(tmp_path, "Biology", elsewhere)
    for number in range(own):
        publish_by_hand(tmp_path, article("Which enzymes digest food in the gut?", "Physics", id=40 + number))
    other_pages(tmp_path)
    assert [item for item in findings(tmp_path) if item[0] == "physics"] == []


def test_a_subject_that_the_site_does_not_list_is_not_proposed(tmp_path):
    publish_by_hand(tmp_path, article(PAGE, "Physics", id=7))
    enzyme_pages(tmp_path, "Biology", NEIGHBOURS + 1)
    other_pages(tmp_path)
    assert findings(tmp_path, subjects=[{"name": "Biology", "listed": False}, {"name": "Physics"}]) == []


def test_the_rule_runs_only_where_it_is_named(tmp_path):
    publish_by_hand(tmp_path, article(PAGE, "Physics", id=7))
    enzyme_pages(tmp_path, "Biology", NEIGHBOURS + 1)
    other_pages(tmp_path)
    services = scripted_services(tmp_path)
    found = audit_site(services, AuditRequest(), NoProgress()).findings
    assert "misfiled" not in {item.code for item in found}
    with pytest.raises(UsageError, match="lists the pages to move"):
        rewrite(services, pages=PageSelection(rules=("misfiled",)))
    services.close()
