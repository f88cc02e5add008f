"""Undoing an application: pages that were changed since, and runs that are killed."""

import pytest

from generator.content.frontmatter import patch, read
from generator.errors import UsageError
from generator.store.ledger.duplicates.clusters import StaleCluster
from generator.workflows.duplicates.apply import apply_clusters
from generator.workflows.duplicates.decide import ClusterReview, keep_all_clusters
from generator.workflows.duplicates.find import find_duplicates
from generator.workflows.duplicates.requests import ApplyRequest
from generator.workflows.duplicates.undo import undo_application
from generator.workflows.engine.progress import NoProgress
from generator.workflows.site.files import SiteFiles
from generator.workflows.site.git import Checkout
from tests.support.duplicate_site import ORIGIN, DuplicateSite, answer, link_to, page
from tests.support.repositories import commit_all, git, new_repository

WHO = "Ada"
CELL, TIDES, OTHER = (
    "What is the role of a ribosome?",
    "Why do tides rise and fall?",
    "Who built the harbour?",
)
KEPT, COPY = page(CELL, id=1, text=answer(1)), page(CELL, "Physics", id=2, text=answer(1))
LINKING = page(OTHER, "Psychology", id=4, related=[link_to(COPY)])
COPY_PATH, LINKING_PATH = "physics/what-is-the-role-of-a-ribosome.md", "psychology/who-built-the-harbour.md"
TIDE_COPY_PATH = "physics/why-do-tides-rise-and-fall.md"


@pytest.fixture
def site(tmp_path):
    """A site on which two clusters are decided on."""
    tides = [
        page(TIDES, subject, id=number, text=answer(3))
        for number, subject in enumerate(("Biology", "Physics"), 30)
    ]
    inbound = [
        page(question, id=number, related=[link_to(KEPT)])
        for number, question in enumerate(
            ("Which ships cross the polar sea?", "How do bridges carry weight?"), 50
        )
    ]
    made = DuplicateSite(tmp_path, KEPT, COPY, LINKING, *tides, *inbound)
    find_duplicates(made.services, NoProgress())
    assert len(keep_all_clusters(made.services, reviewer=WHO).rows) == 2
    yield made
    made.close()


def apply(site, **changes):
    return apply_clusters(site.services, ApplyRequest(reviewer=WHO, **changes), NoProgress())


def undo(site, **changes):
    return undo_application(site.services, ApplyRequest(reviewer=WHO, **changes), NoProgress())


def applied(site):
    """The questions of the clusters that are applied."""
    return [row.kept_page.question for row in site.services.clusters.rows() if row.applied_by is not None]


def in_repository(site):
    new_repository(site.folder)
    commit_all(site.folder)


class Killed(BaseException):
    """Stands for a process that ends at once."""


def killed(*_, **__):
    raise Killed


@pytest.mark.parametrize("withdraw", [False, True])
def test_the_cluster_of_a_page_that_was_changed_since_stays_applied_until_its_line_is_removed(site, withdraw):
    before = site.bytes()
    apply(site, withdraw=withdraw)
    site.patch(CELL, {"score": 3}, "Physics")
    report = undo(site)
    (left,) = report.left_alone
    line = "no_index: True" if withdraw else f"canonical: {ORIGIN}{KEPT.url}"
    assert left.path == COPY_PATH and f"remove its line {line}, then run" in left.reason
    assert applied(site) == [CELL]
    (row,) = [row for row in site.services.clusters.rows() if row.applied_by is not None]
    with pytest.raises(StaleCluster, match="apply --undo"):
        ClusterReview(site.services).reject(row, who=WHO)
    assert {path for path, data in site.bytes().items() if data != before[path]} == {COPY_PATH}
    assert undo(site).left_alone == [left]

    site.path(CELL, "Physics").write_bytes(site.text(CELL, "Physics").replace(f"{line}\n", "").encode())
    report = undo(site)
    assert (report.left_alone, applied(site)) == ([], [])
    with pytest.raises(UsageError, match="nothing was applied"):
        undo(site)


def test_a_dry_run_says_what_would_stay_and_records_nothing(site):
    apply(site)
    site.patch(CELL, {"score": 3}, "Physics")
    assert "stays applied" in undo(site, dry_run=True).left_alone[0].reason
    assert sorted(applied(site)) == sorted([CELL, TIDES])


