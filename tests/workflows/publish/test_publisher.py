"""Publishing: exactly what was approved, and once, despite interruptions."""

import datetime
import json

import pytest

from generator.content.frontmatter import read
from generator.content.markdown.line_breaks import decode
from generator.errors import StorageError
from generator.store.files import sha256
from generator.store.ledger.publications import Publications
from generator.store.ledger.runs.runs import RunLock
from generator.workflows.audit.audit import audit_site
from generator.workflows.audit.requests import AuditRequest
from generator.workflows.draft_files.importer import EditImporter
from generator.workflows.engine.progress import NoProgress
from generator.workflows.links.candidates import find_related
from generator.workflows.links.refresh import refresh_links
from generator.workflows.links.requests import RefreshLinksRequest, RelatedRequest
from generator.workflows.publish.publisher import Publisher
from generator.workflows.review.decisions.decisions import DraftDecisions
from generator.workflows.site.git import GitError
from generator.workflows.site.reviewer import reviewer_name
from tests.support.drafts import QUESTIONS, WHO, approve_all, draft_of, draft_questions, file_of, with_drafts
from tests.support.file_links import put_behind_link
from tests.support.plant_articles import FILLER
from tests.support.published_articles import article, publish_by_hand
from tests.support.replies import GOOD, Endpoint, completion, spoilt
from tests.support.repositories import USER, commit_all, git, new_repository, refuse_commits
from tests.support.services import scripted_services


def site(services):
    """Every file of the content folder with its bytes."""
    root = services.settings.content_dir
    return {str(file.relative_to(root)): file.read_bytes() for file in root.rglob("*") if file.is_file()}


def listed(services):
    path = services.settings.output_dir / "published.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()]


def refusals(report):
    return [item.reason for item in report.refused]


def test_the_approved_text_is_published_except_for_assigned_fields(services):
    row = DraftDecisions(services).approve(draft_of(services), who=WHO)
    report = Publisher(services).publish([row], who=WHO)
    data = site(services)[f"{row.key}.md"]
    assert [item.path for item in report.published] == [f"{row.key}.md"]
    assert read(data).get("answer") == read(services.drafts.data(row)).get("answer")
    assert services.drafts.get(row.id).state == "published"
    assert not file_of(services, row).exists()
    assert services.index.has_key(row.key)


def test_each_publication_is_one_line_of_the_list(services):
    rows = approve_all(services)
    Publisher(services).publish(rows, who="Bob")
    lines = listed(services)
    assert {line["file"] for line in lines} == {f"{row.key}.md" for row in rows}
    (line,) = [line for line in lines if line["file"] == f"{rows[0].key}.md"]
    assert (line["reviewer"], line["published_by"], line["model"]) == (WHO, "Bob", "test-model-2026")
    assert line["approved_sha256"] == rows[0].sha
    assert line["sha256"] == sha256(site(services)[line["file"]])


def test_drafts_published_together_link_to_each_other(services):
    Publisher(services).publish(approve_all(services), who=WHO)
    document = read(site(services)[f"{draft_of(services).key}.md"])
    assert QUESTIONS[1] in [link.title for link in document.related]
    other = read(site(services)[f"{draft_of(services, QUESTIONS[1]).key}.md"])
    (link,) = [link for link in document.related if link.title == QUESTIONS[1]]
    assert (link.id, link.url) == (other.get("id"), other.get("url"))


def test_no_published_article_links_to_a_page_of_an_unlisted_subject(tmp_path):
    subjects = [{"name": "Biology"}, {"name": "Physics", "listed": False}]
    services = with_drafts(tmp_path, subjects=subjects)
    publish_by_hand(
        tmp_path,
        article("How do enzymes bind their substrates?", "Physics", id=7),
        article("How do enzymes lose their shape in acid?", id=8),
    )
    row = DraftDecisions(services).approve(draft_of(services), who=WHO)
    Publisher(services).publish([row], who=WHO)
    links = read(site(services)[f"{row.key}.md"]).related
    assert "How do enzymes lose their shape in acid?" in [link.title for link in links]
    assert [link.url for link in links if link.url.startswith("/learn/physics/")] == []
    services.close()


