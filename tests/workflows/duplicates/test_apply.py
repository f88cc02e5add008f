"""Applying decisions: canonical addresses, moved links, hidden pages, chains, undo, interruptions."""

from contextlib import nullcontext

import pytest

from generator.content.frontmatter import read
from generator.content.site.site import Site
from generator.content.site.subjects import Subject, SubjectList
from generator.errors import UsageError
from generator.store.ledger.duplicates.clusters import StaleCluster
from generator.workflows.duplicates import apply as apply_module
from generator.workflows.duplicates.apply import apply_clusters
from generator.workflows.duplicates.decide import ClusterReview, keep_all_clusters
from generator.workflows.duplicates.find import find_duplicates
from generator.workflows.duplicates.redirects import all_redirects, write_redirects
from generator.workflows.duplicates.requests import ApplyRequest
from generator.workflows.duplicates.undo import undo_application
from generator.workflows.engine.progress import NoProgress
from generator.workflows.site.files import SiteFiles
from generator.workflows.site.git import Checkout, GitError
from tests.support.duplicate_site import ORIGIN, DuplicateSite, answer, link_to, page
from tests.support.replies import Endpoint, completion
from tests.support.repositories import commit_all, git, new_repository
from tests.support.rewrites import CORRECTED, publish_rewrite, rewrite

WHO = "Ada"
CELL, TIDES, OTHER = (
    "What is the role of a ribosome?",
    "Why do tides rise and fall?",
    "Who built the harbour?",
)
KEPT, COPY = page(CELL, id=1, text=answer(1)), page(CELL, "Physics", id=2, text=answer(1))
FAR = page(TIDES, id=3, related=[link_to(KEPT)])
THIRD = page("Which ships cross the polar sea?", id=5, related=[link_to(KEPT)])
LINKING = page(OTHER, "Psychology", id=4, related=[link_to(FAR), link_to(COPY)])
ADDRESS = f"{ORIGIN}{KEPT.url}"


@pytest.fixture
def site(tmp_path):
    endpoint = Endpoint(by=lambda _: completion(CORRECTED))
    made = DuplicateSite(tmp_path, KEPT, COPY, FAR, THIRD, LINKING, endpoint=endpoint)
    yield made
    made.close()


def keep_all(site):
    find_duplicates(site.services, NoProgress())
    return keep_all_clusters(site.services, reviewer=WHO).rows


def apply(site, **changes):
    return apply_clusters(site.services, ApplyRequest(reviewer=WHO, **changes), NoProgress())


def undo(site, **changes):
    return undo_application(site.services, ApplyRequest(reviewer=WHO, **changes), NoProgress())


def test_the_others_name_the_kept_page_and_links_move_to_it(site):
    before = site.bytes()
    keep_all(site)
    report = apply(site)
    assert (report.clusters, len(report.pointed), len(report.relinked), report.needs_person) == (
        1,
        1,
        1,
        False,
    )
    after = site.bytes()
    assert {path for path in before if before[path] != after[path]} == {*report.pointed, *report.relinked}
    copy = site.text(CELL, "Physics")
    assert f"{COPY.url}\ncanonical: {ADDRESS}\nscore: -1.0\n" in copy
    assert (
        copy.replace(f"canonical: {ADDRESS}\n", "").encode()
        == before["physics/what-is-the-role-of-a-ribosome.md"]
    )
    links = read(site.text(OTHER, "Psychology")).related
    assert [(link.id, link.subject, link.url) for link in links] == [
        ("3", "Biology", FAR.url),
        ("1", "Biology", KEPT.url),
    ]


def test_a_second_application_changes_nothing(site):
    keep_all(site)
    apply(site)
    after = site.bytes()
    report = apply(site)
    assert (report.clusters, site.bytes()) == (0, after)
    assert find_duplicates(site.services, NoProgress()).clusters == ()


def test_a_dry_run_writes_nothing_and_shows_the_changes(site):
    before = site.bytes()
    keep_all(site)
    shown = []
    report = apply_clusters(
        site.services, ApplyRequest(dry_run=True, reviewer=WHO), NoProgress(), on_change=shown.append
    )
    assert site.bytes() == before and report.clusters == 1
    assert any(f"+canonical: {ADDRESS}" in change.diff() for change in shown)
    assert site.services.clusters.rows()[0].applied_by is None


