"""What publishing requires of approvals, and what it discloses of pages that nobody read."""

import json

import pytest

from generator.content.evidence.release import Release
from generator.content.frontmatter import read
from generator.content.site.subjects import Subject
from generator.workflows.audit.audit import audit_site
from generator.workflows.audit.requests import AuditRequest
from generator.workflows.engine.progress import NoProgress
from generator.workflows.links.refresh import refresh_links
from generator.workflows.links.requests import RefreshLinksRequest
from generator.workflows.publish.publish import PublishRequest, publish_drafts
from generator.workflows.publish.publisher import Publisher
from generator.workflows.review.decisions.decide import approve_drafts
from generator.workflows.review.decisions.undo import undo_decision
from tests.support.drafts import QUESTIONS, WHO, approve_all, draft_of, with_drafts
from tests.support.ledgers import take_back
from tests.support.reading import read_by
from tests.support.rewrites import KEY, publish_page, rewrite, rewrite_of, rewriting
from tests.support.services import scripted_services

TEXT = "This answer was generated: nobody has read it yet."
DISCLOSURE = {"field": "disclosure", "text": TEXT}
LINE = f"disclosure: '{TEXT}'\n"


@pytest.fixture
def drafted(tmp_path):
    """Services over three drafts, of which Ada has read the first; settings as given."""
    opened = [with_drafts(tmp_path)]
    read_by(opened[0], draft_of(opened[0]))

    def services(**publish):
        subjects = publish.pop("subjects", None)
        more = {"subjects": subjects} if subjects else {}
        opened.append(scripted_services(tmp_path, publish=publish, **more))
        return opened[-1]

    yield services
    for one in opened:
        one.close()


def planned(services):
    """The kinds of the planned articles, and the reasons of the refused ones."""
    report = Publisher(services).preview(approve_all(services))
    return [item.release.kind for item in report.planned], [item.reason for item in report.refused]


def in_lot(services, question: str) -> None:
    """Approve a draft with a lot, as acceptance sampling does."""
    row = draft_of(services, question)
    approve_drafts(services, [question], reviewer=WHO)
    release = Release("sampled", lot=1).as_json()
    with services.drafts.transaction():
        services.database.execute("UPDATE decision SET release = ? WHERE draft = ?", (release, row.id))


@pytest.mark.parametrize(
    ("required", "kinds"),
    [("bulk", ["read", "sampled", "bulk"]), ("sampled", ["read", "sampled"]), ("read", ["read"])],
)
def test_what_is_released_by_less_than_is_required_is_refused(drafted, required, kinds):
    services = drafted(require=required)
    in_lot(services, QUESTIONS[1])
    approve_all(services)
    report = Publisher(services).preview(list(services.drafts.all(("approved",))))
    assert [item.release.kind for item in report.planned] == kinds
    assert len(report.refused) == 3 - len(kinds)
    for refused in report.refused:
        assert f"publish.require is {required}" in refused.reason
        assert f"generator undo {refused.key}" in refused.reason
    done = Publisher(services).publish(list(services.drafts.all(("approved",))), who=WHO)
    assert len(done.published) == len(kinds) and done.refused == report.refused


def test_due_drafts_are_refused_in_the_same_words(drafted):
    services = drafted(require="read")
    row = draft_of(services, QUESTIONS[1])
    approve_all(services)
    request = PublishRequest((row.key,), dry_run=True)
    (refused,) = publish_drafts(services, request, NoProgress()).report.refused
    assert refused.reason.startswith("was not read before it was approved")


def test_a_subject_may_require_more_or_less(drafted):
    stricter = drafted(subjects=(Subject(name="Biology", require="read"),))
    assert planned(stricter)[0] == ["read"]
    laxer = drafted(require="read", subjects=(Subject(name="Biology", require="bulk"),))
    assert planned(laxer)[1] == []


def test_the_remedy_that_the_refusal_names_works(drafted):
    services = drafted(require="read")
    row = draft_of(services, QUESTIONS[1])
    approve_all(services)
    undo_decision(services, row.key, reviewer=WHO)
    read_by(services, row)
    rows = approve_drafts(services, [row.key], reviewer=WHO).decided
    assert [item.release.kind for item in Publisher(services).preview(rows).planned] == ["read"]


def test_an_approval_of_an_earlier_version_is_unknown_and_counts_as_bulk(drafted):
    services = drafted()
    approve_all(services)
    take_back(services.database, 18)
    services.close()
    migrated = drafted()
    report = Publisher(migrated).preview(list(migrated.drafts.all(("approved",))))
    assert report.released == "3 unknown"
    strict = drafted(require="sampled")
    refused = Publisher(strict).preview(list(strict.drafts.all(("approved",)))).refused
    assert len(refused) == 3 and "as far as the ledger says" in refused[0].reason


