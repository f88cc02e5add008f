"""Applying proposals: changes of files, refusals, interruptions and commits."""

import pytest

from generator.content.findings import Finding
from generator.content.frontmatter import patch, read
from generator.content.seo.fields import FIELDS, basis_of
from generator.errors import StorageError, UsageError
from generator.store.ledger.seo.proposals import NewProposal, Proposals
from generator.workflows.engine.progress import NoProgress
from generator.workflows.seo.apply import apply_proposals, preview_proposals
from generator.workflows.seo.decisions import ProposalReview
from generator.workflows.seo.propose import plan_proposed
from generator.workflows.seo.requests import ApplyRequest, ProposeRequest, SelectionRequest
from generator.workflows.site.files import SiteFiles
from generator.workflows.site.git import GitError
from tests.support.file_links import put_behind_link
from tests.support.replies import Endpoint, completion
from tests.support.repositories import commit_all, git, new_repository, refuse_commits
from tests.support.seo_pages import ANSWER, GOOD, KEY, KEYWORDS, LONG, OTHER, page, propose, reply
from tests.support.services import scripted_services
from tests.support.syncs import Syncs


@pytest.fixture
def services(tmp_path):
    answers = iter([GOOD, OTHER])
    opened = scripted_services(
        tmp_path, Endpoint(by=lambda body: completion(reply(next(answers), KEYWORDS[::-1])))
    )
    yield opened
    opened.close()


def apply(services, *names, clean=True, commit=False, despite_git=False):
    """Apply the approved and the clean proposals, or those of the named articles; what became of the files."""
    request = ApplyRequest(
        names=names, clean=clean and not names, commit=commit, despite_git=despite_git, reviewer="Ada"
    )
    return apply_proposals(services, request, NoProgress()).report


def preview(services):
    """What :func:`apply` would do, and the diffs."""
    diffs = []
    outcome = preview_proposals(services, ApplyRequest(clean=True), on_diff=diffs.append)
    return outcome.report, diffs


def plan(services, *, redo, **selection):
    """What a run would ask for."""
    request = ProposeRequest(SelectionRequest(**selection), redo=redo)
    return plan_proposed(services, request, NoProgress()).plan


def rows(services):
    return list(services.proposals.rows())


@pytest.fixture
def repository(tmp_path):
    """Commits the content folder as it is."""
    new_repository(tmp_path)
    return lambda: commit_all(tmp_path, "content")


def test_only_the_value_line_of_the_field_changes(services, tmp_path):
    file = page(tmp_path)
    before = file.read_bytes()
    propose(services)
    report = apply(services)
    assert file.read_bytes() == before.replace(LONG.encode(), GOOD.encode())
    assert (report.changed, report.fields) == ([f"{KEY}.md"], 1)
    assert [row.state for row in rows(services)] == ["applied"]


def test_both_fields_of_a_file_are_written_at_once(services, tmp_path):
    file = page(tmp_path)
    propose(services, all_articles=True)
    report = apply(services)
    document = read(file.read_bytes())
    assert (document.get("seo.page_description"), report.changed, report.fields) == (GOOD, [f"{KEY}.md"], 2)
    assert document.get("seo.page_keywords") == ", ".join(KEYWORDS[::-1])


def test_applying_twice_changes_nothing(services, tmp_path):
    file = page(tmp_path)
    propose(services)
    apply(services)
    stamp = file.stat().st_mtime_ns
    report = apply(services)
    assert (report.changed, file.stat().st_mtime_ns) == ([], stamp)


def test_approved_alone_are_taken_by_default(services, tmp_path):
    page(tmp_path)
    propose(services)
    assert apply(services, clean=False).changed == []
    (row,) = rows(services)
    ProposalReview(services).accept(row, who="Ada")
    assert apply(services, clean=False).fields == 1
    assert [step.decision for step in services.proposals.decisions.of(row.id)] == [
        "proposed",
        "approved",
        "applied",
    ]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"answer": ANSWER.replace("small", "tiny")}, "question or answer was changed"),
        ({"question": "How do enzymes speed up all reactions?"}, "question or answer was changed"),
        ({"seo.page_description": "Edited by hand meanwhile."}, "description was changed"),
    ],
)
def test_what_changed_since_is_refused(services, tmp_path, change, reason):
    file = page(tmp_path)
    propose(services)
    file.write_text(patch(file.read_text(), change), encoding="utf-8")
    before = file.read_bytes()
    report = apply(services)
    assert file.read_bytes() == before
    assert reason in report.refused[0]
    assert [row.state for row in rows(services)] == ["stale"]