def test_related_articles_are_computed_against_the_site_as_it_is_now(services, tmp_path):
    publish_by_hand(tmp_path, article("How do enzymes bind their substrates?", id=7))
    row = DraftDecisions(services).approve(draft_of(services), who=WHO)
    plan = Publisher(services).preview([row])
    assert "how-do-enzymes-bind-their-substrates" in plan.planned[0].changes["related"][1]
    assert f"{row.key}.md" not in site(services)
    assert services.drafts.get(row.id).state == "approved"


def test_a_link_has_the_values_that_the_audit_expects(services, tmp_path):
    target = article("How do enzymes bind their substrates?", "biology", id=7)
    publish_by_hand(tmp_path, target.model_copy(update={"title": "How do enzymes  bind their substrates?"}))
    row = DraftDecisions(services).approve(draft_of(services), who=WHO)
    Publisher(services).publish([row], who=WHO)
    file = services.settings.content_dir / f"{row.key}.md"
    (link,) = [link for link in read(file.read_bytes()).related if link.id == "7"]
    assert (link.title, link.subject) == ("How do enzymes bind their substrates?", "Biology")
    request = AuditRequest((file,), rules=("related-stale",))
    assert audit_site(services, request, NoProgress()).findings == ()


def test_the_links_of_a_published_article_are_those_that_a_refresh_would_choose(services, tmp_path):
    topics = (
        "pepsin lysozyme catalase trypsin hexokinase statins inhibitors glucose lipase amylase lactase kinase"
    )
    near = [article(f"Where is {topic} found?", id=20 + at) for at, topic in enumerate(topics.split())]
    named = [
        article(f"How do enzymes speed up {what} in bread?", id=40 + number).model_copy(
            update={
                "answer": f"Bakers knead and wait.\\n\\n1. **Dough**: Yeast lifts {what} overnight. {FILLER}"
            }
        )
        for number, what in enumerate(("browning", "rising", "staling", "souring", "softening"))
    ]
    publish_by_hand(tmp_path, *near, *named)
    row = DraftDecisions(services).approve(draft_of(services), who=WHO)
    Publisher(services).publish([row], who=WHO)
    file = services.settings.content_dir / f"{row.key}.md"
    before = file.read_bytes()
    assert len(read(before).related) == 5
    request = RefreshLinksRequest((file,), whole_site=True)
    assert refresh_links(services, request, NoProgress()).changed == ()
    assert file.read_bytes() == before
    best = find_related(services, RelatedRequest(row.key, limit=5), NoProgress()).candidates
    assert [link.title for link in read(before).related] == [item.row.title for item in best]


def test_a_published_link_has_no_finding_in_an_audit(services, tmp_path):
    publish_by_hand(
        tmp_path,
        article("How do enzymes bind their substrates?", id=8).model_copy(update={"subject": "BIOLOGY"}),
    )
    row = DraftDecisions(services).approve(draft_of(services), who=WHO)
    Publisher(services).publish([row], who=WHO)
    file = services.settings.content_dir / f"{row.key}.md"
    assert [link.subject for link in read(file.read_bytes()).related] == ["Biology"]
    found = audit_site(services, AuditRequest((file,)), NoProgress()).findings
    assert [item for item in found if item.code.startswith("related-")] == []


@pytest.mark.corpus
def test_a_refresh_right_after_publishing_changes_nothing_on_the_sample(tmp_path, corpus_dir):
    replies = {}
    folder = tmp_path / "content" / "biology"
    folder.mkdir(parents=True)
    for path in sorted((corpus_dir / "biology").glob("*.md")):
        document = read(path.read_bytes())
        answer = decode(document.get("answer", ""))
        if len(answer) < 1_500 or len(replies) == 12:
            (folder / path.name).write_bytes(path.read_bytes())
            continue
        plain = " ".join(answer.replace("*", "").split())
        points = [
            {**point, "body": f"{plain[at * 300 :][:300].strip()}."}
            for at, point in enumerate(GOOD["points"])
        ]
        replies[document.get("question")] = spoilt(points=points)

    def answered(body):
        asked = str(body["messages"])
        return completion(
            next((replies[each] for each in replies if f"<question>{each}<" in asked), spoilt())
        )

    services = scripted_services(tmp_path, Endpoint(by=answered))
    draft_questions(services, *replies)
    drafts = [row for row in services.drafts.all(["drafted"]) if not row.errors]
    rows = [DraftDecisions(services).approve(row, who=WHO) for row in drafts]
    report = Publisher(services).publish(rows, who=WHO)
    assert len(report.published) == len(rows) > 2
    files = tuple(services.settings.content_dir / item.path for item in report.published)
    assert {len(read(file.read_bytes()).related) for file in files} == {5}
    assert refresh_links(services, RefreshLinksRequest(files), NoProgress()).changed == ()
    services.close()


