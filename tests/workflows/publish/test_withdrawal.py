"""Withdrawing: the article is hidden or deleted, unlinked, and never drafted again; it can be repeated."""

import pytest

from generator.content.frontmatter import patch, read
from generator.errors import UsageError
from generator.workflows.drafting.planner import ListPlanner
from generator.workflows.publish.publisher import Publisher
from generator.workflows.publish.withdrawal import Withdrawer
from generator.workflows.review.decisions.decisions import DraftDecisions
from generator.workflows.site.git import GitError
from tests.support.drafts import WHO, with_drafts
from tests.support.file_links import put_behind_link
from tests.support.published_articles import article, link_to, publish_by_hand
from tests.support.repositories import commit_all, git, new_repository, refuse_commits
from tests.support.services import DATE, rows
from tests.support.syncs import Syncs

CELL = "What is a cell?"


@pytest.fixture
def services(tmp_path):
    cell = article(CELL, id=1)
    virus = article("What is a virus?", id=2)
    publish_by_hand(
        tmp_path,
        cell,
        virus,
        article("What is life?", id=3, related=[link_to(virus), link_to(cell)]),
        article("What is a gene?", id=4, related=[link_to(cell), link_to(virus)]),
    )
    made = with_drafts(tmp_path, ())
    yield made
    made.close()


def document(services, name):
    return read((services.settings.content_dir / "biology" / f"{name}.md").read_bytes())


def decided(services, question, subject="Biology"):
    """What planning decides about a question."""
    planner = ListPlanner(services, services.endpoint(), date=DATE, near="allow")
    (candidate,) = planner.decide(rows(question, subject=subject))
    return candidate


def test_a_withdrawn_article_is_hidden_and_nothing_links_to_it(services):
    before = (services.settings.content_dir / "biology" / "what-is-a-cell.md").read_text()
    report = Withdrawer(services).withdraw("what-is-a-cell", reason="wrong", who=WHO)
    after = (services.settings.content_dir / "biology" / "what-is-a-cell.md").read_text()
    assert after.replace("no_index: True\n", "") == before != after
    assert report.unlinked == ["biology/what-is-a-gene.md", "biology/what-is-life.md"]
    assert [(link.number, link.title) for link in document(services, "what-is-a-gene").related] == [
        (1, "What is a virus?")
    ]
    assert services.index.get("biology/what-is-a-cell").no_index


@pytest.mark.parametrize("spelling", ["007", "'٣'", "2\n    note: keep me"])
def test_a_link_that_cannot_be_removed_stays_and_the_file_is_named(services, spelling):
    file = services.settings.content_dir / "biology" / "what-is-a-gene.md"
    before = file.read_text().replace("    id: 2\n", f"    id: {spelling}\n")
    file.write_text(before)
    report = Withdrawer(services).withdraw("what-is-a-cell", reason="wrong", who=WHO)
    assert report.unlinked == ["biology/what-is-life.md"]
    assert [line.partition(":")[0] for line in report.problems] == ["biology/what-is-a-gene.md"]
    assert file.read_text() == before


def test_a_deleted_question_is_never_drafted_again(services):
    Withdrawer(services).withdraw(
        "/learn/biology/questions/what-is-a-cell", reason="wrong", who=WHO, delete=True
    )
    found = decided(services, CELL)
    assert (found.decision, found.existing) == ("published", "biology/what-is-a-cell")
    assert "withdrawn: wrong" in found.message
    assert decided(services, CELL, subject=None).decision == "published"
    assert decided(services, CELL, subject="Physics").decision == "new"


def test_withdrawing_twice_changes_nothing_more(services):
    Withdrawer(services).withdraw("what-is-a-cell", reason="wrong", who=WHO)
    report = Withdrawer(services).withdraw("what-is-a-cell", reason="wrong", who="Bob")
    assert (report.hidden, report.unlinked, report.withdrawal.who) == (False, [], WHO)
    report = Withdrawer(services).withdraw("what-is-a-cell", reason="wrong", who=WHO, delete=True)
    assert report.deleted
    assert (
        Withdrawer(services).withdraw("what-is-a-cell", reason="wrong", who=WHO, delete=True).unlinked == []
    )