def test_a_link_that_would_lead_to_the_page_itself_or_twice_is_removed(site):
    site.add(KEPT.model_copy(update={"related": (link_to(COPY), link_to(FAR))}))
    site.add(LINKING.model_copy(update={"related": (link_to(COPY), link_to(KEPT), link_to(FAR))}))
    keep_all(site)
    apply(site)
    assert [link.url for link in read(site.text(CELL)).related] == [FAR.url]
    assert [link.url for link in read(site.text(OTHER, "Psychology")).related] == [KEPT.url, FAR.url]


def test_only_the_lines_of_a_moved_link_change(site):
    odd = site.text(OTHER, "Psychology").replace(
        "    subject: Physics\n", "    subject: 'Physics'   # by hand\n"
    )
    site.path(OTHER, "Psychology").write_bytes(odd.replace("\n", "\r\n").encode())
    before = site.text(OTHER, "Psychology").split("\r\n")
    keep_all(site)
    apply(site)
    after = site.text(OTHER, "Psychology").split("\r\n")
    assert len(after) == len(before)
    changed = {one.split(":")[0].strip() for one, other in zip(before, after, strict=True) if one != other}
    assert changed == {"id", "subject", "url"}
    assert any("# by hand" in line for line in after)


def test_withdrawing_hides_the_others_instead(site):
    keep_all(site)
    report = apply(site, withdraw=True)
    document = read(site.text(CELL, "Physics"))
    assert document.is_hidden and document.get("canonical") is None
    assert len(report.relinked) == 1
    assert all_redirects(site.services) == [(f"{ORIGIN}{COPY.url}", ADDRESS)]


def test_a_canonical_address_needs_the_address_of_the_site(site):
    keep_all(site)
    before = site.bytes()
    site.services.settings = site.services.settings.model_copy(update={"site": Site()})
    with pytest.raises(UsageError, match="site.origin"):
        apply(site)
    assert site.bytes() == before
    assert apply(site, withdraw=True).clusters == 1


@pytest.mark.parametrize("withdraw", [False, True])
def test_no_chain_comes_about_when_a_kept_page_is_a_duplicate_later(site, withdraw):
    keep_all(site)
    apply(site)
    newer = page(CELL, "Psychology", id=0, text=answer(1))
    site.add(newer)
    find_duplicates(site.services, NoProgress())
    (row,) = site.services.clusters.rows(["open"])
    assert {each.key.split("/")[0] for each in row.pages} == {"biology", "psychology"}
    ClusterReview(site.services).keep(
        row, who=WHO, keeper=newer.url.replace("/learn/", "").replace("/questions", "")
    )
    apply(site, withdraw=withdraw)
    address = f"{ORIGIN}{newer.url}"
    assert read(site.text(CELL, "Physics")).get("canonical") == address
    assert read(site.text(CELL)).get("canonical") == (None if withdraw else address)
    assert [link.url for link in read(site.text(OTHER, "Psychology")).related] == [FAR.url, newer.url]
    assert {redirect.target for redirect in all_redirects(site.services)} == {address}


def test_two_decisions_that_form_a_chain_are_applied_to_its_end(site):
    """Both are made before either is applied: A is kept by B, and B by C."""
    services = site.services
    keep_all(site)
    site.add(page("What role do ribosomes play?", id=9))
    services.database.execute("UPDATE duplicate_cluster SET found = 1")
    find_duplicates(services, NoProgress())
    (row,) = services.clusters.rows(["open"])
    third = next(each.key for each in row.pages if "play" in each.key)
    ClusterReview(services).keep(row, who=WHO, keeper=third)
    report = apply(site)
    assert report.clusters == 2 and not report.refused
    targets = {read(site.text(CELL, subject)).get("canonical") for subject in ("Biology", "Physics")}
    assert targets == {f"{ORIGIN}/learn/biology/questions/what-role-do-ribosomes-play"}


def test_a_kept_page_that_named_a_page_of_its_cluster_names_it_no_more(site):
    keep_all(site)
    site.patch(CELL, {"canonical": f"{ORIGIN}{COPY.url}"})
    report = apply(site)
    assert report.clusters == 1
    assert read(site.text(CELL)).get("canonical") is None
    assert read(site.text(CELL, "Physics")).get("canonical") == ADDRESS


def set_canonical_url(site, address, subject):
    file = site.path(CELL, subject)
    text = site.text(CELL, subject).replace("score: -1.0\n", f"canonical_url: {address}\nscore: -1.0\n")
    file.write_bytes(text.encode())


