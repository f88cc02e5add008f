"""Near-duplicate descriptions: proposals, their review, the report and the audit use one rule and one setting."""

import pytest

from generator.content.duplicates.descriptions import similarity, terms
from generator.workflows.audit.audit import audit_site
from generator.workflows.audit.requests import AuditRequest
from generator.workflows.engine.progress import NoProgress
from generator.workflows.seo.decisions import ProposalReview
from generator.workflows.seo.report import seo_report
from generator.workflows.site.duplicate_descriptions import DuplicateDescriptions, duplicate_finding
from tests.support.proposals import record
from tests.support.replies import Endpoint, completion
from tests.support.seo_pages import GOOD, KEY, OTHER, QUESTION, TURNED, add_canonical, page, propose, reply
from tests.support.services import scripted_services

NEARLY = GOOD.replace("give way", "break")
ENERGY = "What is activation energy?"
ENERGY_KEY = "biology/what-is-activation-energy"
COPY_KEY = "physics/how-do-enzymes-speed-up-reactions"


@pytest.fixture
def services_with(tmp_path):
    opened = []

    def services(threshold=0.7, endpoint=None):
        made = scripted_services(tmp_path, endpoint, duplicates={"description_similarity": threshold})
        opened.append(made)
        return made

    yield services
    for made in opened:
        made.close()


def audited(services, *paths):
    """The pages with a finding that their description is nearly that of another, and how many findings they have."""
    outcome = audit_site(services, AuditRequest(paths, ("description-near-duplicate",)), NoProgress())
    return [finding.path.removesuffix(".md") for finding in outcome.findings]


def reported(services):
    """How many pages the report counts as near duplicates, and the pairs that it shows."""
    before = seo_report(services, NoProgress()).before
    return before.near_duplicates, [(pair.one, pair.other) for pair in before.pairs]


def test_a_page_is_a_near_duplicate_of_the_copy_of_another_page(services_with, tmp_path):
    page(tmp_path, description=GOOD)
    page(tmp_path, ENERGY, id=2, description=GOOD)
    page(tmp_path, QUESTION, "Physics", id=3, description=NEARLY)
    assert set(audited(services_with())) == {ENERGY_KEY, COPY_KEY}


def test_the_audit_and_the_report_count_the_same_pages(services_with, tmp_path):
    page(tmp_path, description=GOOD)
    page(tmp_path, ENERGY, id=2, description=NEARLY)
    page(tmp_path, "Why do cells need enzymes?", id=3, description=TURNED)
    page(tmp_path, "Why do roots branch?", id=4, description=OTHER)
    services = services_with()
    pages = audited(services)
    assert set(pages) == {KEY, ENERGY_KEY, "biology/why-do-cells-need-enzymes"}
    assert reported(services)[0] == 3


@pytest.mark.parametrize("name", [KEY, ENERGY_KEY, "biology/why-do-cells-need-enzymes"])
def test_a_page_audited_alone_has_the_same_finding_as_in_a_full_audit(services_with, tmp_path, name):
    page(tmp_path, description=GOOD)
    page(tmp_path, ENERGY, id=2, description=NEARLY)
    page(tmp_path, "Why do cells need enzymes?", id=3, description=TURNED)
    assert audited(services_with(), tmp_path / "content" / f"{name}.md") == [name]


def test_copies_of_a_question_are_never_near_duplicates(services_with, tmp_path):
    page(tmp_path, description=GOOD)
    page(tmp_path, subject="Physics", id=2, description=NEARLY)
    services = services_with()
    assert (audited(services), reported(services)) == ([], (0, []))


def test_a_new_description_of_a_copy_may_not_be_that_of_the_other_page(services_with, tmp_path):
    page(tmp_path, description=GOOD)
    page(tmp_path, subject="Physics", id=2, description=NEARLY)
    services = services_with()
    services.index.refresh()
    found = DuplicateDescriptions(services).published(NEARLY, key=COPY_KEY)
    assert [(item.page, item.text) for item in found] == [(KEY, GOOD)]


@pytest.mark.parametrize(
    ("canonical", "counts"),
    [
        ("https://www.example.com/learn/physics/questions/what-is-heat", False),
        ("/learn/physics/questions/what-is-heat", False),
        (f"https://www.example.com/learn/{KEY.replace('/', '/questions/')}", True),
        ("null", True),
        ("", True),
    ],
)
def test_a_page_that_search_engines_replace_by_another_does_not_count(
    services_with, tmp_path, canonical, counts
):
    add_canonical(page(tmp_path, description=GOOD), canonical)
    services = services_with()
    services.index.refresh()
    found = DuplicateDescriptions(services).published(GOOD, key=ENERGY_KEY)
    assert bool(found) is counts


def test_the_report_counts_identical_descriptions_of_copies_and_not_of_canonicalised_pages(
    services_with, tmp_path
):
    page(tmp_path, description=GOOD)
    page(tmp_path, subject="Physics", id=2, description=GOOD.upper())
    page(tmp_path, ENERGY, id=3, description=OTHER)
    page(tmp_path, ENERGY, "Physics", id=4, description=OTHER)
    add_canonical(
        page(tmp_path, QUESTION, "Chemistry", id=5, description=GOOD),
        f"https://www.example.com/learn/{KEY.replace('/', '/questions/')}",
    )
    services = services_with()
    report = seo_report(services, NoProgress())
    for side in (report.before, report.after):
        assert (side.identical_groups, side.identical_pages) == (2, 4)
    assert report.as_dict()["before"]["identical_pages"] == 4
    record(services.proposals, key=KEY, path=f"{KEY}.md", question=QUESTION, old=GOOD, new=NEARLY)
    after = seo_report(services, NoProgress()).after
    assert (after.identical_groups, after.identical_pages) == (1, 2)


@pytest.mark.parametrize("above", [True, False])
def test_one_setting_is_used_everywhere(services_with, tmp_path, above):
    endpoint = Endpoint(by=lambda body: completion(reply(NEARLY)))
    threshold = similarity(terms(GOOD), terms(NEARLY)) + (0.01 if above else -0.01)
    page(tmp_path, description=GOOD)
    page(tmp_path, ENERGY, id=2, description=NEARLY)
    page(tmp_path, "Why do cells need enzymes?", id=3)
    services = services_with(threshold, endpoint)
    assert audited(services) == ([] if above else [KEY, ENERGY_KEY])
    assert reported(services) == ((0, []) if above else (2, [(ENERGY_KEY, KEY)]))
    page(tmp_path, ENERGY, id=2, description=OTHER)
    propose(services, targets=["biology/why-do-cells-need-enzymes"])
    (row,) = services.proposals.rows()
    assert (row.state, row.new) == (("proposed", NEARLY) if above else ("skipped", None))
    codes = [finding.code for finding in ProposalReview(services).check(row, NEARLY)]
    assert codes == ([] if above else ["description-echo"])


def test_an_edit_has_the_finding_of_a_duplicate(services_with, tmp_path):
    page(tmp_path)
    page(tmp_path, ENERGY, id=2, description=GOOD)
    services = services_with(endpoint=Endpoint(by=lambda body: completion(reply(OTHER))))
    propose(services, targets=[KEY])
    (row,) = services.proposals.rows()
    assert ProposalReview(services).check(row, NEARLY) == (duplicate_finding(GOOD),)