def test_an_id_that_is_in_use_is_replaced_by_a_new_one(services, tmp_path):
    row = DraftDecisions(services).approve(draft_of(services), who=WHO)
    own = int(read(services.drafts.data(row)).get("id"))
    publish_by_hand(tmp_path, article("What is a cell?", id=own))
    report = Publisher(services).publish([row], who=WHO)
    fresh = report.published[0].article_id
    assert fresh > max(own, services.ledger.jobs.get(draft_of(services, QUESTIONS[2]).job).article_id)
    assert read(site(services)[f"{row.key}.md"]).get("id") == str(fresh)


def test_the_date_stays_unless_one_is_requested(services):
    first, second, _ = approve_all(services)
    Publisher(services).publish([first], who=WHO)
    Publisher(services).publish([second], who=WHO, date=datetime.date(2026, 3, 1))
    assert read(site(services)[f"{first.key}.md"]).get("date") == "2026-01-31"
    assert read(site(services)[f"{second.key}.md"]).get("date") == "2026-03-01"


def test_an_article_is_replaced_only_by_an_update_which_keeps_id_and_date(services, tmp_path):
    row = DraftDecisions(services).approve(draft_of(services), who=WHO)
    publish_by_hand(tmp_path, article(QUESTIONS[0], id=4711))
    before = site(services)
    report = Publisher(services).publish([row], who=WHO)
    assert "exists already" in refusals(report)[0]
    assert site(services) == before
    report = Publisher(services).publish([row], who=WHO, update=True, date=datetime.date(2026, 3, 1))
    document = read(site(services)[f"{row.key}.md"])
    assert (document.get("id"), document.get("date")) == ("4711", "2024-12-03")
    assert report.published[0].replaces == sha256(before[f"{row.key}.md"])


def test_unapproved_and_changed_drafts_are_refused(services):
    first, second, third = approve_all(services)
    DraftDecisions(services).reject(first, reason="dull", who=WHO)
    file_of(services, second).write_bytes(
        file_of(services, second).read_bytes().replace(b"Lysozyme", b"Pepsin")
    )
    report = Publisher(services).publish([first, second, third], who=WHO)
    assert len(report.published) == 1
    assert refusals(report)[0] == "is rejected, not approved"
    assert "changed after it was approved" in refusals(report)[1]


def test_a_question_that_is_answered_under_another_name_is_refused(services, tmp_path):
    row = DraftDecisions(services).approve(draft_of(services), who=WHO)
    other = article("How do enzymes - speed up chemical reactions?", id=5)
    publish_by_hand(tmp_path, other)
    report = Publisher(services).publish([row], who=WHO)
    assert refusals(report) == [f"its question is answered already: {other.key}"]


def test_offline_drafts_are_published_only_where_the_settings_allow_it(tmp_path):
    services = with_drafts(tmp_path, QUESTIONS[:1])
    services.database.execute("UPDATE draft SET offline = 1")
    row = DraftDecisions(services).approve(draft_of(services), who=WHO)
    assert "offline model" in refusals(Publisher(services).publish([row], who=WHO))[0]
    services.close()
    services = with_drafts(tmp_path, (), publish={"allow_offline": True})
    assert Publisher(services).publish([row], who=WHO).published
    services.close()