def test_the_list_of_publications_says_how_each_was_released(drafted):
    services = drafted()
    Publisher(services).publish(approve_all(services), who=WHO)
    lines = (services.settings.output_dir / "published.jsonl").read_text().splitlines()
    assert [json.loads(line)["release"]["kind"] for line in lines] == ["read", "bulk", "bulk"]
    assert json.loads(lines[0])["release"]["seconds"] == 180 and json.loads(lines[0])["reviewer"] == WHO


def files_of(report):
    return [item.data for item in report.planned]


def test_a_disclosure_adds_one_line_to_what_was_not_read_and_nothing_else(drafted):
    rows = approve_all(drafted())
    plain = files_of(Publisher(drafted()).preview(rows))
    disclosed = files_of(Publisher(drafted(disclosure=DISCLOSURE)).preview(rows))
    assert disclosed[0] == plain[0], "it was read"
    for before, after in zip(plain[1:], disclosed[1:], strict=True):
        assert after == before.replace(b"\nscore:", f"\n{LINE}score:".encode(), 1) != before


def test_a_disclosed_page_has_no_finding_and_keeps_its_line(drafted):
    services = drafted(disclosure=DISCLOSURE)
    plain = drafted()
    rows = approve_all(services)
    by_path = {item.path: item.data for item in Publisher(plain).preview(rows).planned}
    Publisher(services).publish(rows, who=WHO)
    root = services.settings.content_dir
    before = audit_site(services, AuditRequest(), NoProgress()).findings
    assert not [item for item in before if "disclosure" in f"{item.field} {item.message}"]
    for path, data in by_path.items():
        (root / path).write_bytes(data)
    without = audit_site(services, AuditRequest(), NoProgress()).findings
    assert [(item.path, item.code) for item in before] == [(item.path, item.code) for item in without]


def test_new_links_keep_the_line(drafted):
    services = drafted(disclosure=DISCLOSURE)
    for row in approve_all(services):  # one after the other: the first has no page to link to
        Publisher(services).publish([row], who=WHO)
    refresh_links(services, RefreshLinksRequest(), NoProgress())
    pages = [file.read_text() for file in services.settings.content_dir.rglob("*.md")]
    assert sorted(LINE in page for page in pages) == [False, True, True]
    assert all(read(page).article() for page in pages)


@pytest.fixture
def disclosing(tmp_path):
    """A disclosed page and its rewrite, with the settings that disclose."""
    file = publish_page(tmp_path)
    file.write_bytes(file.read_bytes().replace(b"\nscore:", f"\n{LINE}score:".encode(), 1))
    services, _ = rewriting(tmp_path, publish={"disclosure": DISCLOSURE})
    rewrite(services)
    yield services, file
    services.close()


def test_a_rewrite_that_was_read_loses_the_disclosure_of_its_page(disclosing):
    services, file = disclosing
    read_by(services, rewrite_of(services))
    (item,) = Publisher(services).preview(approve_drafts(services, [KEY], reviewer=WHO).decided).planned
    assert item.changes["disclosure"] == (TEXT, "")
    draft = services.drafts.data(rewrite_of(services))
    assert item.data == draft.replace(LINE.encode(), b"") != draft


def test_a_rewrite_that_was_not_read_keeps_or_gets_the_disclosure(disclosing, tmp_path):
    services, file = disclosing
    rows = approve_drafts(services, [KEY], reviewer=WHO).decided
    (item,) = Publisher(services).preview(rows).planned
    assert item.data == services.drafts.data(rewrite_of(services)) and LINE.encode() in item.data
    # A page that was merged without the line gets it.
    file.write_bytes(item.data.replace(LINE.encode(), b""))
    (again,) = Publisher(services).preview(rows).planned
    assert again.data == item.data
    assert not Publisher(services).publish(rows, who=WHO).refused and file.read_bytes() == item.data


def test_without_the_setting_a_line_of_that_name_is_the_pages_own(disclosing, tmp_path):
    services, file = disclosing
    read_by(services, rewrite_of(services))
    rows = approve_drafts(services, [KEY], reviewer=WHO).decided
    plain, _ = rewriting(tmp_path)
    (item,) = Publisher(plain).preview(rows).planned
    assert item.data == services.drafts.data(rewrite_of(services)) and LINE.encode() in item.data
    plain.close()