def test_other_edits_do_not_matter_and_are_kept(services, tmp_path):
    file = page(tmp_path)
    propose(services)
    edited = patch(file.read_text(), {"score": 9.5, "seo.page_keywords": "new, words"})
    file.write_text(edited, encoding="utf-8")
    apply(services)
    assert file.read_text() == edited.replace(LONG, GOOD)


def test_a_write_that_the_ledger_does_not_know_of_is_confirmed_by_the_file(services, tmp_path):
    file = page(tmp_path)
    propose(services)
    file.write_text(file.read_text().replace(LONG, GOOD), encoding="utf-8")
    report = apply(services)
    assert (report.changed, report.confirmed) == ([], [f"{KEY}.md"])
    assert [row.state for row in rows(services)] == ["applied"]


def test_a_file_that_cannot_be_written_leaves_its_proposal_as_it_was(services, tmp_path, monkeypatch):
    page(tmp_path)
    page(tmp_path, "What is activation energy?", id=2)
    propose(services)
    write, refused = SiteFiles.write, []

    def fail_once(self, item):
        if not refused:
            refused.append(item.path)
            raise StorageError(item.path, "the disk is full")
        write(self, item)

    monkeypatch.setattr(SiteFiles, "write", fail_once)
    report = apply(services)
    assert (len(report.changed), len(report.refused)) == (1, 1)
    assert sorted(row.state for row in rows(services)) == ["applied", "proposed"]


def test_a_link_that_stays_inside_the_content_folder_is_followed_and_stays(services, tmp_path):
    file = page(tmp_path)
    propose(services)
    kept = put_behind_link(file, tmp_path / "content" / "kept" / "below")
    assert apply(services).changed == [f"{KEY}.md"]
    assert file.is_symlink()
    assert GOOD in kept.read_text()


def test_a_file_behind_a_link_out_of_the_content_folder_is_refused(services, tmp_path):
    file = page(tmp_path)
    page(tmp_path, "What is activation energy?", id=2)
    propose(services)
    kept = put_behind_link(file, tmp_path / "elsewhere")
    report = apply(services)
    assert report.refused == [f"{KEY}.md: a link leads out of the content folder; not changed"]
    assert (len(report.changed), LONG in kept.read_text()) == (1, True)


def test_no_text_is_asked_for_a_file_that_may_not_be_written(services, tmp_path):
    put_behind_link(page(tmp_path), tmp_path / "elsewhere")
    plan = propose(services).plan
    assert (plan.counts["new"], plan.skipped) == (0, {"cannot be read": 1})


def test_what_is_applied_is_on_the_disk_before_the_ledger_knows_of_it(services, tmp_path, monkeypatch):
    file = page(tmp_path)
    propose(services)
    syncs, seen = Syncs(monkeypatch), []
    decide = Proposals.decide

    def decided(self, *args, **options):
        seen.append(syncs.has(file, file.parent))
        return decide(self, *args, **options)

    monkeypatch.setattr(Proposals, "decide", decided)
    apply(services)
    assert seen == [True]


def test_a_dry_run_shows_the_diff_and_writes_nothing(services, tmp_path):
    file = page(tmp_path)
    propose(services)
    before = file.read_bytes()
    _, (text,) = preview(services)
    assert f"-    {LONG}\n+    {GOOD}\n" in text
    assert (file.read_bytes(), [row.state for row in rows(services)]) == (before, ["proposed"])


def test_a_file_put_back_is_offered_the_paid_text_again(services, tmp_path):
    file = page(tmp_path)
    before = file.read_bytes()
    propose(services)
    apply(services)
    file.write_bytes(before)
    plan = propose(services).plan
    assert plan.counts == {"proposed": 1}
    assert [row.state for row in rows(services)] == ["proposed"]


@pytest.mark.parametrize("fields", [("page_description",), ("page_keywords",), FIELDS])
def test_a_file_put_back_is_asked_about_again_by_a_redo(services, tmp_path, fields):
    file = page(tmp_path)
    before = file.read_bytes()
    selection = {"fields": fields, "all_articles": True}
    propose(services, **selection)
    apply(services, KEY)
    assert {row.state for row in rows(services)} == {"applied"}
    assert plan(services, redo=True, **selection).counts == {"new": 1}  # the files have other texts now
    file.write_bytes(before)
    assert plan(services, redo=True, **selection).counts == {"redo": 1}
    assert propose(services, redo=True, **selection).plan.counts == {"redo": 1}
    assert [row.state for row in rows(services)] == ["proposed"] * len(fields)