def test_nothing_is_written_through_a_link_out_of_the_content_folder(services, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    services.settings.content_dir.mkdir()
    (services.settings.content_dir / "biology").symlink_to(outside)
    row = DraftDecisions(services).approve(draft_of(services), who=WHO)
    report = Publisher(services).publish([row], who=WHO)
    assert "leads out" in refusals(report)[0]
    assert list(outside.iterdir()) == []


def test_an_article_behind_a_link_inside_the_content_folder_is_replaced_there(services, tmp_path):
    row = DraftDecisions(services).approve(draft_of(services), who=WHO)
    publish_by_hand(tmp_path, article(QUESTIONS[0], id=4711))
    file = services.settings.content_dir / f"{row.key}.md"
    kept = put_behind_link(file, services.settings.content_dir / "kept" / "below")
    report = Publisher(services).publish([row], who=WHO, update=True)
    assert (len(report.published), file.is_symlink()) == (1, True)
    assert sha256(kept.read_bytes()) == report.published[0].sha


def test_an_article_behind_a_link_out_of_the_content_folder_is_not_replaced(services, tmp_path):
    row = DraftDecisions(services).approve(draft_of(services), who=WHO)
    publish_by_hand(tmp_path, article(QUESTIONS[0], id=4711))
    kept = put_behind_link(services.settings.content_dir / f"{row.key}.md", tmp_path / "elsewhere")
    before = kept.read_bytes()
    report = Publisher(services).publish([row], who=WHO, update=True)
    assert "leads out" in refusals(report)[0]
    assert kept.read_bytes() == before


def test_a_second_publish_of_the_same_drafts_does_nothing(services):
    rows = approve_all(services)
    Publisher(services).publish(rows, who=WHO)
    before, lines = site(services), listed(services)
    report = Publisher(services).publish(rows, who=WHO)
    assert (len(report.already_published), report.published, report.refused) == (3, [], [])
    assert (site(services), listed(services)) == (before, lines)


class Killed(BaseException):
    """Stands for the end of the process."""


def kill_at(step, calls=1):
    """A function that runs ``step`` so many times less one, then dies before it."""
    left = [calls]

    def run(*args, **kwargs):
        left[0] -= 1
        if left[0] == 0:
            raise Killed
        return step(*args, **kwargs)

    return run


STEPS = {
    "before the first file": ("generator.workflows.site.files.SiteFiles.write", 1),
    "between two files": ("generator.workflows.site.files.SiteFiles.write", 2),
    "before the drafts go": ("generator.workflows.publish.publisher.remove_draft_file", 1),
    "between the drafts": ("generator.workflows.publish.publisher.remove_draft_file", 2),
    "before the confirmation": ("generator.store.ledger.publications.Publications.confirm", 1),
    "within the confirmation": ("generator.store.ledger.publications.Publications.confirm", 3),
    "before the list": ("generator.workflows.publish.publication_list.PublicationList.update", 1),
    "between list and ledger": ("generator.store.ledger.publications.Publications.mark_listed", 1),
}


@pytest.mark.parametrize("step", STEPS)
def test_a_run_killed_at_any_step_is_finished_by_the_next(tmp_path, monkeypatch, step):
    services = with_drafts(tmp_path)
    rows = approve_all(services)
    whole = {item.path: item.data for item in Publisher(services).preview(rows).planned}
    name, calls = STEPS[step]
    with monkeypatch.context() as patched:
        patched.setattr(name, kill_at(_resolve(name), calls))
        with pytest.raises(Killed):
            Publisher(services).publish(rows, who=WHO)
    services.close()
    services = with_drafts(tmp_path, ())
    report = Publisher(services).publish(services.drafts.all(("approved",)), who=WHO)
    assert report.refused == []
    assert site(services) == whole
    assert sorted(line["file"] for line in listed(services)) == sorted(whole)
    assert services.drafts.counts() == {"published": 3}
    assert list((tmp_path / "output" / "drafts").rglob("*.md")) == []
    services.close()


def _resolve(name):
    import importlib

    parts = name.split(".")
    for cut in range(len(parts) - 1, 0, -1):
        try:
            found = importlib.import_module(".".join(parts[:cut]))
        except ModuleNotFoundError:
            continue
        for part in parts[cut:]:
            found = getattr(found, part)
        return found
    raise AssertionError(name)


def test_an_incomplete_file_of_a_killed_run_is_removed(services, monkeypatch):
    row = DraftDecisions(services).approve(draft_of(services), who=WHO)
    with monkeypatch.context() as patched:
        patched.setattr("generator.workflows.site.files.SiteFiles.write", kill_at(None))
        with pytest.raises(Killed):
            Publisher(services).publish([row], who=WHO)
    folder = services.settings.content_dir / "biology"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f".{row.key.split('/')[1]}.md.999999999.tmp").write_text("half")
    assert len(Publisher(services).publish([], who=WHO).finished) == 1
    assert list(site(services)) == [f"{row.key}.md"]


def test_an_incomplete_line_of_the_list_is_removed(services):
    path = services.settings.output_dir / "published.jsonl"
    path.write_text('{"file": "a"}\n{"fil')
    Publisher(services).publish(approve_all(services)[:1], who=WHO)
    assert [line["file"] for line in listed(services)] == ["a", f"{draft_of(services).key}.md"]