def test_a_page_whose_canonical_url_is_of_another_page_is_left_alone(site):
    keep_all(site)
    set_canonical_url(site, f"{ORIGIN}{FAR.url}", "Physics")
    before = site.text(CELL, "Physics")
    report = apply(site)
    (left,) = report.left_alone
    assert "canonical_url" in left.reason and FAR.url in left.reason
    assert (report.clusters, site.text(CELL, "Physics")) == (0, before)


def test_a_page_whose_canonical_url_is_the_kept_page_is_pointed_already(site):
    keep_all(site)
    set_canonical_url(site, ADDRESS, "Physics")
    before = site.text(CELL, "Physics")
    report = apply(site)
    assert (report.clusters, report.left_alone, site.text(CELL, "Physics")) == (1, [], before)


def test_a_kept_page_loses_the_canonical_url_of_a_page_of_its_cluster(site):
    keep_all(site)
    set_canonical_url(site, f"{ORIGIN}{COPY.url}", "Biology")
    before = site.bytes()
    assert apply(site).clusters == 1
    assert read(site.text(CELL)).get("canonical_url") is None
    assert read(site.text(CELL, "Physics")).get("canonical") == ADDRESS
    undo(site)
    assert site.bytes() == before
    apply(site)
    site.patch(CELL, {"score": 3})
    (left,) = undo(site).left_alone
    assert f"it had the line canonical_url: {ORIGIN}{COPY.url}" in left.reason


@pytest.mark.parametrize("change", ["hidden", "gone", "elsewhere", "outside", "unlisted"])
def test_a_cluster_whose_kept_page_cannot_be_named_is_refused(site, change):
    keep_all(site)
    if change == "hidden":
        site.patch(CELL, {"no_index": True})
    elif change == "gone":
        site.path(CELL).unlink()
    elif change == "outside":
        site.patch(CELL, {"canonical": "https://elsewhere.example.com/x"})
    elif change == "unlisted":
        unlisted = (Subject(name="Biology", listed=False), Subject(name="Physics"))
        site.services.settings = site.services.settings.model_copy(update={"subjects": unlisted})
        site.services.subjects = SubjectList(unlisted)
    else:
        site.patch(CELL, {"canonical": f"{ORIGIN}{FAR.url}"})
        site.patch(TIDES, {"no_index": True})
    before = site.bytes()
    report = apply(site)
    assert (report.clusters, len(report.refused), site.bytes()) == (0, 1, before)
    assert report.needs_person


def test_a_cluster_to_merge_waits_for_its_kept_page(site):
    find_duplicates(site.services, NoProgress())
    (row,) = site.services.clusters.rows(["open"])
    ClusterReview(site.services).merge(row, who=WHO)
    report = apply(site)
    assert (report.clusters, report.waiting) == (0, [row.keeper])
    site.patch(CELL, {"answer": "A new text."})
    assert apply(site).waiting == [row.keeper]
    rewrite(site.services, row.keeper)
    publish_rewrite(site.services, row.keeper)
    report = apply(site)
    assert (report.clusters, report.waiting) == (1, [])


def test_limit_and_subject_choose_clusters(site):
    site.add(page(TIDES, "Physics", id=30, text=answer(3)))
    assert len(keep_all(site)) == 2
    assert apply(site, subject="Psychology").clusters == 0
    assert [apply(site, limit=1).clusters for _ in range(3)] == [1, 1, 0]


# ---------------------------------------------------------------- undo


def test_undo_restores_every_byte(site):
    file = site.path(CELL, "Physics")
    odd = site.text(CELL, "Physics").replace("author:", "by_hand: [1,   2]\nauthor:").replace("\n", "\r\n")
    file.write_bytes(b"\xef\xbb\xbf" + odd.encode())
    before = site.bytes()
    keep_all(site)
    apply(site)
    assert file.read_bytes() != before["physics/what-is-the-role-of-a-ribosome.md"]
    report = undo(site)
    assert site.bytes() == before and not report.left_alone
    with pytest.raises(UsageError, match="nothing was applied"):
        undo(site)


def test_undo_leaves_a_file_that_was_changed_since(site):
    keep_all(site)
    apply(site)
    site.patch(CELL, {"score": 3}, "Physics")
    edited = site.bytes()["physics/what-is-the-role-of-a-ribosome.md"]
    report = undo(site)
    assert [item.path for item in report.left_alone] == ["physics/what-is-the-role-of-a-ribosome.md"]
    assert site.bytes()["physics/what-is-the-role-of-a-ribosome.md"] == edited
    assert report.restored == ["psychology/who-built-the-harbour.md"]


