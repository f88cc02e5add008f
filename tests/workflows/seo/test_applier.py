"""Applying proposals: changes of files, refusals, interruptions and commits."""

import subprocess

import pytest

from generator.content.findings import Finding
from generator.content.frontmatter import patch, read
from generator.content.seo.fields import basis_of
from generator.errors import StorageError, UsageError
from generator.store.ledger.proposals import NewProposal, Proposals
from generator.workflows.engine.progress import NoProgress
from generator.workflows.seo.apply import apply_proposals, preview_proposals
from generator.workflows.seo.decisions import ProposalReview
from generator.workflows.seo.requests import ApplyRequest
from generator.workflows.site.files import SiteFiles
from generator.workflows.site.git import GitError
from tests.support.file_links import put_behind_link
from tests.support.replies import Endpoint, completion
from tests.support.seo_pages import ANSWER, GOOD, KEY, KEYWORDS, LONG, OTHER, page, propose, reply
from tests.support.services import scripted_services
from tests.support.syncs import Syncs


@pytest.fixture
def shop(tmp_path):
    answers = iter([GOOD, OTHER])
    opened = scripted_services(
        tmp_path, Endpoint(by=lambda body: completion(reply(next(answers), KEYWORDS[::-1])))
    )
    yield opened
    opened.close()


def apply(shop, *names, clean=True, commit=False):
    """Apply the approved and the clean proposals, or those of the named articles; what became of the files."""
    request = ApplyRequest(names=names, clean=clean and not names, commit=commit, reviewer="Ada")
    return apply_proposals(shop, request, NoProgress()).report


def preview(shop):
    """What :func:`apply` would do, and the diffs."""
    diffs = []
    outcome = preview_proposals(shop, ApplyRequest(clean=True), on_diff=diffs.append)
    return outcome.report, diffs


def rows(shop):
    return list(shop.proposals.rows())