def test_a_withdrawal_interrupted_after_the_deletion_is_finished_by_the_next(services, monkeypatch):
    def die(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("generator.workflows.site.files.SiteFiles.write", die)
        with pytest.raises(KeyboardInterrupt):
            Withdrawer(services).withdraw("what-is-a-cell", reason="wrong", who=WHO, delete=True)
    report = Withdrawer(services).withdraw("what-is-a-cell", reason="wrong", who=WHO, delete=True)
    assert len(report.unlinked) == 2


def test_an_unknown_or_ambiguous_name_is_refused(services, tmp_path):
    with pytest.raises(UsageError, match="no published article"):
        Withdrawer(services).withdraw("what-is-dark", reason="wrong", who=WHO)
    publish_by_hand(tmp_path, article(CELL, "Physics", id=9))
    with pytest.raises(UsageError, match="several"):
        Withdrawer(services).withdraw("what-is-a-cell", reason="wrong", who=WHO)
    with pytest.raises(UsageError, match="reason"):
        Withdrawer(services).withdraw("biology/what-is-a-cell", reason=" ", who=WHO)


def test_a_draft_of_a_withdrawn_question_is_not_published(tmp_path):
    services = with_drafts(tmp_path, ["What is a cell?"])
    row = DraftDecisions(services).approve(next(services.drafts.all()), who=WHO)
    publish_by_hand(tmp_path, article(CELL, id=1))
    Withdrawer(services).withdraw("what-is-a-cell", reason="wrong", who=WHO, delete=True)
    report = Publisher(services).publish([row], who=WHO)
    assert report.refused[0].reason == "its question was withdrawn: wrong"
    services.close()


def file_of(services, name):
    return services.settings.content_dir / "biology" / f"{name}.md"


def test_what_is_changed_is_on_the_disk(services, monkeypatch):
    syncs = Syncs(monkeypatch)
    Withdrawer(services).withdraw("what-is-a-cell", reason="wrong", who=WHO)
    folder = services.settings.content_dir / "biology"
    assert syncs.has(file_of(services, "what-is-a-cell"), file_of(services, "what-is-life"), folder)


def test_a_link_that_stays_inside_the_content_folder_is_followed_and_stays(services):
    cell, life = file_of(services, "what-is-a-cell"), file_of(services, "what-is-life")
    kept = services.settings.content_dir / "kept" / "below"
    put_behind_link(cell, kept)
    put_behind_link(life, kept)
    report = Withdrawer(services).withdraw("what-is-a-cell", reason="wrong", who=WHO)
    assert (report.hidden, len(report.unlinked), report.problems) == (True, 2, [])
    assert cell.is_symlink()
    assert life.is_symlink()
    assert "no_index: True" in (kept / cell.name).read_text()


def test_only_the_link_to_an_article_is_deleted(services):
    cell = file_of(services, "what-is-a-cell")
    kept = put_behind_link(cell, services.settings.content_dir / "kept" / "below")
    report = Withdrawer(services).withdraw("what-is-a-cell", reason="wrong", who=WHO, delete=True)
    assert (report.deleted, cell.is_symlink(), kept.exists()) == (True, False, True)


@pytest.mark.parametrize("delete", [False, True])
def test_files_behind_links_out_of_the_content_folder_are_named_and_the_rest_is_done(
    services, tmp_path, delete
):
    cell, life = file_of(services, "what-is-a-cell"), file_of(services, "what-is-life")
    outside = [put_behind_link(file, tmp_path / "elsewhere") for file in (cell, life)]
    before = [file.read_bytes() for file in outside]
    report = Withdrawer(services).withdraw("what-is-a-cell", reason="wrong", who=WHO, delete=delete)
    why = "a link leads out of the content folder; not changed"
    assert report.problems == [
        f"biology/what-is-a-cell.md: it is still on the site: {why}",
        f"biology/what-is-life.md: its link was not removed: {why}",
    ]
    assert (report.hidden, report.deleted, report.unlinked) == (False, False, ["biology/what-is-a-gene.md"])
    assert ([file.read_bytes() for file in outside], cell.is_symlink()) == (before, True)
    assert services.publications.withdrawal_of("biology/what-is-a-cell") is not None


# git


@pytest.fixture
def checkout(services):
    root = services.settings.content_dir
    new_repository(root)
    commit_all(root)
    return root


def committed(root, form):
    return git(root, "show", "--name-status", f"--format={form}", "HEAD").strip().splitlines()


def test_what_was_changed_is_committed_and_listed(services, checkout):
    report = Withdrawer(services).withdraw(
        "what-is-a-cell", reason="wrong", who=WHO, delete=True, commit=True
    )
    assert (report.commit is not None, report.commit_error) == (True, None)
    assert committed(checkout, "") == [
        "D\tbiology/what-is-a-cell.md",
        "M\tbiology/what-is-a-gene.md",
        "M\tbiology/what-is-life.md",
    ]
    message = committed(checkout, "%B")
    assert message[:3] == ["Withdraw biology/what-is-a-cell.md", "", "wrong"]
    assert "- biology/what-is-life.md" in message


def test_a_commit_that_git_refuses_leaves_the_files_and_says_so(services, checkout):
    refuse_commits(checkout, "not today")
    report = Withdrawer(services).withdraw("what-is-a-cell", reason="wrong", who=WHO, commit=True)
    assert (report.hidden, report.commit, report.needs_person) == (True, None, True)
    assert (
        report.commit_error
        == "git commit: not today; the files are written but not committed: commit them by hand"
    )


def test_a_commit_outside_a_checkout_withdraws_nothing(services, tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(GitError, match="nothing was written"):
        Withdrawer(services).withdraw("what-is-a-cell", reason="wrong", who=WHO, commit=True)
    assert services.publications.withdrawal_of("biology/what-is-a-cell") is None


def test_the_canonical_page_of_others_is_not_withdrawn(services):
    file = services.settings.content_dir / "biology" / "what-is-a-virus.md"
    address = "https://www.example.org/learn/biology/questions/what-is-a-cell"
    file.write_text(patch(file.read_text(), {"canonical": address}))
    before = (services.settings.content_dir / "biology" / "what-is-a-cell.md").read_bytes()
    with pytest.raises(UsageError, match="canonical page of biology/what-is-a-virus"):
        Withdrawer(services).withdraw("what-is-a-cell", reason="wrong", who=WHO)
    assert (services.settings.content_dir / "biology" / "what-is-a-cell.md").read_bytes() == before
    assert services.publications.withdrawal_of("biology/what-is-a-cell") is None
    Withdrawer(services).withdraw("what-is-a-virus", reason="a duplicate", who=WHO)
    assert Withdrawer(services).withdraw("what-is-a-cell", reason="wrong", who=WHO).hidden
