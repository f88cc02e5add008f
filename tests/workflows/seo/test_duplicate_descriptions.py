"""Near-duplicate descriptions: proposals, their review, the report and the audit use one rule and one setting."""

import pytest

from generator.content.duplicates.descriptions import similarity, terms
from generator.workflows.audit.audit import audit_site
from generator.workflows.audit.requests import AuditRequest
from generator.workflows.engine.progress import NoProgress
from generator.workflows.seo.decisions import ProposalReview
from generator.workflows.seo.duplicate_descriptions import DuplicateDescriptions, duplicate_finding
from generator.workflows.seo.report import seo_report
from tests.support.replies import Endpoint, completion
from tests.support.seo_pages import GOOD, KEY, OTHER, QUESTION, TURNED, page, propose, reply
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
    assert DuplicateDescriptions(services).published(NEARLY, key=COPY_KEY, question=QUESTION) == []


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
    assert row.state == ("proposed" if above else "needs_fix")
    codes = [finding.code for finding in ProposalReview(services).check(row, NEARLY)]
    assert codes == ([] if above else ["description-echo"])


def test_a_proposal_and_its_edit_have_the_same_finding(services_with, tmp_path):
    page(tmp_path)
    page(tmp_path, ENERGY, id=2, description=GOOD)
    services = services_with(endpoint=Endpoint(by=lambda body: completion(reply(NEARLY))))
    propose(services, targets=[KEY])
    (row,) = services.proposals.rows()
    assert row.findings == ProposalReview(services).check(row, NEARLY) == (duplicate_finding(GOOD),)