def test_a_page_that_named_another_one_before_is_to_name_it_again(site):
    apply(site)
    undo(site)
    former = f"{ORIGIN}/learn/biology/questions/who-built-the-harbour"
    site.patch(CELL, {"canonical": former}, "Physics")
    apply(site)
    site.patch(CELL, {"score": 3}, "Physics")
    assert f"set its canonical: to {former}" in undo(site).left_alone[0].reason
    site.patch(CELL, {"canonical": former}, "Physics")
    assert (undo(site).left_alone, applied(site)) == ([], [])


@pytest.mark.parametrize("gone", [False, True])
def test_a_page_that_is_gone_or_has_only_other_links_does_not_keep_a_cluster_applied(site, gone):
    apply(site)
    if gone:
        site.path(CELL, "Physics").unlink()
    else:
        site.patch(OTHER, {"score": 3}, "Psychology")
    (left,) = undo(site).left_alone
    assert (left.path, applied(site)) == (COPY_PATH if gone else LINKING_PATH, [])
    assert left.reason == "is gone" if gone else "links may still lead" in left.reason
    with pytest.raises(UsageError, match="nothing was applied"):
        undo(site)


def test_a_file_that_somebody_changed_in_git_is_restored_by_a_later_run(site):
    before = site.bytes()
    in_repository(site)
    apply(site)
    written = site.services.settings.output_dir
    for file in written.rglob("written*"):
        file.unlink()
    report = undo(site)
    assert len(report.left_alone) == 3 and len(applied(site)) == 2
    commit_all(site.folder)
    assert (undo(site).left_alone, applied(site), site.bytes()) == ([], [], before)


@pytest.mark.parametrize("at", [0, 1, 2, None])
def test_what_a_killed_run_restored_is_committed_by_the_next(site, monkeypatch, at):
    """It is killed before one of the three writes, or before the commit."""
    in_repository(site)
    first = git(site.folder, "rev-parse", "HEAD").strip()
    apply(site, commit=True)
    write, written = SiteFiles.write, []

    def killed_at(self, item):
        if len(written) == at:
            raise Killed
        written.append(item)
        write(self, item)

    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(SiteFiles, "write", killed_at)
        patched.setattr(Checkout, "commit", killed)
        undo(site, commit=True)
    report = undo(site, commit=True)
    assert len(report.commits) == 1 and not report.commit_errors
    assert git(site.folder, "status", "--porcelain") == ""
    assert git(site.folder, "diff", first) == "" and applied(site) == []


def test_a_run_that_was_killed_after_its_commit_is_finished_without_another(site, monkeypatch):
    in_repository(site)
    apply(site, commit=True)
    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr("generator.store.ledger.duplicates.applications.Applications.set_undone", killed)
        undo(site, commit=True)
    report = undo(site, commit=True)
    assert (report.commits, report.restored, applied(site)) == ([], [], [])


def test_no_change_of_others_is_committed(site):
    """The application did not write the page, because it had a change that was not committed."""
    in_repository(site)
    file = site.path(TIDES, "Physics")
    file.write_bytes(patch(file.read_bytes().decode(), {"score": 3}).encode())
    mine = file.read_bytes()
    assert [item.path for item in apply(site, commit=True).left_alone] == [TIDE_COPY_PATH]
    report = undo(site, commit=True)
    assert (report.left_alone, len(report.commits)) == ([], 1)
    assert git(site.folder, "status", "--porcelain").split() == ["M", TIDE_COPY_PATH]
    assert file.read_bytes() == mine and read(mine).get("canonical") is None


def test_a_file_with_two_changes_is_restored_after_a_killed_run(site, monkeypatch):
    """A page of one application that was written twice: its kept page became a duplicate of another one."""
    before = site.bytes()
    with monkeypatch.context() as patched:
        patched.setattr(
            "generator.store.ledger.duplicates.applications.Applications.finish", lambda *_, **__: None
        )
        apply(site)
        newer = page(CELL, "Psychology", id=7, text=answer(1))
        site.add(newer)
        find_duplicates(site.services, NoProgress())
        (row,) = site.services.clusters.rows(["open"])
        key = newer.url.replace("/learn/", "").replace("/questions", "")
        ClusterReview(site.services).keep(row, who=WHO, keeper=key)
        apply(site)
    assert read(site.text(CELL, "Physics")).get("canonical") == f"{ORIGIN}{newer.url}"
    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr("generator.store.ledger.duplicates.applications.Applications.set_undone", killed)
        undo(site)
    report = undo(site)
    assert (report.left_alone, applied(site)) == ([], [])
    assert {path: site.bytes()[path] for path in before} == before