def test_undo_takes_one_application_at_a_time(site):
    site.add(page(TIDES, "Physics", id=30, text=answer(3)))
    before = site.bytes()
    keep_all(site)
    apply(site, limit=1)
    between = site.bytes()
    apply(site)
    undo(site)
    assert site.bytes() == between != before
    undo(site)
    assert site.bytes() == before


def test_a_dry_run_of_undo_writes_nothing(site):
    keep_all(site)
    apply(site)
    after = site.bytes()
    assert len(undo(site, dry_run=True).restored) == 2
    assert site.bytes() == after
    assert len(undo(site).restored) == 2


def test_an_applied_cluster_is_not_decided_on_before_its_files_are_restored(site):
    (row,) = keep_all(site)
    apply(site)
    review, applied = ClusterReview(site.services), site.services.clusters.get(row.id)
    with pytest.raises(StaleCluster, match="apply --undo"):
        review.reject(applied, who=WHO)
    undo(site)
    assert review.reject(site.services.clusters.get(row.id), who=WHO).state == "rejected"


# ---------------------------------------------------------------- interruptions and git


class Killed(BaseException):
    """Stands for a process that ends at once."""


@pytest.mark.parametrize("at", [0, 1, 2])
def test_a_killed_application_is_continued_and_undone_as_one(site, monkeypatch, at):
    site.add(page(TIDES, "Physics", id=30, text=answer(3)))
    before = site.bytes()
    keep_all(site)
    written = 0
    write = SiteFiles.write

    def killed_at(self, item):
        nonlocal written
        if written == at:
            raise Killed
        written += 1
        write(self, item)

    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(SiteFiles, "write", killed_at)
        apply(site)
    report = apply(site)
    assert not report.needs_person
    whole = site.bytes()
    undo(site)
    assert site.bytes() == before
    apply(site)
    assert site.bytes() == whole


def test_each_subject_has_a_commit(site):
    eels = "Where do eels spawn?"
    for number, subject in enumerate(("Physics", "Psychology"), start=40):
        site.add(page(eels, subject, id=number, text=answer(40)))
    new_repository(site.folder)
    commit_all(site.folder)
    keep_all(site)
    report = apply(site, commit=True)
    titles = git(site.folder, "log", "--format=%s", "-2").splitlines()
    assert sorted(titles) == [
        "Point the duplicates of 1 page in Biology",
        "Point the duplicates of 1 page in Physics",
    ]
    assert len(report.commits) == 2 and git(site.folder, "status", "--porcelain") == ""
    undo(site, commit=True)
    assert git(site.folder, "diff", "HEAD~3") == ""


def test_what_was_written_but_not_committed_is_committed_by_the_next_run(site, monkeypatch):
    new_repository(site.folder)
    commit_all(site.folder)
    keep_all(site)
    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(Checkout, "commit", lambda *_, **__: (_ for _ in ()).throw(Killed()))
        apply(site, commit=True)
    assert git(site.folder, "status", "--porcelain") != ""
    report = apply(site, commit=True)
    assert len(report.commits) == 1 and git(site.folder, "status", "--porcelain") == ""


def test_ctrl_c_ends_after_a_whole_chunk_and_the_next_run_does_the_rest(site, monkeypatch):
    keep_all(site)
    with monkeypatch.context() as patched:
        patched.setattr(apply_module, "stop_flag", lambda: nullcontext(lambda: True))
        report = apply(site)
    assert (report.interrupted, report.clusters) == (True, 0)
    assert (apply(site).interrupted, len(site.services.clusters.rows(["kept"]))) == (False, 1)
    assert read(site.text(CELL, "Physics")).get("canonical") == ADDRESS


def test_a_commit_without_a_repository_writes_nothing(site, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(site.folder.parent.parent.resolve()))
    keep_all(site)
    before = site.bytes()
    with pytest.raises(GitError):
        apply(site, commit=True)
    assert site.bytes() == before


def test_redirects_are_written_as_csv(site, tmp_path):
    keep_all(site)
    apply(site)
    file = tmp_path / "redirects.csv"
    assert write_redirects(site.services, file) == 1
    assert file.read_bytes().decode() == f"from,to\r\n{ORIGIN}{COPY.url},{ADDRESS}\r\n"
