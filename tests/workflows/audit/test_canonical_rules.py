"""The rules about canonical addresses, and what the other rules make of a page that names another one."""

import pytest

from generator.workflows.audit.audit import audit_site
from generator.workflows.audit.requests import AuditRequest
from generator.workflows.engine.progress import NoProgress
from tests.support.duplicate_site import ORIGIN, DuplicateSite, page

CELL, TIDES, GENE = "What is a cell?", "Why do tides rise and fall?", "What is a gene?"
CODES = {"canonical-target", "canonical-hidden"}


@pytest.fixture
def site(tmp_path):
    made = DuplicateSite(
        tmp_path, page(CELL, id=1), page(CELL, "Physics", id=2), page(TIDES, id=3), page(GENE, id=4)
    )
    yield made
    made.close()


def findings(site):
    found = audit_site(site.services, AuditRequest(), NoProgress()).findings
    return [item for item in found if item.code in CODES]


def address(slug, subject="biology"):
    return f"{ORIGIN}/learn/{subject}/questions/{slug}"


def test_an_address_of_a_shown_page_is_no_finding(site):
    site.patch(CELL, {"canonical": address("what-is-a-cell")}, "Physics")
    site.patch(GENE, {"canonical": "https://elsewhere.example/learn/biology/questions/none"})
    site.patch(TIDES, {"canonical": address("why-do-tides-rise-and-fall")})
    assert findings(site) == []


@pytest.mark.parametrize(
    ("target", "words"),
    [
        (address("none"), "does not exist"),
        ("/learn/biology/questions/what-is-a-gene", "is not an absolute address"),
        (address("what-is-a-gene"), "has another canonical page itself"),
    ],
)
def test_an_address_that_search_engines_cannot_follow_is_an_error(site, target, words):
    site.patch(GENE, {"canonical": address("why-do-tides-rise-and-fall")})
    site.patch(CELL, {"canonical": target}, "Physics")
    (finding,) = findings(site)
    assert (finding.path, finding.code, finding.field) == (
        "physics/what-is-a-cell.md",
        "canonical-target",
        "canonical",
    )
    assert words in finding.message and finding.severity == "error"
    assert site.text(CELL, "Physics").splitlines()[finding.line - 1].startswith("canonical:")


def test_the_line_of_a_canonical_url_is_reported(site):
    file = site.path(CELL, "Physics")
    line = f"canonical_url: {address('none')}"
    file.write_text(site.text(CELL, "Physics").replace("score: -1.0\n", f"{line}\nscore: -1.0\n"))
    (finding,) = findings(site)
    assert (finding.code, finding.field) == ("canonical-target", "canonical_url")
    assert site.text(CELL, "Physics").splitlines()[finding.line - 1] == line


def test_a_hidden_canonical_page_is_an_error_on_both_sides(site):
    site.patch(CELL, {"canonical": address("what-is-a-cell")}, "Physics")
    site.patch(CELL, {"no_index": True})
    assert {(item.path, item.code) for item in findings(site)} == {
        ("physics/what-is-a-cell.md", "canonical-target"),
        ("biology/what-is-a-cell.md", "canonical-hidden"),
    }


def test_a_page_that_names_another_one_is_no_duplicate_any_more(site):
    def codes():
        found = audit_site(site.services, AuditRequest(), NoProgress()).findings
        return {item.code for item in found if item.code.startswith(("question-", "description-twice"))}

    site.patch(CELL, {"seo.page_description": "What 1 says in one line."}, "Physics")
    assert codes() == {"question-across-subjects", "description-twice"}
    site.patch(CELL, {"canonical": address("what-is-a-cell")}, "Physics")
    assert codes() == set()