def git(folder, *arguments):
    done = subprocess.run(
        ["git", "-c", "user.name=Ada", "-c", "user.email=ada@example.org", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


@pytest.fixture
def repository(tmp_path, monkeypatch):
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{name}_NAME", "Ada")
        monkeypatch.setenv(f"GIT_{name}_EMAIL", "ada@example.org")
    (tmp_path / "content").mkdir(exist_ok=True)
    git(tmp_path, "init", "-q")

    def snapshot():
        git(tmp_path, "add", "content")
        git(tmp_path, "commit", "-qm", "base")

    return snapshot


def test_only_the_value_line_of_the_field_changes(shop, tmp_path):
    file = page(tmp_path)
    before = file.read_bytes()
    propose(shop)
    report = apply(shop)
    assert file.read_bytes() == before.replace(LONG.encode(), GOOD.encode())
    assert (report.changed, report.fields) == ([f"{KEY}.md"], 1)
    assert [row.state for row in rows(shop)] == ["applied"]


def test_both_fields_of_a_file_are_written_at_once(shop, tmp_path):
    file = page(tmp_path)
    propose(shop, all_articles=True)
    report = apply(shop)
    document = read(file.read_bytes())
    assert (document.get("seo.page_description"), report.changed, report.fields) == (GOOD, [f"{KEY}.md"], 2)
    assert document.get("seo.page_keywords") == ", ".join(KEYWORDS[::-1])


def test_applying_twice_changes_nothing(shop, tmp_path):
    file = page(tmp_path)
    propose(shop)
    apply(shop)
    stamp = file.stat().st_mtime_ns
    report = apply(shop)
    assert (report.changed, file.stat().st_mtime_ns) == ([], stamp)


def test_approved_alone_are_taken_by_default(shop, tmp_path):
    page(tmp_path)
    propose(shop)
    assert apply(shop, clean=False).changed == []
    (row,) = rows(shop)
    ProposalReview(shop).accept(row, who="Ada")
    assert apply(shop, clean=False).fields == 1
    assert [step.decision for step in shop.proposals.decisions.of(row.id)] == [
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
def test_what_changed_since_is_refused(shop, tmp_path, change, reason):
    file = page(tmp_path)
    propose(shop)
    file.write_text(patch(file.read_text(), change), encoding="utf-8")
    before = file.read_bytes()
    report = apply(shop)
    assert file.read_bytes() == before
    assert reason in report.refused[0]
    assert [row.state for row in rows(shop)] == ["stale"]


def test_other_edits_do_not_matter_and_are_kept(shop, tmp_path):
    file = page(tmp_path)
    propose(shop)
    edited = patch(file.read_text(), {"score": 9.5, "seo.page_keywords": "new, words"})
    file.write_text(edited, encoding="utf-8")
    apply(shop)
    assert file.read_text() == edited.replace(LONG, GOOD)


def test_a_write_that_the_ledger_does_not_know_of_is_confirmed_by_the_file(shop, tmp_path):
    file = page(tmp_path)
    propose(shop)
    file.write_text(file.read_text().replace(LONG, GOOD), encoding="utf-8")
    report = apply(shop)
    assert (report.changed, report.confirmed) == ([], [f"{KEY}.md"])
    assert [row.state for row in rows(shop)] == ["applied"]


def test_a_file_that_cannot_be_written_leaves_its_proposal_as_it_was(shop, tmp_path, monkeypatch):
    page(tmp_path)
    page(tmp_path, "What is activation energy?", id=2)
    propose(shop)
    write, refused = SiteFiles.write, []

    def fail_once(self, item):
        if not refused:
            refused.append(item.path)
            raise StorageError(item.path, "the disk is full")
        write(self, item)

    monkeypatch.setattr(SiteFiles, "write", fail_once)
    report = apply(shop)
    assert (len(report.changed), len(report.refused)) == (1, 1)
    assert sorted(row.state for row in rows(shop)) == ["applied", "proposed"]


def test_a_link_that_stays_inside_the_content_folder_is_followed_and_stays(shop, tmp_path):
    file = page(tmp_path)
    propose(shop)
    kept = put_behind_link(file, tmp_path / "content" / "kept" / "below")
    assert apply(shop).changed == [f"{KEY}.md"]
    assert file.is_symlink()
    assert GOOD in kept.read_text()


def test_a_file_behind_a_link_out_of_the_content_folder_is_refused(shop, tmp_path):
    file = page(tmp_path)
    page(tmp_path, "What is activation energy?", id=2)
    propose(shop)
    kept = put_behind_link(file, tmp_path / "elsewhere")
    report = apply(shop)
    assert report.refused == [f"{KEY}.md: a link leads out of the content folder; not changed"]
    assert (len(report.changed), LONG in kept.read_text()) == (1, True)


def test_no_text_is_asked_for_a_file_that_may_not_be_written(shop, tmp_path):
    put_behind_link(page(tmp_path), tmp_path / "elsewhere")
    plan = propose(shop).plan
    assert (plan.counts["new"], plan.skipped) == (0, {"cannot be read": 1})


def test_what_is_applied_is_on_the_disk_before_the_ledger_knows_of_it(shop, tmp_path, monkeypatch):
    file = page(tmp_path)
    propose(shop)
    syncs, seen = Syncs(monkeypatch), []
    decide = Proposals.decide

    def decided(self, *args, **options):
        seen.append(syncs.has(file, file.parent))
        return decide(self, *args, **options)

    monkeypatch.setattr(Proposals, "decide", decided)
    apply(shop)
    assert seen == [True]


def test_a_dry_run_shows_the_diff_and_writes_nothing(shop, tmp_path):
    file = page(tmp_path)
    propose(shop)
    before = file.read_bytes()
    _, (text,) = preview(shop)
    assert f"-    {LONG}\n+    {GOOD}\n" in text
    assert (file.read_bytes(), [row.state for row in rows(shop)]) == (before, ["proposed"])


def test_a_file_put_back_is_offered_the_paid_text_again(shop, tmp_path):
    file = page(tmp_path)
    before = file.read_bytes()
    propose(shop)
    apply(shop)
    file.write_bytes(before)
    plan = propose(shop).plan
    assert plan.counts == {"proposed": 1}
    assert [row.state for row in rows(shop)] == ["proposed"]


def test_a_commit_holds_those_files_and_nothing_else(shop, tmp_path, repository):
    page(tmp_path)
    other = page(tmp_path, "What is activation energy?", "Physics", id=2)
    repository()
    propose(shop, subject="Biology")
    other.write_text(patch(other.read_text(), {"score": 3.5}), encoding="utf-8")
    git(tmp_path, "add", str(other))
    report = apply(shop, commit=True)
    assert report.commit
    assert git(tmp_path, "show", "--format=", "--name-only", "HEAD").split() == [f"content/{KEY}.md"]
    assert git(tmp_path, "diff", "--cached", "--name-only").split() == [
        f"content/{other.parent.name}/{other.name}"
    ]


def test_a_file_with_other_changes_is_left_for_a_person_to_commit(shop, tmp_path, repository):
    file = page(tmp_path)
    repository()
    propose(shop)
    file.write_text(patch(file.read_text(), {"score": 3.5}), encoding="utf-8")
    report = apply(shop, commit=True)
    assert (report.changed, report.uncommitted, report.commit) == ([f"{KEY}.md"], [f"{KEY}.md"], None)


def test_what_an_earlier_run_applied_and_did_not_commit_is_committed(shop, tmp_path, repository):
    page(tmp_path)
    repository()
    propose(shop)
    apply(shop)
    assert apply(shop, commit=True).commit
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


def refuse_commits(folder):
    """A hook by which git refuses every commit."""
    hook = folder / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho not today >&2\nexit 1\n")
    hook.chmod(0o755)


def test_a_commit_that_git_refuses_leaves_the_files_and_says_so(shop, tmp_path, repository):
    file = page(tmp_path)
    repository()
    propose(shop)
    refuse_commits(tmp_path)
    outcome = apply_proposals(shop, ApplyRequest(clean=True, commit=True, reviewer="Ada"), NoProgress())
    report = outcome.report
    assert (report.changed, report.commit, outcome.needs_person) == ([f"{KEY}.md"], None, True)
    assert (
        report.commit_error
        == "git commit: not today; the files are written but not committed: commit them by hand"
    )
    assert GOOD in file.read_text()
    assert [row.state for row in rows(shop)] == ["applied"]


def test_the_file_that_a_link_leads_to_is_committed(shop, tmp_path, repository):
    file = page(tmp_path)
    put_behind_link(file, tmp_path / "content" / "kept" / "below")
    repository()
    propose(shop)
    assert apply(shop, commit=True).commit
    names = git(tmp_path, "show", "--format=", "--name-only", "HEAD").split()
    assert names == [f"content/kept/below/{file.name}"]


def test_an_article_that_was_removed_after_it_was_applied_is_nobodys_trouble(shop, tmp_path, repository):
    file = page(tmp_path)
    repository()
    propose(shop)
    apply(shop, commit=True)
    file.unlink()
    report = apply(shop, commit=True)
    assert (report.refused, report.commit) == ([], None)


def test_a_commit_outside_a_checkout_changes_nothing(shop, tmp_path):
    file = page(tmp_path)
    before = file.read_bytes()
    propose(shop)
    with pytest.raises(GitError, match="nothing was written.*not in a git checkout.*omit --commit"):
        apply(shop, commit=True)
    assert file.read_bytes() == before


@pytest.fixture
def offline(tmp_path):
    """Opens a shop with a proposal of the offline model for the one article."""
    opened = []

    def open_shop(**changes):
        opened.append(scripted_services(tmp_path, **changes))
        return opened[-1]

    file = page(tmp_path)
    propose(open_shop(), offline=True)
    yield open_shop, file
    for shop in opened:
        shop.close()


@pytest.mark.parametrize("approved", [True, False])
def test_texts_of_the_offline_model_are_written_only_if_that_is_allowed(offline, approved):
    open_shop, file = offline
    shop, before = open_shop(), file.read_bytes()
    if approved:
        ProposalReview(shop).accept(rows(shop)[0], who="Ada")
    state = rows(shop)[0].state
    shown, diffs = preview(shop)
    assert diffs == []
    for found in (shown, apply(shop)):
        assert (found.changed, found.left) == ([], 1)
        assert found.refused == [
            f"{KEY}.md: its description was written by the offline model: publish.allow_offline in config.yaml is false"
        ]
    assert (file.read_bytes(), rows(shop)[0].state) == (before, state)
    report = apply(open_shop(publish={"allow_offline": True}))
    assert (report.changed, report.left, report.offline) == ([f"{KEY}.md"], 0, 1)


def test_a_text_that_a_person_wrote_over_an_offline_one_is_written(offline):
    open_shop, file = offline
    shop = open_shop()
    ProposalReview(shop).accept_edited(rows(shop)[0], GOOD, who="Ada")
    report = apply(shop, clean=False)
    assert (report.changed, report.left, report.offline) == ([f"{KEY}.md"], 0, 0)
    assert read(file.read_bytes()).get("seo.page_description") == GOOD


def test_an_offline_text_that_was_edited_and_restored_is_not_written(offline):
    open_shop, file = offline
    shop = open_shop()
    before, own = file.read_bytes(), rows(shop)[0].new
    ProposalReview(shop).accept_edited(rows(shop)[0], GOOD, who="Ada")
    for text in (own, own[:20] + own[20:].title(), f"  {own.replace(' ', '  ')}"):
        ProposalReview(shop).accept_edited(rows(shop)[0], text, who="Ada")
        report = apply(shop)
        assert (report.changed, report.left) == ([], 1)
    assert file.read_bytes() == before
    ProposalReview(shop).accept_edited(rows(shop)[0], OTHER, who="Ada")
    assert apply(shop).changed == [f"{KEY}.md"]


def test_the_other_field_of_a_page_is_written_if_one_cannot_be(offline):
    open_shop, file = offline
    shop = open_shop()
    row = rows(shop)[0]
    shop.proposals.record(
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
        now=shop.now(),
    )
    report = apply(shop)
    assert (report.changed, report.fields, report.left) == ([f"{KEY}.md"], 1, 1)
    assert read(file.read_bytes()).get("seo.page_description") == LONG


def test_what_is_named_is_applied_without_an_approval_and_may_be_named_again(shop, tmp_path):
    page(tmp_path)
    other = page(tmp_path, "What is activation energy?", "Physics", id=2)
    propose(shop)
    before = other.read_bytes()
    assert apply(shop, KEY).changed == [f"{KEY}.md"]
    assert (apply(shop, KEY).changed, other.read_bytes()) == ([], before)
    with pytest.raises(
        UsageError, match="'no-such-page' has no proposal that is proposed or approved or applied"
    ):
        apply(shop, "no-such-page")


def test_of_the_proposed_only_the_clean_are_taken_where_that_is_wished(shop, tmp_path):
    page(tmp_path)
    propose(shop)
    warning = Finding("description-target", "warning", "page_description", "has room")
    row = shop.proposals.edit(rows(shop)[0], GOOD, [warning], who="Ada", now=shop.now())
    assert apply(shop).changed == []
    ProposalReview(shop).accept(row, who="Ada")
    assert apply(shop).changed == [f"{KEY}.md"]