@pytest.mark.parametrize("redo", [False, True])
def test_both_texts_of_a_file_put_back_are_proposed_again_where_one_alone_has_a_finding(
    services, tmp_path, redo
):
    file = page(tmp_path)
    before = file.read_bytes()
    propose(services, all_articles=True)
    apply(services, KEY)
    file.write_bytes(before)
    assert propose(services, redo=redo).plan.fields == ({"page_description": 1} if redo else {})
    assert [row.state for row in rows(services)] == ["proposed", "proposed"]


def test_an_applied_text_that_another_page_has_now_is_asked_for_again_by_a_redo(services, tmp_path):
    file = page(tmp_path)
    before = file.read_bytes()
    propose(services)
    apply(services)
    file.write_bytes(before)
    page(tmp_path, "What is activation energy?", "Physics", id=2, description=GOOD)
    assert propose(services, targets=[KEY]).plan.counts == {"settled": 1}
    propose(services, redo=True, targets=[KEY])
    assert [(row.state, row.new) for row in rows(services)] == [("proposed", OTHER)]


def test_a_commit_holds_those_files_and_nothing_else(services, tmp_path, repository):
    page(tmp_path)
    other = page(tmp_path, "What is activation energy?", "Physics", id=2)
    repository()
    propose(services, subject="Biology")
    other.write_text(patch(other.read_text(), {"score": 3.5}), encoding="utf-8")
    git(tmp_path, "add", str(other))
    report = apply(services, commit=True)
    assert report.commit
    assert git(tmp_path, "show", "--format=", "--name-only", "HEAD").split() == [f"content/{KEY}.md"]
    assert git(tmp_path, "diff", "--cached", "--name-only").split() == [
        f"content/{other.parent.name}/{other.name}"
    ]


def test_a_file_with_other_changes_is_left_for_a_person_to_commit(services, tmp_path, repository):
    file = page(tmp_path)
    repository()
    propose(services)
    file.write_text(patch(file.read_text(), {"score": 3.5}), encoding="utf-8")
    report = apply(services, commit=True, despite_git=True)
    assert (report.changed, report.uncommitted, report.commit) == ([f"{KEY}.md"], [f"{KEY}.md"], None)


def test_what_an_earlier_run_applied_and_did_not_commit_is_committed(services, tmp_path, repository):
    page(tmp_path)
    repository()
    propose(services)
    apply(services)
    assert apply(services, commit=True).commit
    assert git(tmp_path, "status", "--porcelain", "content") == ""


def test_a_content_folder_behind_a_link_is_committed_like_any_other(tmp_path, repository):
    page(tmp_path)
    repository()
    (tmp_path / "linked").symlink_to(tmp_path / "content")
    opened = scripted_services(
        tmp_path, Endpoint(by=lambda _: completion(reply(GOOD))), content_dir=tmp_path / "linked"
    )
    propose(opened)
    apply(opened)
    assert apply(opened, commit=True).commit
    assert git(tmp_path, "show", "--format=", "--name-only", "HEAD").split() == [f"content/{KEY}.md"]
    opened.close()


def test_a_commit_that_git_refuses_leaves_the_files_and_says_so(services, tmp_path, repository):
    file = page(tmp_path)
    repository()
    propose(services)
    refuse_commits(tmp_path, "not today")
    outcome = apply_proposals(services, ApplyRequest(clean=True, commit=True, reviewer="Ada"), NoProgress())
    report = outcome.report
    assert (report.changed, report.commit, outcome.needs_person) == ([f"{KEY}.md"], None, True)
    assert (
        report.commit_error
        == "git commit: not today; the files are written but not committed: commit them by hand"
    )
    assert GOOD in file.read_text()
    assert [row.state for row in rows(services)] == ["applied"]


def test_the_file_that_a_link_leads_to_is_committed(services, tmp_path, repository):
    file = page(tmp_path)
    put_behind_link(file, tmp_path / "content" / "kept" / "below")
    repository()
    propose(services)
    assert apply(services, commit=True).commit
    names = git(tmp_path, "show", "--format=", "--name-only", "HEAD").split()
    assert names == [f"content/kept/below/{file.name}"]


def test_an_article_that_was_removed_after_it_was_applied_is_nobodys_trouble(services, tmp_path, repository):
    file = page(tmp_path)
    repository()
    propose(services)
    apply(services, commit=True)
    file.unlink()
    report = apply(services, commit=True)
    assert (report.refused, report.commit) == ([], None)