def test_a_file_that_appears_during_publishing_is_not_replaced_and_the_draft_stays_approved(
    services, monkeypatch
):
    row = DraftDecisions(services).approve(draft_of(services), who=WHO)
    target = services.settings.content_dir / f"{row.key}.md"
    record_intent = Publications.intend

    def intend(self, *args, **options):
        target.parent.mkdir(parents=True)
        target.write_text("somebody's")
        return record_intent(self, *args, **options)

    monkeypatch.setattr(Publications, "intend", intend)
    report = Publisher(services).publish([row], who=WHO)
    assert "changed by someone else" in refusals(report)[0]
    assert target.read_text() == "somebody's"
    assert services.drafts.get(row.id).state == "approved"


def test_two_publishes_do_not_run_at_once(services, tmp_path):
    lock = RunLock(tmp_path / "output" / "locks", "publish")
    assert lock.acquire()
    with pytest.raises(StorageError, match="another publish"):
        Publisher(services).publish([], who=WHO)
    lock.release()


# git


@pytest.fixture
def checkout(services):
    root = services.settings.content_dir
    root.mkdir()
    (root / "README.md").write_text("one")
    new_repository(root)
    commit_all(root)
    return root


def test_a_commit_has_only_the_published_files_and_lists_them(services, checkout):
    (checkout / "README.md").write_text("two")
    (checkout / "other.md").write_text("new")
    git(checkout, "add", "README.md")
    rows = approve_all(services)
    report = Publisher(services).publish(rows, who=WHO, commit=True)
    assert report.commit == git(checkout, "rev-parse", "HEAD").strip()
    files = git(checkout, "show", "--name-only", "--format=%B", "HEAD").split("\n")
    assert all(files.count(f"{row.key}.md") == 1 and f"- {row.key}.md" in files for row in rows)
    assert "README.md" not in files
    assert git(checkout, "status", "--porcelain").split("\n")[:2] == ["M  README.md", "?? other.md"]


def test_files_that_a_killed_run_did_not_commit_are_committed_by_the_next(services, checkout, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr("generator.workflows.site.git.Checkout.commit", kill_at(None))
        with pytest.raises(Killed):
            Publisher(services).publish(approve_all(services), who=WHO, commit=True)
    assert Publisher(services).publish([], who=WHO, commit=True).commit
    assert len(git(checkout, "show", "--name-only", "--format=", "HEAD").split()) == 3
    assert Publisher(services).publish([], who=WHO, commit=True).commit is None


def test_a_commit_that_git_refuses_leaves_the_files_and_says_so(services, checkout):
    refuse_commits(checkout, "not today")
    report = Publisher(services).publish(approve_all(services), who=WHO, commit=True)
    assert "not today" in report.commit_error
    assert len(report.published) == 3


def test_a_commit_outside_a_checkout_publishes_nothing(services, tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    (row, *_) = approve_all(services)
    with pytest.raises(GitError, match="nothing was written"):
        Publisher(services).publish([row], who=WHO, commit=True)
    assert (site(services), services.drafts.get(row.id).state) == ({}, "approved")


def test_a_content_folder_that_publishing_makes_is_committed(services, tmp_path):
    new_repository(tmp_path)
    assert not services.settings.content_dir.exists()
    assert Publisher(services).publish(approve_all(services), who=WHO, commit=True).commit


def test_git_gives_the_reviewer_a_name(services, checkout):
    assert reviewer_name(services.settings) == USER
    assert reviewer_name(services.settings, "  Ada\n") == "Ada"


def test_a_file_that_a_person_wrote_in_another_form_is_published_in_that_form(services):
    file = file_of(services, draft_of(services))
    text = file.read_text().replace("author: QuickTakes", "author: QuickTakes # us\nedited_by: Ada")
    file.write_text(text.replace("title: >-\n    How do enzymes", "title: How do enzymes", 1))
    row = DraftDecisions(services).approve(EditImporter(services).sync(draft_of(services)), who=WHO)
    Publisher(services).publish([row, *approve_all(services)], who=WHO)
    published = site(services)[f"{row.key}.md"].decode()
    assert "author: QuickTakes # us\nedited_by: Ada\n" in published
    assert "\ntitle: How do enzymes speed" in published
    assert "\nrelated_article1:\n" in published