def test_a_commit_outside_a_checkout_changes_nothing(services, tmp_path):
    file = page(tmp_path)
    before = file.read_bytes()
    propose(services)
    with pytest.raises(GitError, match="nothing was written.*not in a git checkout.*omit --commit"):
        apply(services, commit=True)
    assert file.read_bytes() == before


@pytest.fixture
def offline(tmp_path):
    """Opens services with a proposal of the offline model for the one article."""
    opened = []

    def open_services(**changes):
        opened.append(scripted_services(tmp_path, **changes))
        return opened[-1]

    file = page(tmp_path)
    propose(open_services(), offline=True)
    yield open_services, file
    for services in opened:
        services.close()


@pytest.mark.parametrize("approved", [True, False])
def test_texts_of_the_offline_model_are_written_only_if_that_is_allowed(offline, approved):
    open_services, file = offline
    services, before = open_services(), file.read_bytes()
    if approved:
        ProposalReview(services).accept(rows(services)[0], who="Ada")
    state = rows(services)[0].state
    shown, diffs = preview(services)
    assert diffs == []
    for found in (shown, apply(services)):
        assert (found.changed, found.left) == ([], 1)
        assert found.refused == [
            f"{KEY}.md: its description was written by the offline model: publish.allow_offline in config.yaml is false"
        ]
    assert (file.read_bytes(), rows(services)[0].state) == (before, state)
    report = apply(open_services(publish={"allow_offline": True}))
    assert (report.changed, report.left, report.offline) == ([f"{KEY}.md"], 0, 1)


def test_a_text_that_a_person_wrote_over_an_offline_one_is_written(offline):
    open_services, file = offline
    services = open_services()
    ProposalReview(services).accept_edited(rows(services)[0], GOOD, who="Ada")
    report = apply(services, clean=False)
    assert (report.changed, report.left, report.offline) == ([f"{KEY}.md"], 0, 0)
    assert read(file.read_bytes()).get("seo.page_description") == GOOD


def test_an_offline_text_that_was_edited_and_restored_is_not_written(offline):
    open_services, file = offline
    services = open_services()
    before, own = file.read_bytes(), rows(services)[0].new
    ProposalReview(services).accept_edited(rows(services)[0], GOOD, who="Ada")
    for text in (own, own[:20] + own[20:].title(), f"  {own.replace(' ', '  ')}"):
        ProposalReview(services).accept_edited(rows(services)[0], text, who="Ada")
        report = apply(services)
        assert (report.changed, report.left) == ([], 1)
    assert file.read_bytes() == before
    ProposalReview(services).accept_edited(rows(services)[0], OTHER, who="Ada")
    assert apply(services).changed == [f"{KEY}.md"]


def test_the_other_field_of_a_page_is_written_if_one_cannot_be(offline):
    open_services, file = offline
    services = open_services()
    row = rows(services)[0]
    services.proposals.record(
        NewProposal(
            job=None,
            key=row.key,
            path=row.path,
            field="page_keywords",
            question=row.question,
            subject=row.subject,
            basis=basis_of(read(file.read_bytes()), "page_keywords"),
            old=", ".join(KEYWORDS),
            new=", ".join(KEYWORDS[::-1]),
            state="proposed",
            reason=None,
            findings=[],
            offline=False,
        ),
        now=services.now(),
    )
    report = apply(services)
    assert (report.changed, report.fields, report.left) == ([f"{KEY}.md"], 1, 1)
    assert read(file.read_bytes()).get("seo.page_description") == LONG


def test_what_is_named_is_applied_without_an_approval_and_may_be_named_again(services, tmp_path):
    page(tmp_path)
    other = page(tmp_path, "What is activation energy?", "Physics", id=2)
    propose(services)
    before = other.read_bytes()
    assert apply(services, KEY).changed == [f"{KEY}.md"]
    assert (apply(services, KEY).changed, other.read_bytes()) == ([], before)
    with pytest.raises(
        UsageError, match="'no-such-page' has no proposal that is proposed or approved or applied"
    ):
        apply(services, "no-such-page")


def test_of_the_proposed_only_the_clean_are_taken_where_that_is_wished(services, tmp_path):
    page(tmp_path)
    propose(services)
    warning = Finding("description-target", "warning", "page_description", "has room")
    row = services.proposals.edit(rows(services)[0], GOOD, [warning], who="Ada", now=services.now())
    assert apply(services).changed == []
    ProposalReview(services).accept(row, who="Ada")
    assert apply(services).changed == [f"{KEY}.md"]
